/**
 * Numbers for exercises: a class that starts a lesson with the same seed has the same exercises.
 *
 * @module
 */

/** A sequence of numbers that a seed determines (mulberry32: 32 bits of state). */
export class Random {
  #state: number;

  /** Makes the sequence of `seed`, an integer. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Returns an integer from `least` to `most`. */
  integer(least: number, most: number): number {
    this.#state = this.#state + 0x6d2b79f5 >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ mixed >>> 15, mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return least + ((mixed ^ mixed >>> 14) >>> 0) % (most - least + 1);
  }

  /** Returns one of `values`. */
  one<T>(values: readonly T[]): T {
    return values[this.integer(0, values.length - 1)]!;
  }
}
