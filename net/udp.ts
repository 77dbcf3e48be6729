/**
 * UDP sockets of a server: the edge to the system for datagrams.
 *
 * It stands on `node:dgram`, because `Deno.listenDatagram` needs a flag that a bundled program cannot
 * set. Loading that costs 20 ms: import this module only where UDP is spoken.
 *
 * @module
 */
import type { RemoteInfo } from "node:dgram";
import type { Datagram, DatagramSocket } from "./datagrams.ts";
import { type Endpoint, formatEndpoint } from "./endpoint.ts";
import { denoError } from "./node_errors.ts";

/** Datagrams that wait for an answer; more are lost, as they are in the kernel's own queue. */
const QUEUE = 1024;

/** A datagram with its sender's port. */
interface Received extends Datagram {
  readonly port: number;
}

/**
 * Binds a UDP socket to `hostname` and `port`, and resolves when it is closed again.
 *
 * @throws Errors of the system with its `code`, for example `EADDRINUSE`.
 */
export async function tryDatagrams(hostname: string, port: number): Promise<void> {
  const { createSocket } = await import("node:dgram");
  const socket = createSocket(hostname.includes(":") ? "udp6" : "udp4");
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.bind(port, hostname, resolve);
    });
  } finally {
    await new Promise<void>((resolve) => socket.close(resolve));
  }
}

/**
 * Binds a UDP socket to `endpoint`.
 *
 * @throws Errors of the system with its `code`, for example `EADDRINUSE`.
 */
export async function bindDatagrams(endpoint: Endpoint): Promise<DatagramSocket> {
  if (endpoint.transport !== "tcp") throw new TypeError("a Unix socket has no UDP");
  const { createSocket } = await import("node:dgram");
  const { hostname, port } = endpoint;
  const family = hostname.includes(":") ? 6 : 4;
  const socket = createSocket(family === 6 ? "udp6" : "udp4");
  const queue: Received[] = [];
  let closed = false;
  let wake = () => {};
  await new Promise<void>((resolve, reject) => {
    socket.once("error", (error) => reject(denoError(error)));
    socket.bind(port, hostname, resolve);
  });
  socket.removeAllListeners("error");
  socket.on("error", () => {}); // an answer that could not be delivered is no trouble of the server
  socket.on("message", (data: Uint8Array, { address, port }: RemoteInfo) => {
    if (queue.length >= QUEUE) return;
    const peer = formatEndpoint({ transport: "tcp", hostname: address, port });
    queue.push({ data, host: address, port, peer });
    wake();
  });
  const bound = socket.address();
  return {
    address: formatEndpoint({ transport: "tcp", hostname: bound.address, port: bound.port }),
    protocol: `UDP over IPv${family}`,
    received: {
      async *[Symbol.asyncIterator]() {
        for (;;) {
          const next = queue.shift();
          if (next) yield next;
          else if (closed) return;
          else await new Promise<void>((resolve) => wake = resolve);
        }
      },
    },
    send(data, to) {
      const { host, port } = to as Received;
      return new Promise((resolve, reject) => {
        socket.send(data, port, host, (error) => error ? reject(error) : resolve());
      });
    },
    close() {
      if (closed) return;
      closed = true;
      socket.close();
      wake();
    },
  };
}
