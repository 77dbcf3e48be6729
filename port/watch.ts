/**
 * The sockets of one port over time, as the kernel has them.
 *
 * @module
 */
import { pause, unlessStopped } from "../net/waiting.ts";
import type { KernelSocket, SocketAddress } from "../sockets/socket.ts";

/** The two sockets of a connection at the port, or one socket that waits for peers and has no other. */
export interface SocketPair {
  /** The socket at the port; `null` if there is none, or not any more. */
  readonly local: KernelSocket | null;
  /** The peer's socket, if it is on this machine. */
  readonly peer: KernelSocket | null;
  /** The sockets of the two that have been seen so far. */
  readonly seen: { readonly local: boolean; readonly peer: boolean };
  /** The addresses of the connection: at the port, and the peer's if there is one. */
  readonly addresses: Pick<KernelSocket, "local" | "remote">;
}

/** A change of a pair between two readings. */
export interface PairChange {
  /** The kind of change; `present` is said of pairs that the first reading finds. */
  readonly event: "present" | "appeared" | "changed" | "vanished";
  /** The pair as it is now. */
  readonly pair: SocketPair;
}

/** The result of one reading. */
export interface Reading {
  /** The changes since the reading before. */
  readonly changes: readonly PairChange[];
  /** For each socket that the kernel will forget: the seconds until then. */
  readonly secondsLeft: readonly number[];
}

/** The most of a processor that reading may take in the long run. */
const SHARE = 1 / 50;

/** Milliseconds of work that may be done in advance: the first readings cost more. */
const CREDIT = 50;

/** The least and the most time between two readings, in milliseconds. */
const PAUSE = { least: 200, most: 5000 } as const;

/**
 * Yields the changes at `port`, reading by reading, until `stop` is aborted; the first reading tells
 * of the pairs that are there. The more work a reading is, the rarer they become.
 *
 * @example
 * ```ts
 * import { watchPort } from "./watch.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const read = () => Promise.resolve([]); // no socket is on the port
 * const stop = new AbortController();
 * for await (const { changes } of watchPort(read, 8000, () => Promise.resolve(0), stop.signal)) {
 *   assertEquals(changes, []);
 *   stop.abort();
 * }
 * ```
 *
 * @param work Resolves to the milliseconds of work so far.
 * @throws As the system does where the sockets cannot be read.
 */
export async function* watchPort(
  read: () => Promise<readonly KernelSocket[]>,
  port: number,
  work: () => Promise<number>,
  stop: AbortSignal,
): AsyncGenerator<Reading, void, undefined> {
  let before: ReadonlyMap<string, SocketPair> | null = null;
  let debt = -CREDIT;
  let done = await work();
  while (!stop.aborted) {
    const started = performance.now();
    const sockets = await unlessStopped(read(), stop);
    if (sockets === null) return;
    const now: ReadonlyMap<string, SocketPair> = pairsOf(sockets, port, before);
    const changes = changesBetween(before, now);
    before = now;
    yield {
      changes,
      secondsLeft: [...now.values()].flatMap(({ local, peer }) =>
        [local?.secondsLeft ?? null, peer?.secondsLeft ?? null].filter((left) => left !== null)
      ),
    };
    const all = await work();
    debt += all - done;
    done = all;
    await pause(Math.min(PAUSE.most, Math.max(PAUSE.least, debt / SHARE)), stop);
    debt = Math.max(-CREDIT, debt - (performance.now() - started) * SHARE);
  }
}

/** Joins the two sockets of each connection into a pair. */
function pairsOf(
  sockets: readonly KernelSocket[],
  port: number,
  before: ReadonlyMap<string, SocketPair> | null,
): Map<string, SocketPair> {
  const pairs = new Map<string, SocketPair>();
  for (const socket of sockets) {
    const isLocal = socket.local.port === port;
    const addresses = addressesOf(socket, isLocal);
    // Listeners on one address, as of SO_REUSEPORT, differ in their names only.
    const key = JSON.stringify(addresses.remote ? addresses : [addresses, socket.id]);
    const { local = null, peer = null } = pairs.get(key) ?? {};
    const both = isLocal ? { local: socket, peer } : { local, peer: socket };
    const seen = before?.get(key)?.seen;
    pairs.set(key, {
      ...both,
      seen: {
        local: both.local !== null || (seen?.local ?? false),
        peer: both.peer !== null || (seen?.peer ?? false),
      },
      addresses,
    });
  }
  return pairs;
}

/** Returns the addresses of a socket's connection as seen from the socket at the port. */
function addressesOf({ local, remote }: KernelSocket, isLocal: boolean): SocketPair["addresses"] {
  if (remote === null) return { local, remote };
  const [own, peers] = isLocal ? [local, remote] : [remote, local];
  return { local: plain(own), remote: plain(peers) };
}

/** Returns IPv4 in IPv6 as IPv4 (RFC 4291, section 2.5.5.2): one side of a connection alone may have it. */
function plain({ hostname, port }: SocketAddress): SocketAddress {
  return { hostname: hostname.replace(/^::ffff:(?=\d+\.)/, ""), port };
}

function changesBetween(
  before: ReadonlyMap<string, SocketPair> | null,
  now: ReadonlyMap<string, SocketPair>,
): PairChange[] {
  const changes: PairChange[] = [];
  for (const [key, pair] of before ?? []) {
    if (!now.has(key)) {
      changes.push({ event: "vanished", pair: { ...pair, local: null, peer: null } });
    }
  }
  for (const [key, pair] of now) {
    const old = before?.get(key);
    if (!old) changes.push({ event: before ? "appeared" : "present", pair });
    else if (differ(old.local, pair.local) || differ(old.peer, pair.peer)) {
      changes.push({ event: "changed", pair });
    }
  }
  return changes;
}

function differ(a: KernelSocket | null, b: KernelSocket | null): boolean {
  return a?.state !== b?.state || a?.id !== b?.id;
}
