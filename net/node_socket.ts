/**
 * TCP connections by `node:net`, for what Deno's own cannot do: connect from a chosen address, and take a descriptor.
 *
 * It takes 20 ms to load: import this module only where it is needed.
 *
 * @module
 */
import type { Socket } from "node:net";
import { abortable } from "@std/async/abortable";
import { formatEndpoint } from "./endpoint.ts";
import { denoError } from "./node_errors.ts";
import { requireNet } from "./permission.ts";
import type { SourceAddress } from "../address/source_address.ts";
import type { Channel } from "./stream.ts";
import { msg } from "../text/messages.ts";

/**
 * Connects to `address` from `source`.
 *
 * @throws Errors named as Deno's, or the reason of `signal`.
 */
export async function connectSocket(
  address: string,
  port: number,
  source: SourceAddress,
  signal: AbortSignal,
): Promise<Socket> {
  const net = await import("node:net");
  signal.throwIfAborted();
  const { hostname: from, port: fromPort } = source;
  if (from !== null) requireNet(nameOf(from, fromPort));
  requireNet(nameOf(address, port));
  const socket = net.connect({
    host: address,
    port,
    allowHalfOpen: true,
    noDelay: true,
    localPort: fromPort,
    ...(from === null ? {} : { localAddress: from }),
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once("connect", resolve).once("error", reject);
  try {
    await abortable(promise, signal);
    return socket;
  } catch (error) {
    socket.on("error", () => {}).destroy();
    throw denoError(error);
  } finally {
    socket.removeListener("error", reject);
  }
}

/** Resolves to the function that makes the socket of a connection's descriptor, which belongs to it from then on. */
export async function socketMaker(): Promise<(fd: number) => Socket> {
  const { Socket } = await import("node:net");
  return (fd) =>
    new Socket({ fd, allowHalfOpen: true, readable: true, writable: true }).setNoDelay(true);
}

/** Returns a connected socket as a channel: it reads no further ahead than the socket's own buffer. */
export function socketChannel(socket: Socket): Channel {
  let rest: Uint8Array = new Uint8Array();
  let ended = false;
  let failure: Error | null = null;
  let wake = () => {};
  socket.on("readable", () => wake());
  socket.on("end", () => {
    ended = true;
    wake();
  });
  socket.on("error", (error) => {
    failure = denoError(error);
    wake();
  });
  socket.on("close", () => {
    failure ??= named("Interrupted", msg("the connection was closed"));
    wake();
  });
  return {
    async read(buffer) {
      for (;;) {
        if (rest.length === 0) rest = socket.read() as Uint8Array | null ?? rest;
        if (rest.length > 0) {
          const part = rest.subarray(0, buffer.length);
          buffer.set(part);
          rest = rest.subarray(part.length);
          return part.length;
        }
        if (ended) return null;
        if (failure) throw failure;
        await new Promise<void>((resolve) => wake = resolve);
      }
    },
    ...sending(socket, () => failure),
    close() {
      // Ends this half first, so that the peer sees an end and not something cut off.
      if (ended || !socket.writableEnded) socket.destroySoon();
      else socket.destroy();
    },
  };
}

/** Returns how a channel over `socket` writes; once there is a `failure`, writing rejects with it. */
export function sending(
  socket: Pick<Socket, "write" | "end">,
  failure: () => Error | null,
): Pick<Channel, "write" | "closeWrite"> {
  return {
    write(bytes) {
      const failed = failure();
      if (failed) return Promise.reject(failed);
      return new Promise((resolve, reject) => {
        socket.write(bytes, (error) => error ? reject(denoError(error)) : resolve(bytes.length));
      });
    },
    closeWrite() {
      return new Promise((resolve, reject) => {
        socket.end((error?: Error) => error ? reject(denoError(error)) : resolve());
      });
    },
  };
}

/** Returns the peer's address for people. */
export function peerOf({ remoteAddress, remotePort }: Socket): string {
  return nameOf(remoteAddress ?? "?", remotePort ?? 0);
}

function nameOf(hostname: string, port: number): string {
  return formatEndpoint({ transport: "tcp", hostname, port });
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
