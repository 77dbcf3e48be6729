/**
 * Tables of prefixes that find the longest match of an address, as routers do (RFC 1812, section
 * 5.2.4.3).
 *
 * @module
 */
import { BITS, type IpAddress, ipv4, ipv6, type IpVersion } from "./ip.ts";
import type { IpNetwork } from "./network.ts";
import { getWords, growWords, putWords } from "./range_set_v6.ts";

/**
 * A table of prefixes of one version, 13 B each for IPv4 and 25 B for IPv6.
 *
 * Life of a table: prefixes are added in any order; `build()` sorts them, so that each stands behind
 * those that contain it, and notes the smallest of these; from then on it can be searched. Of equal
 * prefixes the last one counts.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseIp } from "./ip_text.ts";
 * import { formatNetwork, parseNetwork } from "./network.ts";
 * import { PrefixTable } from "./prefix_table.ts";
 *
 * const table = new PrefixTable(4);
 * for (const route of ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16"]) table.add(parseNetwork(route));
 * table.build();
 * const index = table.search(parseIp("10.1.2.3"));
 * assertEquals(index !== null && formatNetwork(table.at(index)), "10.1.0.0/16");
 * ```
 */
export class PrefixTable {
  readonly #version: IpVersion;
  /** The number of words of 32 bits in an address. */
  readonly #width: number;
  #words: Uint32Array;
  #prefixes = new Uint8Array(64);
  #length = 0;
  /** The indices of the prefixes, in the order of their addresses and then of their lengths. */
  #order = new Uint32Array(0);
  /** The place in the order of the smallest prefix that contains this one, -1 if there is none. */
  #outer = new Int32Array(0);
  /** The address that is looked for. */
  readonly #sought: Uint32Array;

  /** Makes an empty table for addresses of `version`. */
  constructor(version: IpVersion) {
    this.#version = version;
    this.#width = BITS[version] / 32;
    this.#words = new Uint32Array(64 * this.#width);
    this.#sought = new Uint32Array(this.#width);
  }

  /** Adds a prefix; returns its index, counted from 0. */
  add({ address, prefix }: IpNetwork): number {
    if (this.#length === this.#prefixes.length) {
      this.#words = growWords(this.#words, 1.25);
      const longer = new Uint8Array(Math.floor(this.#words.length / this.#width));
      longer.set(this.#prefixes);
      this.#prefixes = longer;
    }
    this.#put(this.#words, this.#length * this.#width, address.value);
    this.#prefixes[this.#length] = prefix;
    return this.#length++;
  }

  /** Returns the prefix with an index. */
  at(index: number): IpNetwork {
    const at = index * this.#width;
    const address = this.#version === 4
      ? ipv4(BigInt(this.#words[at]!))
      : ipv6(getWords(this.#words, at));
    return { address, prefix: this.#prefixes[index]! };
  }

  /** Makes the table ready to be searched. */
  build(): void {
    const order = this.#order = new Uint32Array(this.#length);
    for (let i = 0; i < order.length; i++) order[i] = i;
    order.sort((one, other) =>
      this.#compare(one, this.#words, other * this.#width) ||
      this.#prefixes[one]! - this.#prefixes[other]! || one - other
    );
    this.#outer = new Int32Array(order.length);
    let outer = -1;
    for (let place = 0; place < order.length; place++) {
      const at = order[place]! * this.#width;
      const prefix = this.#prefixes[order[place]!]!;
      while (outer !== -1 && !this.#contains(outer, this.#words, at, prefix)) {
        outer = this.#outer[outer]!;
      }
      this.#outer[place] = outer;
      outer = place;
    }
  }

  /**
   * Returns the index of the longest prefix in the table with `address` in it, or with the whole network
   * of it that has `prefix`; `null` if there is none.
   */
  search({ value }: IpAddress, prefix: number = BITS[this.#version]): number | null {
    this.#put(this.#sought, 0, value);
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(this.#order[middle]!, this.#sought, 0) <= 0) low = middle + 1;
      else high = middle;
    }
    let place = low - 1;
    while (place !== -1 && !this.#contains(place, this.#sought, 0, prefix)) {
      place = this.#outer[place]!;
    }
    return place === -1 ? null : this.#order[place]!;
  }

  /** Puts the bits of an address into words. */
  #put(words: Uint32Array, at: number, value: bigint): void {
    if (this.#version === 4) words[at] = Number(value);
    else putWords(words, at, value);
  }

  /** Returns a number below, at or above 0 as the address with an index is before one in `words`. */
  #compare(index: number, words: Uint32Array, at: number): number {
    for (let i = 0; i < this.#width; i++) {
      const difference = this.#words[index * this.#width + i]! - words[at + i]!;
      if (difference !== 0) return difference;
    }
    return 0;
  }

  /** Whether the prefix at a place of the order contains a network, whose address is in `words`. */
  #contains(place: number, words: Uint32Array, at: number, prefix: number): boolean {
    const index = this.#order[place]!;
    let left = this.#prefixes[index]!;
    if (left > prefix) return false;
    for (let i = 0; left > 0; i++, left -= 32) {
      const differing = this.#words[index * this.#width + i]! ^ words[at + i]!;
      if (left >= 32 ? differing !== 0 : differing >>> (32 - left) !== 0) return false;
    }
    return true;
  }
}
