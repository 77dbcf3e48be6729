/**
 * Listening sockets by `node:net`, for what Deno's own cannot do: take a socket that another program has
 * opened, and reset connections.
 *
 * Resetting takes `node:net`, also where `SO_LINGER` could be set: closing a connection, Deno ends it with a FIN
 * before anything else.
 *
 * It takes 20 ms to load: import this module only where it is needed. `node:net` accepts whatever comes, and
 * stops for good when no descriptor is left, or at its `maxConnections` (Deno 2.9.6). So each connection above a
 * number that leaves some descriptors is closed at once, where Deno's own listener lets it wait; many thousands
 * in one instant can still be too many.
 *
 * @module
 */
import type { Server, Socket } from "node:net";
import type { Connection, Listener, ServerTls } from "./connection.ts";
import { formatEndpoint, type TcpEndpoint } from "./endpoint.ts";
import { denoError } from "./node_errors.ts";
import { peerOf, socketChannel } from "./node_socket.ts";
import { requireNet } from "./permission.ts";

/** A place to listen: an address to bind, or the number of a descriptor that listens. */
export type NodePlace = TcpEndpoint | { readonly descriptor: number };

/** The most connections that wait for the kernel, as in `listen.ts`. */
const BACKLOG = 4096;

/**
 * Listens at `place`; with `tls`, connections speak it by `node:tls`.
 *
 * @param most Connections that may be open at once, which leaves descriptors; one more is closed at once.
 * @throws Errors named as Deno's.
 */
export async function listenByNode(
  place: NodePlace,
  most: number,
  tls: ServerTls | null = null,
): Promise<Listener> {
  const { createServer } = await import("node:net");
  const secured = tls && await (await import("./node_tls_server.ts")).nodeTls(tls);
  if (!("descriptor" in place)) requireNet(formatEndpoint(place));
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  await listening(server, place);
  const accepted = new AcceptQueue(server, most);
  let count = 0;
  const at = server.address();
  const isUnix = at === null || typeof at === "string"; // node:net does not tell its path
  const address = isUnix
    ? `descriptor ${"descriptor" in place ? place.descriptor : ""}`
    : formatEndpoint({ transport: "tcp", hostname: at.address, port: at.port });
  return {
    address,
    protocol: isUnix ? "Unix" : `${tls ? "TLS" : "TCP"} over IPv${address[0] === "[" ? 6 : 4}`,
    secure: tls !== null,
    inherited: "descriptor" in place,
    async accept(): Promise<Connection | null> {
      const socket = await accepted.next();
      if (socket === null) return null;
      if (isUnix) return { channel: socketChannel(socket), peer: `${address}#${++count}` };
      const peer = { peer: peerOf(socket), host: socket.remoteAddress ?? "" };
      const reset = () => {
        if (!socket.destroyed) socket.resetAndDestroy();
        return Promise.resolve();
      };
      if (secured === null) return { channel: socketChannel(socket), ...peer, reset };
      const channel = secured(socketChannel(socket));
      return { channel, tls: channel, ...peer };
    },
    close: () => accepted.close(),
  };
}

/** Resolves when `server` listens. */
async function listening(server: Server, place: NodePlace): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).once("listening", resolve);
  if ("descriptor" in place) server.listen({ fd: place.descriptor });
  else server.listen({ host: place.hostname, port: place.port, backlog: BACKLOG });
  try {
    await promise;
  } catch (error) {
    const { explainEndpoint } = await import("./endpoint_errors.ts");
    const named = denoError(error);
    throw "descriptor" in place ? named : explainEndpoint(named, place);
  } finally {
    server.removeListener("error", reject);
  }
}

/** The sockets that `node:net` has accepted and nobody has taken: it accepts whenever it can. */
class AcceptQueue {
  readonly #server: Server;
  readonly #waiting = new Set<Socket>();
  #closed = false;
  #wake = () => {};

  constructor(server: Server, most: number) {
    this.#server = server;
    let open = 0;
    server.on("connection", (socket) => {
      socket.on("error", () => {}); // the reader of its channel is told as well
      open++;
      socket.on("close", () => open--);
      if (this.#closed || open > most) socket.destroy();
      else this.#waiting.add(socket);
      this.#wake();
    });
    server.on("error", () => {}); // of one that was gone before it was accepted
  }

  /** Resolves to the next one, or `null` once the server is closed. */
  async next(): Promise<Socket | null> {
    for (;;) {
      for (const socket of this.#waiting) {
        this.#waiting.delete(socket);
        return socket;
      }
      if (this.#closed) return null;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** Stops listening, and closes those that nobody has taken. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#server.close();
    for (const socket of this.#waiting) socket.destroy();
    this.#waiting.clear();
    this.#wake();
  }
}
