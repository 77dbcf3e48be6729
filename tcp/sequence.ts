/**
 * Sequence numbers of TCP: 32 bits that wrap around (RFC 9293, section 3.4).
 *
 * @module
 */

/**
 * Whether `a` is before `b`; numbers more than 2^31 apart count as wrapped.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { advance, isBefore } from "./sequence.ts";
 *
 * assert(isBefore(0xffffffff, advance(0xffffffff, 5)));
 * ```
 */
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

/** The most separate ranges that are remembered; with more gaps the last ranges are forgotten. */
const MAX_RANGES = 256;

/** Ranges of sequence numbers that have arrived beyond a gap, in order and apart from each other. */
export class Ranges {
  #ranges: (readonly [start: number, end: number])[] = [];

  /** The end of the last range, `null` if there is none. */
  get end(): number | null {
    return this.#ranges.at(-1)?.[1] ?? null;
  }

  /** Adds the range from `start` up to, and without, `end`. */
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

  /** Whether one range has all from `start` up to, and without, `end`. */
  covers(start: number, end: number): boolean {
    return this.#ranges.some((range) => !isBefore(start, range[0]) && !isBefore(range[1], end));
  }

  /** Returns the first missing number from `from` on, and forgets the ranges before it. */
  consume(from: number): number {
    while (this.#ranges.length > 0 && !isBefore(from, this.#ranges[0]![0])) {
      from = later(from, this.#ranges.shift()![1]);
    }
    return from;
  }
}
