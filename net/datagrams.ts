/**
 * The service over datagrams: each one is answered by one, which keeps its boundaries.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import type { ServerEvent, SocketEvent } from "./events.ts";
import type { Transform } from "./stream.ts";

/** A datagram and where it came from. */
export interface Datagram {
  /** Its payload, 0 to 65,507 bytes over IPv4 (RFC 768; 65,535 less the headers). */
  readonly data: Uint8Array;
  /** The sender's IP address. */
  readonly host: string;
  /** The sender's address for people: `127.0.0.1:51478`. */
  readonly peer: string;
}

/** A socket for datagrams. */
export interface DatagramSocket {
  /** Where it is bound, with the real port. */
  readonly address: string;
  /** What it speaks: `UDP over IPv4`. */
  readonly protocol: string;
  /** Yields what arrives until the socket is closed. */
  readonly received: AsyncIterable<Datagram>;
  /** Sends `data` to where `to` came from. Rejects when it is too long for a datagram. */
  send(data: Uint8Array, to: Datagram): Promise<void>;
  /** Closes it. */
  close(): void;
}

/** How datagrams are served. */
export interface DatagramOptions {
  /** The service; called once for each datagram. */
  readonly transform: Transform;
  /** Ends it. */
  readonly stop: AbortSignal;
  /** Whether the host at this IP address is served; everybody is if not given. */
  readonly access?: (address: string) => boolean;
  /** Told what happens. May not throw. */
  readonly onEvent: (event: ServerEvent) => void;
  /** Whether `onEvent` is told of every datagram as well. */
  readonly verbose?: boolean;
}

/**
 * Answers the datagrams that `socket` receives until `stop`, one after the other. It closes `socket`.
 * A datagram that cannot be answered is an event.
 */
export async function serveDatagrams(
  socket: DatagramSocket,
  options: DatagramOptions,
): Promise<void> {
  const { transform, stop, access, onEvent, verbose = false } = options;
  const { protocol, address } = socket;
  const steps: SocketEvent["event"][] = ["socket", "bind"];
  for (const event of steps) onEvent({ event, protocol, address });
  const close = () => socket.close();
  if (stop.aborted) close();
  stop.addEventListener("abort", close);
  for await (const datagram of socket.received) {
    const { peer, host } = datagram;
    if (access?.(host) === false) {
      onEvent({ event: "refuse", connection: null, peer, reason: "the address is not allowed" });
      continue;
    }
    const told = { connection: null, peer };
    if (verbose) onEvent({ event: "read", ...told, data: datagram.data });
    try {
      const data = await answer(datagram.data, transform);
      await socket.send(data, datagram);
      if (verbose) onEvent({ event: "write", ...told, data });
    } catch (error) {
      onEvent({ event: "fail", peer, error });
    }
  }
  stop.removeEventListener("abort", close);
  onEvent({ event: "stop", open: 0, graceMs: 0 });
}

/** Resolves to what `transform` makes of a conversation that is `message` and nothing else. */
export async function answer(message: Uint8Array, transform: Transform): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of transform(once(message))) parts.push(chunk.slice());
  return concat(parts);
}

async function* once(message: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(message);
}
