/**
 * Listening sockets by `node:net`, for what Deno's own cannot do: take a socket that another program has
 * opened, and reset connections where no call of the C library can be made.
 *
 * It takes 20 ms to load: import this module only where it is needed. The connections of a descriptor are
 * accepted by calls of the C library where these can be made. Where not, `node:net` does, and it accepts whatever
 * comes, and stops for good when no descriptor is left, or at its `maxConnections` (Deno 2.9.6). So each connection
 * above a number that leaves some descriptors is closed at once, where Deno's own listener lets it wait; many
 * thousands in one instant can still be too many.
 *
 * @module
 */
import type { Server, Socket } from "node:net";
import type { Connection, Listener, ServerTls } from "./connection.ts";
import { formatEndpoint, type TcpEndpoint } from "./endpoint.ts";
import { denoError } from "./node_errors.ts";
import { peerOf, socketChannel, socketMaker } from "./node_socket.ts";
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
  const secured = tls && await (await import("./node_tls_server.ts")).nodeTls(tls);
  const accepted = "descriptor" in place
    ? await descriptorSockets(place.descriptor) ?? await AcceptQueue.at(place, most)
    : await AcceptQueue.at(place, most);
  let count = 0;
  const isUnix = accepted.address === null; // node:net does not tell its path
  const address = accepted.address ?? `descriptor ${"descriptor" in place ? place.descriptor : ""}`;
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

/** The sockets of the connections to a listening one. */
interface Sockets {
  /** Its address, or `null` if that is none of IP. */
  readonly address: string | null;
  /** Resolves to the next one, or `null` once it is closed. */
  next(): Promise<Socket | null>;
  /** Stops listening, and closes those that nobody has taken. */
  close(): void;
}

/** Resolves to those at `fd`, each accepted when it is asked for; to `null` where the C library cannot be called. */
async function descriptorSockets(fd: number): Promise<Sockets | null> {
  const { acceptAt } = await import("./descriptor_accept.ts");
  const acceptor = acceptAt(fd);
  if (acceptor === null) return null;
  const socketOf = await socketMaker();
  return {
    address: acceptor.address,
    async next() {
      const accepted = await acceptor.accept();
      if (accepted === null) return null;
      return socketOf(accepted).on("error", () => {}); // the reader of its channel is told as well
    },
    close: () => acceptor.close(),
  };
}

/** The sockets that `node:net` has accepted and nobody has taken: it accepts whenever it can. */
class AcceptQueue implements Sockets {
  readonly address: string | null;
  readonly #server: Server;
  readonly #waiting = new Set<Socket>();
  #closed = false;
  #wake = () => {};

  private constructor(server: Server, most: number) {
    this.#server = server;
    const at = server.address();
    this.address = at === null || typeof at === "string"
      ? null
      : formatEndpoint({ transport: "tcp", hostname: at.address, port: at.port });
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

  /** Resolves to those of a server that listens at `place`; at most so many are open at once. */
  static async at(place: NodePlace, most: number): Promise<AcceptQueue> {
    const { createServer } = await import("node:net");
    if (!("descriptor" in place)) requireNet(formatEndpoint(place));
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    await listening(server, place);
    return new AcceptQueue(server, most);
  }

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

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#server.close();
    for (const socket of this.#waiting) socket.destroy();
    this.#waiting.clear();
    this.#wake();
  }
}
