/**
 * UDP sockets of a server: the edge to the system for datagrams.
 *
 * It stands on `node:dgram`, because `Deno.listenDatagram` needs a flag that a bundled program cannot
 * set. Loading that costs 20 ms: import this module only where UDP is spoken.
 *
 * @module
 */
import type { RemoteInfo } from "node:dgram";
import type { Datagram, DatagramSocket } from "./datagram.ts";
import { type Endpoint, formatEndpoint } from "./endpoint.ts";
import { withZone } from "../address/zone.ts";
import { explainEndpoint } from "./endpoint_errors.ts";
import { denoError } from "./node_errors.ts";
import { bindAt } from "./udp_group.ts";
import { requireNet } from "./permission.ts";

/** The part of `Io` that a socket needs beside `node:dgram`. */
export interface UdpSystem {
  /** Returns this machine's addresses; none where they may not be seen. */
  networkInterfaces(): readonly { readonly address: string }[];
  /** Resolves to how many datagrams the kernel has dropped at a bound address, `null` if that is not known. */
  drops(hostname: string, port: number): Promise<number | null>;
}

/** Milliseconds for which the machine's addresses are taken to stay the same. */
const ADDRESSES_LAST = 1000;

/**
 * Binds a UDP socket to `hostname` and `port`, and resolves when it is closed again.
 *
 * @throws Errors of the system with its `code`, for example `EADDRINUSE`.
 */
export async function tryDatagrams(hostname: string, port: number): Promise<void> {
  const { createSocket } = await import("node:dgram");
  requireNet(formatEndpoint({ transport: "tcp", hostname, port }));
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
 * Sends an empty datagram from a free port, and resolves when the kernel has taken it.
 *
 * @param address An IP address; with a zone if it is link-local.
 * @throws Errors of the system with its `code`, for example `ENETUNREACH`.
 */
export async function sendDatagram(address: string, port: number): Promise<void> {
  const { createSocket } = await import("node:dgram");
  requireNet(formatEndpoint({ transport: "tcp", hostname: address, port }));
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.send(new Uint8Array(0), port, address, (error) => error ? reject(error) : resolve());
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
export async function bindDatagrams(
  endpoint: Endpoint,
  system: UdpSystem,
): Promise<DatagramSocket> {
  if (endpoint.transport !== "tcp") throw new TypeError("a Unix socket has no UDP");
  const [{ createSocket }, { lookup }] = await Promise.all([
    import("node:dgram"),
    import("node:dns"),
  ]);
  const family = endpoint.hostname.includes(":") ? 6 : 4;
  requireNet(formatEndpoint(endpoint));
  let isBound = false;
  const socket = createSocket({
    type: family === 6 ? "udp6" : "udp4",
    // It sends to addresses and never to names: there is nothing to wait for.
    lookup: (host, options, callback) =>
      isBound ? callback(null, host, family) : lookup(host, options, callback),
  });
  await bindAt(socket, endpoint);
  isBound = true;
  socket.on("error", () => {}); // an answer that could not be delivered is no trouble of the server
  const { address: hostname, port } = socket.address();
  const isLocal = localAddresses(hostname, system);
  const nameOf = (host: string, port: number) =>
    formatEndpoint({ transport: "tcp", hostname: withZone(host, endpoint.hostname), port });
  let closed = false;
  return {
    address: nameOf(hostname, port),
    protocol: `UDP over IPv${family}`,
    receive(onDatagram) {
      socket.on("message", (data: Uint8Array, { address: host, port }: RemoteInfo) => {
        const peer = nameOf(host, port);
        onDatagram({
          data: new Uint8Array(data.buffer, data.byteOffset, data.length),
          host,
          port,
          peer,
        });
      });
    },
    send(data, { host, port }, done) {
      const peer = { transport: "tcp", hostname: host, port } as const;
      const explain = (error: unknown) => explainEndpoint(denoError(error), peer);
      try {
        socket.send(data, port, host, (error) => done(error ? explain(error) : null));
      } catch (error) {
        done(explain(error));
      }
    },
    isOwn: (datagram: Datagram) => datagram.port === port && isLocal(datagram.host),
    drops: () => system.drops(hostname, port),
    close() {
      if (!closed) socket.close();
      closed = true;
    },
  };
}

/** Returns a test whether a host is this machine; each may be, where its addresses may not be seen. */
function localAddresses(bound: string, system: UdpSystem): (host: string) => boolean {
  let known: ReadonlySet<string> = new Set();
  let readAt = -Infinity;
  return (host) => {
    const plain = host.replace(/^::ffff:(?=\d+\.)/, ""); // IPv4 on a socket for both
    if (plain === bound || plain === "::1" || plain.startsWith("127.")) return true;
    if (performance.now() - readAt > ADDRESSES_LAST) {
      known = new Set(system.networkInterfaces().map(({ address }) => address));
      readAt = performance.now();
    }
    return known.size === 0 || known.has(plain);
  };
}
