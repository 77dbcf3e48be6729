/**
 * Sequence numbers as tcpdump prints them, and as they stand in the header.
 *
 * @module
 */
import { endOf, FLAG } from "../tcp/segment.ts";
import { advance } from "../tcp/sequence.ts";

/** The numbers of a segment. */
export interface Numbers {
  /** The sequence number. */
  readonly seq: number;
  /** The acknowledgment number; 0 without one. */
  readonly ack: number;
}

/**
 * Numbers in the header for those that tcpdump prints: behind the first segment with ACK of a connection
 * it counts from there, unless `-S` was given (`print-tcp.c`).
 */
export class AbsoluteNumbers {
  /** The base of each direction, by sender and receiver. */
  readonly #bases = new Map<string, number>();
  /** The number behind the last segment of each direction. */
  readonly #next = new Map<string, number>();

  /** Returns the numbers in the header; without `hasSeq` the segment has no number of its own in the line. */
  of(
    source: string,
    destination: string,
    { seq, ack, flags, length }: Numbers & { readonly flags: number; readonly length: number },
    hasSeq: boolean,
  ): Numbers {
    const [forth, back] = [`${source} ${destination}`, `${destination} ${source}`];
    const isNew = !this.#bases.has(forth) || (flags & FLAG.syn) !== 0;
    if (isNew && flags & FLAG.ack) {
      this.#bases.set(forth, seq);
      this.#bases.set(back, advance(ack, -1));
    }
    const own = hasSeq ? this.#nearest(forth, seq, isNew) : this.#next.get(forth) ?? 0;
    const other = flags & FLAG.ack ? this.#nearest(back, ack, isNew) : 0;
    if (!(flags & FLAG.rst)) this.#next.set(forth, endOf({ seq: own, length, flags }));
    return { seq: own, ack: other };
  }

  /** Returns `number`, or `number` counted from the base, whichever is nearer to the last one. */
  #nearest(direction: string, number: number, isAbsolute: boolean): number {
    const base = this.#bases.get(direction);
    if (isAbsolute || base === undefined) return number >>> 0;
    const next = this.#next.get(direction) ?? base;
    const distance = (value: number) => Math.abs((value - next) | 0);
    const counted = advance(base, number);
    return distance(number) < distance(counted) ? number >>> 0 : counted;
  }
}
