/**
 * A guard against two servers of datagrams that answer each other for ever (CVE-2024-2169 and its kind).
 *
 * One datagram with a forged source address is enough to begin it: the answer goes to another server,
 * which answers the answer. In such a loop each datagram that comes is one that was sent there before.
 *
 * @module
 */

/** Milliseconds for which what was sent is remembered. */
const MEMORY = 1000;

/** How many datagrams that a peer sends back are answered at once. */
const AT_ONCE = 20;

/** How many more are answered in a second. */
const A_SECOND = 10;

/** Answers that are remembered, a power of two; a further one takes the place of an older one. */
const ANSWERS = 65_536;

/** Peers whose share is remembered; a further one takes the place of the oldest. */
const PEERS = 4096;

/**
 * Ports of services that answer any datagram with one that nobody sent them: quote of the day, daytime,
 * character generator, time (RFC 865, 867, 864, 868). inetd's answer them for the same reason not. Port 0
 * cannot be answered (RFC 768: it says that no answer is expected).
 */
const UNANSWERED_PORTS: ReadonlySet<number> = new Set([0, 13, 17, 19, 37]);

/** Returns whether a datagram from `port` may be answered at all. */
export function isAnswerable(port: number): boolean {
  return !UNANSWERED_PORTS.has(port);
}

/** What a peer may still send back. */
interface Share {
  left: number;
  at: number;
}

/**
 * The guard of one socket. It remembers a hash of each answer of the last second, in half a mebibyte
 * whatever comes: under a flood some are forgotten earlier, and a loop goes round a few times more.
 */
export class LoopGuard {
  readonly #now: () => number;
  /** Hashes of what was sent, and when, in milliseconds; the place is a part of the hash. */
  readonly #hashes = new Uint32Array(ANSWERS);
  readonly #times = new Float64Array(ANSWERS).fill(-Infinity);
  readonly #shares = new Map<string, Share>();

  /** Measures time by `now`, in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Remembers that `data` is sent to `peer`. */
  sent(peer: string, data: Uint8Array): void {
    const hash = hashOf(peer, data);
    this.#hashes[hash % ANSWERS] = hash;
    this.#times[hash % ANSWERS] = this.#now();
  }

  /**
   * Returns whether `data`, which has come from `peer`, may be answered. A datagram equal to one that
   * was sent to that peer within the last second may be 20 times at once, then ten times a second.
   */
  allows(peer: string, data: Uint8Array): boolean {
    const hash = hashOf(peer, data);
    const now = this.#now();
    if (this.#hashes[hash % ANSWERS] !== hash) return true;
    if (now - this.#times[hash % ANSWERS]! > MEMORY) return true;
    const { left, at } = this.#shares.get(peer) ?? { left: AT_ONCE, at: now };
    const share = Math.min(AT_ONCE, left + (now - at) / 1000 * A_SECOND);
    const allowed = share >= 1;
    this.#shares.delete(peer); // so that the first one is the one that was silent for longest
    this.#shares.set(peer, { left: allowed ? share - 1 : share, at: now });
    if (this.#shares.size > PEERS) this.#shares.delete(this.#shares.keys().next().value!);
    return allowed;
  }
}

/** Returns a hash of both (FNV-1a, over words of 32 bits as far as there are such), well mixed. */
function hashOf(peer: string, data: Uint8Array): number {
  let hash = 0x811c9dc5 ^ data.length;
  for (let i = 0; i < peer.length; i++) hash = Math.imul(hash ^ peer.charCodeAt(i), 0x01000193);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  let i = 0;
  for (; i + 4 <= data.length; i += 4) {
    hash = Math.imul(hash ^ view.getUint32(i, true), 0x01000193);
    hash ^= hash >>> 15; // a product carries nothing down
  }
  for (; i < data.length; i++) hash = Math.imul(hash ^ data[i]!, 0x01000193);
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b);
  return (hash ^ hash >>> 13) >>> 0;
}
