/**
 * The statistics of a connection: round-trip times, retransmissions by kind, full windows, waits.
 *
 * @module
 */
import type { Mark } from "./analysis.ts";
import { endOf, FLAG, isSpan, type Segment } from "./segment.ts";
import { isBefore } from "./sequence.ts";
import { type Both, otherSide, type Side } from "./side.ts";

/** Round-trip times in milliseconds. */
export interface RoundTrips {
  /** The number of measurements. */
  readonly count: number;
  /** The least. */
  readonly least: number;
  /** Their mean. */
  readonly mean: number;
  /** The greatest. */
  readonly greatest: number;
}

/** Kinds of retransmissions. */
export interface Retransmissions {
  /** Asked for by duplicate ACKs (RFC 5681, section 3.2). */
  readonly fast: number;
  /** Of the first unacknowledged byte, 200 ms or more after it was sent last (RFC 6298). */
  readonly timeout: number;
  /** Of what the other end had already acknowledged. */
  readonly spurious: number;
  /** All others: by selective acknowledgments, or tail loss probes. */
  readonly other: number;
}

/** Numbers of one side of a connection: of what it has sent. */
export interface SideStatistics {
  /** Captured segments. */
  readonly segments: number;
  /** From a segment of this side to its acknowledgment, at the place of the capture; `null` without any. */
  readonly roundTrips: RoundTrips | null;
  /** Its retransmissions. */
  readonly retransmissions: Retransmissions;
  /** Its segments that came out of order. */
  readonly outOfOrder: number;
  /** Its segments that filled the window of the other side. */
  readonly windowFull: number;
  /** Its segments that closed its own window. */
  readonly zeroWindow: number;
}

/** Nanoseconds that Linux waits at least before it sends something again (TCP_RTO_MIN). */
const LEAST_TIMEOUT = 200_000_000n;

/** The most segments that wait for their acknowledgment; of more, the first are not measured. */
const MAX_WAITING = 1024;

/** A segment that waits for its acknowledgment. */
interface Waiting {
  readonly end: number;
  /** When it was sent first, `null` if it was sent again: its ACK may be for either (RFC 6298, section 3). */
  first: bigint | null;
  last: bigint;
}

/** The numbers of one side, which grow. */
class Half {
  segments = 0;
  readonly retransmissions = { fast: 0, timeout: 0, spurious: 0, other: 0 };
  outOfOrder = 0;
  windowFull = 0;
  zeroWindow = 0;
  #waiting: Waiting[] = [];
  #count = 0;
  #sum = 0;
  #least = Infinity;
  #greatest = 0;

  /** The round-trip times so far. */
  get roundTrips(): RoundTrips | null {
    if (this.#count === 0) return null;
    const mean = this.#sum / this.#count;
    return { count: this.#count, least: this.#least, mean, greatest: this.#greatest };
  }

  send(segment: Segment, marks: readonly Mark[]): void {
    this.segments++;
    const end = endOf(segment);
    const isNew = this.#waiting.length === 0 || isBefore(this.#waiting.at(-1)!.end, end);
    for (const mark of marks) this.#countMark(mark, segment);
    if (!isSpan(segment) || segment.flags & FLAG.rst) return;
    for (const each of this.#waiting) {
      if (!isBefore(segment.seq, each.end) || isBefore(end, each.end)) continue;
      each.first = null;
      each.last = segment.time;
    }
    const isAgain = marks.some((mark) =>
      mark.endsWith("retransmission") || mark === "out of order"
    );
    if (!isNew) return;
    this.#waiting.push({ end, first: isAgain ? null : segment.time, last: segment.time });
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
  }

  /** Measures the segment that `ack` is for, and forgets those before it. */
  acknowledge(ack: number, time: bigint): void {
    let done = 0;
    for (const { end, first } of this.#waiting) {
      if (isBefore(ack, end)) break;
      done++;
      if (end === ack && first !== null && time >= first) this.#measure(Number(time - first) / 1e6);
    }
    if (done > 0) this.#waiting.splice(0, done);
  }

  #measure(milliseconds: number): void {
    this.#count++;
    this.#sum += milliseconds;
    this.#least = Math.min(this.#least, milliseconds);
    this.#greatest = Math.max(this.#greatest, milliseconds);
  }

  #countMark(mark: Mark, { seq, time }: Segment): void {
    if (mark === "fast retransmission") this.retransmissions.fast++;
    else if (mark === "spurious retransmission") this.retransmissions.spurious++;
    else if (mark === "out of order") this.outOfOrder++;
    else if (mark === "window full") this.windowFull++;
    else if (mark === "zero window") this.zeroWindow++;
    else if (mark === "retransmission") {
      const first = this.#waiting[0];
      const isFirst = first !== undefined && isBefore(seq, first.end);
      if (isFirst && time - first.last >= LEAST_TIMEOUT) this.retransmissions.timeout++;
      else this.retransmissions.other++;
    }
  }
}

/** The statistics of one connection, segment by segment in the order of the capture. */
export class Statistics {
  readonly #halves = [new Half(), new Half()] as const;
  #silence = 0n;
  #answer = 0n;
  #last: bigint | null = null;
  #asked: bigint | null = null;

  /** The numbers of each side. */
  get sides(): Both<SideStatistics> {
    return this.#halves;
  }

  /** Milliseconds of the longest silence between two segments. */
  get silence(): number {
    return Number(this.#silence) / 1e6;
  }

  /** Milliseconds that the client has waited for an answer at most: from its payload to the next of the server. */
  get answer(): number {
    return Number(this.#answer) / 1e6;
  }

  /** Adds a segment with its marks. */
  add(segment: Segment, from: Side, marks: readonly Mark[]): void {
    const { time, flags, ack, length } = segment;
    if (this.#last !== null && time - this.#last > this.#silence) this.#silence = time - this.#last;
    this.#last = time;
    this.#halves[from].send(segment, marks);
    if (flags & FLAG.ack) this.#halves[otherSide(from)].acknowledge(ack, time);
    if (length === 0) return;
    if (from === 0) {
      this.#asked = time;
    } else if (this.#asked !== null) {
      if (time - this.#asked > this.#answer) this.#answer = time - this.#asked;
      this.#asked = null;
    }
  }
}
