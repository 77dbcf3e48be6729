/**
 * The layout of rows one below the other, of which only those in sight are made.
 *
 * @module
 */

/** Rows with their heights, in pixels. */
export class RowLayout {
  /** The top of each row, and behind them the bottom of the last one. */
  readonly #tops: Float64Array;

  /**
   * Lays out `count` rows; the first `same` are as in `before`. Where rows come all the time, their heights
   * are asked for once.
   */
  constructor(
    count: number,
    heightOf: (index: number) => number,
    before: RowLayout | null = null,
    same: number = 0,
  ) {
    this.#tops = new Float64Array(count + 1);
    if (before !== null) this.#tops.set(before.#tops.subarray(0, same + 1));
    for (let i = same; i < count; i++) this.#tops[i + 1] = this.#tops[i]! + heightOf(i);
  }

  /** The number of rows. */
  get count(): number {
    return this.#tops.length - 1;
  }

  /** The height of all rows. */
  get height(): number {
    return this.#tops[this.count]!;
  }

  /** Returns the top of a row. */
  top(index: number): number {
    return this.#tops[index]!;
  }

  /** Returns the height of a row. */
  heightOf(index: number): number {
    return this.#tops[index + 1]! - this.#tops[index]!;
  }

  /** Returns the row at a height; the last one below all, 0 where there is none. */
  rowAt(y: number): number {
    let [low, high] = [0, Math.max(0, this.count - 1)];
    while (low < high) {
      const middle = low + high + 1 >> 1;
      if (this.#tops[middle]! <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Returns the rows of which a part is between `top` and `bottom`: the first, and the one behind the last. */
  between(top: number, bottom: number): readonly [first: number, end: number] {
    if (this.count === 0) return [0, 0];
    return [this.rowAt(top), this.rowAt(bottom) + 1];
  }
}

/** Pixels of the longest gap between two rows. */
const LONGEST_GAP = 220;

/** Returns the pixels above each row that tell the time since the one before, in proportion. */
export function gapsOf(times: readonly number[]): readonly number[] {
  const waits = times.map((time, i) => i === 0 ? 0 : Math.max(0, time - times[i - 1]!));
  const longest = waits.reduce((most, wait) => Math.max(most, wait), 0);
  return waits.map((wait) => longest === 0 ? 0 : Math.round(wait / longest * LONGEST_GAP));
}
