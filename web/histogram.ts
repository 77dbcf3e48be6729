/**
 * A distribution of durations, counted as Prometheus counts it.
 *
 * @module
 */

/** The upper bounds of the buckets in seconds; above the last one there is one bucket more. */
export const BOUNDS: readonly number[] = [
  ...[0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
];

/** The numbers of durations below each bound. */
export class Histogram {
  /** The sum of all durations in seconds. */
  sum = 0;
  /** The number of durations. */
  count = 0;
  readonly #buckets = new Array<number>(BOUNDS.length).fill(0);

  /** Counts a duration. */
  observe(seconds: number): void {
    this.sum += seconds;
    this.count++;
    const bucket = BOUNDS.findIndex((bound) => seconds <= bound);
    if (bucket !== -1) this.#buckets[bucket]!++;
  }

  /** Returns the numbers of durations that are at most as long as each of `BOUNDS`. */
  cumulative(): readonly number[] {
    let sum = 0;
    return this.#buckets.map((count) => sum += count);
  }
}
