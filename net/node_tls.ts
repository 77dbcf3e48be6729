/**
 * TLS by `node:tls` over any channel, for what Deno's own cannot do: take any certificate, trust a self-signed one
 * that says CA:TRUE (as `openssl req -x509` makes it), and speak over a connection that Deno has not made.
 *
 * It takes 20 ms to load: import this module only where it is needed.
 *
 * @module
 */
import type { TLSSocket } from "node:tls";
import { abortable } from "@std/async/abortable";
import { isAddress } from "./dns.ts";
import { denoError } from "./node_errors.ts";
import { sending } from "./node_socket.ts";
import { type Channel, closeQuietly, writeAll } from "./stream.ts";
import type { TlsOptions } from "./tls.ts";

/** Bytes that may have been decrypted and not read: more is not taken from the connection. */
const READ_AHEAD = 128 * 1024;

/** Bytes of a read from the connection. */
const BUFFER_SIZE = 64 * 1024;

/** Loads what `secureChannel` needs, so that its time is not measured. */
export async function prepareTls(): Promise<void> {
  await Promise.all([import("node:tls"), import("node:stream")]);
}

/**
 * Speaks TLS over `channel`, which belongs to the result from now on, and is closed when that fails.
 *
 * @param hostname The name that the certificate must have, if `tls` says nothing else.
 * @throws Errors of `node:tls` with their `code`, or the reason of `signal`.
 */
export async function secureChannel(
  channel: Channel,
  hostname: string,
  tls: TlsOptions,
  signal: AbortSignal,
): Promise<Channel> {
  const [{ connect, rootCertificates }, { Duplex }] = await Promise.all([
    import("node:tls"),
    import("node:stream"),
  ]);
  const received: Uint8Array[] = [];
  let waiting = 0; // bytes in `received`
  let ended = false;
  let failure: Error | null = null;
  let wake = () => {};
  let takeMore = () => {};

  // A TLS socket that is paused loses the end of the stream; so it flows, and what flows into it is held.
  const encrypted = new Duplex({
    allowHalfOpen: true,
    read() {
      const buffer = new Uint8Array(BUFFER_SIZE);
      (async () => {
        while (waiting > READ_AHEAD) await new Promise<void>((resolve) => takeMore = resolve);
        const count = await channel.read(buffer);
        this.push(count === null ? null : buffer.subarray(0, count));
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
  const name = tls.serverName ?? hostname;
  const options = {
    socket: encrypted,
    host: name,
    allowHalfOpen: true, // an option of sockets, which the types of node:tls leave out
    rejectUnauthorized: !tls.insecure && !tls.inspect,
    ...(isAddress(name) ? {} : { servername: name }), // RFC 6066, section 3: no literal addresses
    ...(tls.ca === null ? {} : { ca: [...rootCertificates, tls.ca] }),
  };
  const socket: TLSSocket = connect(options);
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
    failure ??= Object.assign(new Error("the connection was closed"), { name: "Interrupted" });
    wake();
  });
  await agreed(socket, signal);
  if (tls.inspect) {
    const { peerCertificateOf } = await import("./peer_certificate.ts");
    tls.inspect(peerCertificateOf(socket));
  }

  return {
    async read(buffer) {
      while (received.length === 0) {
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
}

/** Resolves when both sides have agreed. */
async function agreed(socket: TLSSocket, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const cutOff = () => reject(Object.assign(new Error("EOF"), { name: "UnexpectedEof" }));
  socket.once("secureConnect", resolve).once("error", reject).once("end", cutOff)
    .once("close", cutOff);
  try {
    await abortable(promise, signal);
  } catch (error) {
    socket.destroy();
    throw denoError(error);
  } finally {
    socket.off("error", reject).off("end", cutOff).off("close", cutOff);
  }
}
