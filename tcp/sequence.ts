/**
 * Sequence numbers of TCP: 32 bits that wrap around (RFC 9293, section 3.4).
 *
 * @module
 */

/** Whether `a` is before `b`; numbers more than 2^31 apart count as wrapped. */
export function isBefore(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}

/** Returns the sequence number `count` behind `from`; `count` may be negative. */
export function advance(from: number, count: number): number {
  return (from + count) >>> 0;
}

/** Returns whichever comes later; `null` is before everything. */
export function later(a: number | null, b: number): number {
  return a === null || isBefore(a, b) ? b : a;
}

/** The most separate ranges that are remembered. A receiver that misses more forgets the last ones. */
const MAX_RANGES = 256;

/** What has arrived beyond a gap: ranges of sequence numbers, in order and apart from each other. */
export class Ranges {
  #ranges: (readonly [start: number, end: number])[] = [];

  /** Where the last range ends, or `null` if there is none. */
  get end(): number | null {
    return this.#ranges.at(-1)?.[1] ?? null;
  }

  /** Adds what begins at `start` and ends before `end`. */
  add(start: number, end: number): void {
    const kept: (readonly [number, number])[] = [];
    for (const range of this.#ranges) {
      if (isBefore(range[1], start) || isBefore(end, range[0])) {
        kept.push(range);
        continue;
      }
      if (isBefore(range[0], start)) start = range[0];
      if (isBefore(end, range[1])) end = range[1];
    }
    const at = kept.findIndex((range) => isBefore(end, range[0]));
    kept.splice(at === -1 ? kept.length : at, 0, [start, end]);
    this.#ranges = kept.slice(0, MAX_RANGES);
  }

  /** Returns how far one gets from `from` without a gap, and forgets what lies before that. */
  take(from: number): number {
    while (this.#ranges.length > 0 && !isBefore(from, this.#ranges[0]![0])) {
      from = later(from, this.#ranges.shift()![1]);
    }
    return from;
  }
}
