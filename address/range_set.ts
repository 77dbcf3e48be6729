/**
 * Sets of addresses, held as sorted ranges in typed arrays: 8 B a range of IPv4, 32 B one of IPv6.
 *
 * @module
 */
import { type IpAddress, ipv4, ipv6, type IpVersion } from "./ip.ts";
import { growWords, RangesV6 } from "./range_set_v6.ts";
import type { AddressRange } from "./range.ts";

/**
 * A set of addresses.
 *
 * Life of a set: ranges are added in any order; `join()` sorts them and joins those that touch or
 * overlap; from then on it can be asked. Ranges that are added later need another `join()`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ipv4 } from "./ip.ts";
 * import { RangeSet } from "./range_set.ts";
 *
 * const set = new RangeSet();
 * set.add({ first: ipv4(5n), last: ipv4(9n) });
 * set.add({ first: ipv4(1n), last: ipv4(4n) });
 * set.join();
 * assertEquals([...set.ranges()], [{ first: ipv4(1n), last: ipv4(9n) }]);
 * ```
 */
export class RangeSet {
  readonly #four = new RangesV4();
  readonly #six = new RangesV6();

  /** Adds the addresses of `range`. Zones are left out. */
  add({ first, last }: AddressRange): void {
    if (first.version === 4) this.#four.add(Number(first.value), Number(last.value));
    else this.#six.add(first.value, last.value);
  }

  /** Adds the IPv4 addresses from `first` to `last`, numbers of 32 bits. */
  addIpv4(first: number, last: number): void {
    this.#four.add(first, last);
  }

  /** Sorts the ranges and joins those that touch or overlap. */
  join(): void {
    this.#four.join();
    this.#six.join();
  }

  /** Yields the ranges in order, IPv4 first; between two of them an address is missing. */
  *ranges(): Generator<AddressRange> {
    for (const version of [4, 6] as const) {
      const ranges = this.#of(version);
      for (let i = 0; i < ranges.length; i++) yield rangeAt(ranges, version, i);
    }
  }

  /** Yields the parts of `range` that are in the set, in order. */
  *inside({ first, last }: AddressRange): Generator<AddressRange> {
    const { version } = first;
    const ranges = this.#of(version);
    for (let i = ranges.search(first.value); i < ranges.length; i++) {
      if (i < 0) continue;
      const [start, end] = ranges.at(i);
      if (start > last.value) return;
      if (end < first.value) continue;
      const from = start > first.value ? start : first.value;
      const to = end < last.value ? end : last.value;
      yield { first: addressOf(version, from), last: addressOf(version, to) };
    }
  }

  /** Yields the parts of `range` that are not in the set, in order. */
  *outside(range: AddressRange): Generator<AddressRange> {
    const { version } = range.first;
    let next = range.first.value;
    for (const { first, last } of this.inside(range)) {
      if (first.value > next) {
        yield { first: addressOf(version, next), last: addressOf(version, first.value - 1n) };
      }
      next = last.value + 1n;
    }
    if (next <= range.last.value) {
      yield { first: addressOf(version, next), last: addressOf(version, range.last.value) };
    }
  }

  /** Whether every address of `range` is in the set. */
  includes({ first, last }: AddressRange): boolean {
    const ranges = this.#of(first.version);
    const index = ranges.search(first.value);
    return index !== -1 && ranges.at(index)[1] >= last.value;
  }

  /** Whether the IPv4 addresses from `first` to `last`, numbers of 32 bits, are in the set. */
  includesIpv4(first: number, last: number): boolean {
    return this.#four.includes(first, last);
  }

  /** Returns the range from the lowest to the highest address of `version`, `null` if there is none. */
  bounds(version: IpVersion): AddressRange | null {
    const ranges = this.#of(version);
    if (ranges.length === 0) return null;
    const { last } = rangeAt(ranges, version, ranges.length - 1);
    return { first: rangeAt(ranges, version, 0).first, last };
  }

  /** Returns the number of addresses of `version` in the set, and that of the ranges they are in. */
  count(version: IpVersion): { addresses: bigint; ranges: number } {
    const ranges = this.#of(version);
    let addresses = 0n;
    for (let i = 0; i < ranges.length; i++) {
      const [first, last] = ranges.at(i);
      addresses += last - first + 1n;
    }
    return { addresses, ranges: ranges.length };
  }

  #of(version: IpVersion): Ranges {
    return version === 4 ? this.#four : this.#six;
  }
}

/** Ranges of one version, as they are asked for when they are joined. */
interface Ranges {
  /** The number of ranges. */
  readonly length: number;
  /** Returns the first and last address of a range. */
  at(index: number): readonly [first: bigint, last: bigint];
  /** Returns the index of the last range that begins at `value` or below, -1 if there is none. */
  search(value: bigint): number;
}

/**
 * Ranges of IPv4, of two words each: the last address, then the first one. On a machine that stores the
 * low word first, as all of today do, the pair is a number of 64 bits that sorts by its first address.
 */
class RangesV4 implements Ranges {
  #words = new Uint32Array(128);
  length = 0;

  add(first: number, last: number): void {
    const at = 2 * this.length++;
    if (at === this.#words.length) this.#words = growWords(this.#words, 1.5);
    this.#words[at] = last;
    this.#words[at + 1] = first;
  }

  join(): void {
    const words = this.#words;
    new BigUint64Array(words.buffer, 0, this.length).sort();
    let kept = 0;
    for (let i = 0; i < this.length; i++) {
      const last = words[2 * i]!;
      const first = words[2 * i + 1]!;
      if (kept > 0 && first <= words[2 * kept - 2]! + 1) {
        if (last > words[2 * kept - 2]!) words[2 * kept - 2] = last;
      } else {
        words[2 * kept] = last;
        words[2 * kept + 1] = first;
        kept++;
      }
    }
    this.length = kept;
  }

  at(index: number): [bigint, bigint] {
    return [BigInt(this.#words[2 * index + 1]!), BigInt(this.#words[2 * index]!)];
  }

  search(value: bigint): number {
    return this.#search(Number(value));
  }

  /** Whether the addresses from `first` to `last` are in one range. */
  includes(first: number, last: number): boolean {
    const index = this.#search(first);
    return index !== -1 && this.#words[2 * index]! >= last;
  }

  #search(value: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#words[2 * middle + 1]! <= value) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function rangeAt(ranges: Ranges, version: IpVersion, index: number): AddressRange {
  const [first, last] = ranges.at(index);
  return { first: addressOf(version, first), last: addressOf(version, last) };
}

function addressOf(version: IpVersion, value: bigint): IpAddress {
  return version === 4 ? ipv4(value) : ipv6(value);
}
