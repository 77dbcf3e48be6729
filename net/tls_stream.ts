/**
 * Both sides of a TLS socket of `node:tls` over any channel: the stream on which it speaks, and the socket as
 * a channel of its own.
 *
 * @module
 */
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { delay } from "@std/async/delay";
import { denoError } from "./node_errors.ts";
import { sending } from "./node_socket.ts";
import { type Channel, closeQuietly, writeAll } from "./stream.ts";
import { msg } from "../text/messages.ts";

/** Bytes that may have been decrypted and not read: more is not taken from the connection. */
const READ_AHEAD = 128 * 1024;

/** Bytes of a read from the connection. */
const BUFFER_SIZE = 64 * 1024;

/** A channel for a TLS socket to speak on. */
export interface TlsStream {
  /** The encrypted bytes, as a stream. */
  readonly encrypted: Duplex;
  /**
   * Returns what `socket`, which speaks on `encrypted`, decrypts as a channel. To be called before anything
   * is decrypted.
   *
   * Its `read` rejects with an error named `UnexpectedEof` at the end of a connection that did not say before
   * that it ends (`close_notify`, RFC 8446, section 6.1): somebody may have cut it off.
   */
  channelOf(socket: TLSSocket): Channel;
}

/** Resolves to a stream over `channel`, which belongs to it from now on. */
export async function tlsStream(channel: Channel): Promise<TlsStream> {
  const { Duplex } = await import("node:stream");
  const received: Uint8Array[] = [];
  let waiting = 0; // bytes in `received`
  let takeMore = () => {};
  let ended = false; // TLS has, by close_notify, or by the end of the connection
  let isCutOff = false;

  // A TLS socket that is paused loses the end of the stream; so it flows, and what flows into it is held.
  const encrypted = new Duplex({
    allowHalfOpen: true,
    read() {
      const buffer = new Uint8Array(BUFFER_SIZE);
      (async () => {
        while (waiting > READ_AHEAD) await new Promise<void>((resolve) => takeMore = resolve);
        const count = await channel.read(buffer);
        if (count !== null) return void this.push(buffer.subarray(0, count));
        await delay(0); // what came before has been decrypted then: node:tls tells both ends alike
        isCutOff = !ended;
        this.push(null);
      })().catch((error) => this.destroy(error));
    },
    write(bytes: Uint8Array, _encoding: string, done: (error?: Error) => void) {
      writeAll(channel, bytes).then(() => done(), done);
    },
    final(done: (error?: Error) => void) {
      channel.closeWrite().then(() => done(), done);
    },
    destroy(error: Error | null, done: (error: Error | null) => void) {
      closeQuietly(channel);
      done(error);
    },
  });

  const channelOf = (socket: TLSSocket): Channel => {
    let failure: Error | null = null;
    let wake = () => {};
    socket.on("data", (bytes: Uint8Array) => {
      received.push(bytes);
      waiting += bytes.length;
      wake();
    });
    socket.on("end", () => {
      ended = true;
      wake();
    });
    socket.on("error", (error) => {
      failure ??= denoError(error);
      wake();
    });
    socket.on("close", () => {
      failure ??= Object.assign(new Error(msg("the connection was closed")), {
        name: "Interrupted",
      });
      wake();
    });
    return {
      async read(buffer) {
        while (received.length === 0) {
          if (ended && isCutOff) throw Object.assign(new Error("EOF"), { name: "UnexpectedEof" });
          if (ended) return null;
          if (failure) throw failure;
          await new Promise<void>((resolve) => wake = resolve);
        }
        const bytes = received[0]!;
        const part = bytes.subarray(0, buffer.length);
        buffer.set(part);
        if (part.length < bytes.length) received[0] = bytes.subarray(part.length);
        else received.shift();
        waiting -= part.length;
        if (waiting <= READ_AHEAD) takeMore();
        return part.length;
      },
      ...sending(socket, () => failure),
      close() {
        const destroy = () => {
          socket.destroy();
          encrypted.destroy();
        };
        takeMore();
        if (ended && !socket.writableEnded) socket.end(destroy); // in good order, after the peer
        else destroy();
      },
    };
  };
  return { encrypted, channelOf };
}
