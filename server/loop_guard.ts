/**
 * A guard against two servers of datagrams that answer each other for ever (CVE-2024-2169 and its kind).
 *
 * One datagram with a forged source address is enough to begin it: the answer goes to another server,
 * which answers the answer. In such a loop each datagram that comes is one that was sent there before.
 *
 * @module
 */

/** Milliseconds for which an answer is remembered. */
const MEMORY = 1000;

/** Datagrams that a peer sends back and that are answered at once. */
const AT_ONCE = 20;

/** Datagrams more that are answered in a second. */
const A_SECOND = 10;

/** Answers that are remembered, a power of two; a further one takes the place of an older one. */
const ANSWERS = 65_536;

/** Peers whose share is remembered; a further one takes the place of the oldest. */
const PEERS = 4096;

/**
 * Ports of services that answer any datagram with one that nobody sent them: daytime, quote of the day,
 * character generator, time (RFC 867, 865, 864, 868). Port 0 cannot be answered (RFC 768).
 */
const UNANSWERED_PORTS: ReadonlySet<number> = new Set([0, 13, 17, 19, 37]);

/** Addresses of many hosts, which send nothing: multicast and broadcast (RFC 1122, section 3.2.1.3). */
const MANY_HOSTS = /^(::ffff:)?(22[4-9]|23\d|255)\.|^ff[0-9a-f]{2}:/;

/**
 * Returns whether a datagram from this host, as the system writes its address, and port can be answered:
 * not where the answer would reach many hosts, or a service that answers anything.
 */
export function isAnswerable(host: string, port: number): boolean {
  return !UNANSWERED_PORTS.has(port) && !MANY_HOSTS.test(host);
}

/** The datagrams that a peer may still send back, `left` of them `at` a time in milliseconds. */
interface Share {
  left: number;
  at: number;
}

/**
 * The guard of one socket. It remembers a hash of each answer of the last second, in half a mebibyte
 * whatever comes: under a flood some are forgotten earlier, and a loop goes round a few times more.
 */
export class LoopGuard {
  /** Hashes of what was sent, and when, in milliseconds; the place is a part of the hash. */
  readonly #hashes = new Uint32Array(ANSWERS);
  readonly #times = new Float64Array(ANSWERS).fill(-Infinity);
  readonly #shares = new Map<string, Share>();

  /** Remembers that `data` is sent to `peer` at a time, in milliseconds of a clock that only goes forward. */
  sent(peer: string, data: Uint8Array, now: number): void {
    const hash = hashOf(peer, data);
    this.#hashes[hash % ANSWERS] = hash;
    this.#times[hash % ANSWERS] = now;
  }

  /**
   * Returns whether `data`, which has come from `peer`, may be answered at a time. A datagram equal to one that
   * was sent to that peer within the last second may be 20 times at once, then ten times a second.
   */
  allows(peer: string, data: Uint8Array, now: number): boolean {
    const hash = hashOf(peer, data);
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
