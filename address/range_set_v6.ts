/**
 * Ranges of IPv6 addresses in a typed array, and the sorting of rows of words.
 *
 * @module
 */

/** Words of 32 bits in a range: four of the first address, four of the last, the highest first. */
const WORDS = 8;

/** Ranges of IPv6, 32 B each. */
export class RangesV6 {
  #words = new Uint32Array(64 * WORDS);
  /** The number of ranges. */
  length = 0;

  /** Adds the addresses from `first` to `last`. */
  add(first: bigint, last: bigint): void {
    const at = WORDS * this.length++;
    if (at === this.#words.length) this.#words = growWords(this.#words, 1.25);
    putWords(this.#words, at, first);
    putWords(this.#words, at + 4, last);
  }

  /** Sorts the ranges and joins those that touch or overlap. */
  join(): void {
    const words = this.#words;
    arrange(words, WORDS, sortedRows(words, WORDS, this.length));
    let kept = 0;
    let end = -2n; // the last address of the range before
    for (let i = 0; i < this.length; i++) {
      const [first, last] = this.at(i);
      if (first <= end + 1n) {
        if (last > end) putWords(words, WORDS * kept - 4, end = last);
      } else {
        putWords(words, WORDS * kept, first);
        putWords(words, WORDS * kept + 4, end = last);
        kept++;
      }
    }
    this.length = kept;
  }

  /** Returns the first and last address of a range. */
  at(index: number): [first: bigint, last: bigint] {
    const at = WORDS * index;
    return [getWords(this.#words, at), getWords(this.#words, at + 4)];
  }

  /** Returns the index of the last range that begins at `value` or below, -1 if there is none. */
  search(value: bigint): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (getWords(this.#words, WORDS * middle) <= value) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** Returns `words` with room for more: `factor` times as many, in steps of 32 words. */
export function growWords(words: Uint32Array, factor: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.ceil(words.length * factor / 32) * 32);
  larger.set(words);
  return larger;
}

/** Puts the 128 bits of `value` into four words. */
export function putWords(words: Uint32Array, at: number, value: bigint): void {
  for (let i = 3, rest = value; i >= 0; i--, rest >>= 32n) {
    words[at + i] = Number(rest & 0xffff_ffffn);
  }
}

/** Returns the 128 bits in four words. */
export function getWords(words: Uint32Array, at: number): bigint {
  const high = words[at]! * 0x1_0000_0000;
  const low = words[at + 2]! * 0x1_0000_0000;
  return (BigInt(high) | BigInt(words[at + 1]!)) << 64n | BigInt(low) | BigInt(words[at + 3]!);
}

/** Returns the indices of `count` rows of `width` words, in the order of their first four words. */
function sortedRows(words: Uint32Array, width: number, count: number): Uint32Array {
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  return order.sort((one, other) => {
    for (let i = 0; i < 4; i++) {
      const difference = words[one * width + i]! - words[other * width + i]!;
      if (difference !== 0) return difference;
    }
    return one - other;
  });
}

/** Puts rows into `order` where they lie: each cycle of the order needs one row of memory. */
function arrange(words: Uint32Array, width: number, order: Uint32Array): void {
  const spare = new Uint32Array(width);
  for (let start = 0; start < order.length; start++) {
    let to = start;
    if (order[to] === to) continue;
    spare.set(words.subarray(start * width, (start + 1) * width));
    while (order[to] !== start) {
      const from = order[to]!;
      words.copyWithin(to * width, from * width, (from + 1) * width);
      order[to] = to;
      to = from;
    }
    words.set(spare, to * width);
    order[to] = to;
  }
}
