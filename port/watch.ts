/**
 * The sockets of one port over time, as the kernel has them.
 *
 * @module
 */
import { pause, unlessStopped } from "../net/waiting.ts";
import type { KernelSocket, SocketAddress } from "../sockets/socket.ts";

/** What goes on at a port between two ends; a socket that waits for peers has no far end. */
export interface Talk {
  /** The end at the port; `null` if there is none, or not any more. */
  readonly near: KernelSocket | null;
  /** The other end, if it is on this machine. */
  readonly far: KernelSocket | null;
  /** Which of the two have been seen so far. */
  readonly seen: { readonly near: boolean; readonly far: boolean };
  /** The addresses: that at the port, and the other one if there is one. */
  readonly ends: Pick<KernelSocket, "local" | "remote">;
}

/** What has happened to a talk. */
export interface TalkChange {
  /** What; present is what the first reading finds. */
  readonly event: "present" | "appeared" | "changed" | "vanished";
  /** The talk as it is now. */
  readonly talk: Talk;
}

/** What one reading has brought. */
export interface Reading {
  /** What has changed since the one before. */
  readonly changes: readonly TalkChange[];
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
 * Yields what has happened at `port`, reading by reading, until `stop` is aborted; the first one tells
 * what is there. The more work a reading is, the rarer they become.
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
  let before: ReadonlyMap<string, Talk> | null = null;
  let debt = -CREDIT;
  let done = await work();
  while (!stop.aborted) {
    const started = performance.now();
    const sockets = await unlessStopped(read(), stop);
    if (sockets === null) return;
    const now: ReadonlyMap<string, Talk> = talksOf(sockets, port, before);
    const changes = changesBetween(before, now);
    before = now;
    yield {
      changes,
      secondsLeft: [...now.values()].flatMap(({ near, far }) =>
        [near?.secondsLeft ?? null, far?.secondsLeft ?? null].filter((left) => left !== null)
      ),
    };
    const all = await work();
    debt += all - done;
    done = all;
    await pause(Math.min(PAUSE.most, Math.max(PAUSE.least, debt / SHARE)), stop);
    debt = Math.max(-CREDIT, debt - (performance.now() - started) * SHARE);
  }
}

/** Joins the two ends of each connection. */
export function talksOf(
  sockets: readonly KernelSocket[],
  port: number,
  before: ReadonlyMap<string, Talk> | null,
): Map<string, Talk> {
  const talks = new Map<string, Talk>();
  for (const socket of sockets) {
    const isNear = socket.local.port === port;
    const ends = endsOf(socket, isNear);
    // Listeners on one address, as of SO_REUSEPORT, differ in their names only.
    const key = JSON.stringify(ends.remote ? ends : [ends, socket.id]);
    const { near = null, far = null } = talks.get(key) ?? {};
    const both = isNear ? { near: socket, far } : { near, far: socket };
    const seen = before?.get(key)?.seen;
    talks.set(key, {
      ...both,
      seen: {
        near: both.near !== null || (seen?.near ?? false),
        far: both.far !== null || (seen?.far ?? false),
      },
      ends,
    });
  }
  return talks;
}

/** Returns the addresses of a socket's connection, that at the port first. */
function endsOf({ local, remote }: KernelSocket, isNear: boolean): Talk["ends"] {
  if (remote === null) return { local, remote };
  const [near, far] = isNear ? [local, remote] : [remote, local];
  return { local: plain(near), remote: plain(far) };
}

/** Returns IPv4 in IPv6 as IPv4 (RFC 4291, section 2.5.5.2): of a connection it may be one end only. */
function plain({ hostname, port }: SocketAddress): SocketAddress {
  return { hostname: hostname.replace(/^::ffff:(?=\d+\.)/, ""), port };
}

function changesBetween(
  before: ReadonlyMap<string, Talk> | null,
  now: ReadonlyMap<string, Talk>,
): TalkChange[] {
  const changes: TalkChange[] = [];
  for (const [key, talk] of before ?? []) {
    if (!now.has(key)) {
      changes.push({ event: "vanished", talk: { ...talk, near: null, far: null } });
    }
  }
  for (const [key, talk] of now) {
    const old = before?.get(key);
    if (!old) changes.push({ event: before ? "appeared" : "present", talk });
    else if (differ(old.near, talk.near) || differ(old.far, talk.far)) {
      changes.push({ event: "changed", talk });
    }
  }
  return changes;
}

function differ(a: KernelSocket | null, b: KernelSocket | null): boolean {
  return a?.state !== b?.state || a?.id !== b?.id;
}
