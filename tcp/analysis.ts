/**
 * The analysis of a segment in the place where it stands: retransmissions and their like, told apart by
 * the same rules as Wireshark's `tcp.analysis` fields.
 *
 * @module
 */
import { endOf, FLAG, type Segment } from "./segment.ts";
import { advance, isBefore } from "./sequence.ts";
import { otherSide } from "./side.ts";

/** A mark of the analysis; beside each the fields of Wireshark (`tcp.analysis.…`) that are the same. */
export type Mark =
  /** `retransmission` */
  | "retransmission"
  /** `fast_retransmission`: duplicate ACKs asked for it */
  | "fast retransmission"
  /** `spurious_retransmission`: it was acknowledged before */
  | "spurious retransmission"
  /** `window_full` */
  | "window full"
  /** `out_of_order` */
  | "out of order"
  /** `keep_alive` */
  | "keep-alive"
  /** `keep_alive_ack` */
  | "keep-alive ACK"
  /** `zero_window` */
  | "zero window"
  /** `zero_window_probe` */
  | "zero window probe"
  /** `zero_window_probe_ack` */
  | "zero window probe ACK"
  /** `window_update` */
  | "window update"
  /** `duplicate_ack` */
  | "duplicate ACK"
  /** `lost_segment` */
  | "missing segment before it"
  /** `ack_lost_segment` */
  | "ACK of a missing segment";

/** Nanoseconds after the last ACK within which a segment that duplicate ACKs asked for is a fast retransmission. */
const FAST = 20_000_000n;

/** Nanoseconds within which a segment counts as overtaken while the round-trip time is unknown. */
const OVERTAKEN = 3_000_000n;

/** The numbers of one direction that Wireshark keeps. */
class Direction {
  /** The sequence number behind the last byte that was seen, `null` before the first segment. */
  next: number | null = null;
  /** The time of the segment that has set `next`. */
  nextTime = 0n;
  /** The sequence number before which no segment is missing, `null` if unknown. */
  whole: number | null = null;
  /** The fields of the last segment. */
  ack = 0;
  ackTime = 0n;
  window = -1;
  /** The scale in its SYN; `null` without one, `undefined` without a SYN. */
  scale: number | null | undefined = undefined;
  /** Whether its last segment was a SYN, whose window is not scaled. */
  isOpening = false;
  marks: readonly Mark[] = [];
  /** Whether its numbers are those of the connection, and not only of resets or of another one. */
  isKnown = false;
  /** Duplicate ACKs in a row; `Infinity` once a segment was acknowledged that the capture does not have. */
  duplicates = 0;
}

/** The analysis of one connection, segment by segment in the order of the capture. */
export class Analyzer {
  readonly #directions = [new Direction(), new Direction()] as const;
  #synTime: bigint | null = null;
  #roundTrip: bigint | null = null;

  /** Takes back the numbers of resets that the client (0) or the server (1) has not sent; `next` is its SND.NXT. */
  forgetResets(from: 0 | 1, next: number | null): void {
    this.#directions[from].next = this.#directions[from].whole = next;
  }

  /**
   * Returns the marks of `segment`, sent by the client (0) or the server (1); `isOwn` if its numbers belong
   * to the connection.
   */
  mark(segment: Segment, from: 0 | 1, isOwn = true): readonly Mark[] {
    const forth = this.#directions[from];
    const back = this.#directions[otherSide(from)];
    // At a SYN that comes again, Wireshark goes back to where all was seen.
    if ((segment.flags & (FLAG.syn | FLAG.ack)) === FLAG.syn) forth.next = forth.whole;
    if (segment.flags & FLAG.syn && !forth.isKnown) forth.next = forth.whole = null;
    forth.isKnown ||= isOwn && !(segment.flags & FLAG.rst);
    const marks: Mark[] = [];
    const ended = markWindow(segment, forth, back, marks);
    if (!ended) markDuplicate(segment, forth, marks);
    if (segment.ack !== forth.ack) forth.duplicates = 0;
    this.#markMissing(segment, back, marks);
    this.#markAgain(segment, forth, back, marks);
    remember(segment, forth, marks);
    this.#measure(segment);
    return marks;
  }

  /** Measures the time from the last SYN to the first segment with ACK and without SYN. */
  #measure({ flags, time }: Segment): void {
    const kind = flags & (FLAG.syn | FLAG.ack);
    if (kind === FLAG.syn) this.#synTime = time;
    else if (kind === FLAG.ack && this.#synTime !== null && this.#roundTrip === null) {
      this.#roundTrip = time - this.#synTime;
    }
  }

  #markMissing({ flags, ack }: Segment, back: Direction, marks: Mark[]): void {
    if (!(flags & FLAG.ack) || back.whole === null || !isBefore(back.whole, ack)) return;
    if (back.next !== null && isBefore(back.whole, back.next)) {
      marks.push("ACK of a missing segment");
      back.whole = back.next;
      return;
    }
    // Where nothing more is seen of the other end, it is said once.
    if (back.duplicates === 0) marks.push("ACK of a missing segment");
    back.duplicates = Infinity;
  }

  #markAgain(segment: Segment, forth: Direction, back: Direction, marks: Mark[]): void {
    const { seq, length, flags, time } = segment;
    if (length === 0 && !(flags & (FLAG.syn | FLAG.fin))) return;
    if (marks.includes("keep-alive") || marks.includes("zero window probe")) return;
    const end = advance(seq, length);
    if (length > 0 && back.ack !== 0 && !isBefore(back.ack, end)) {
      marks.push("spurious retransmission");
      return;
    }
    if (forth.next === null || !isBefore(seq, forth.next)) return;
    if (length > 1 && seq === advance(forth.next, -1)) return; // it goes on behind a probe
    const isAsked = back.duplicates >= 2 && back.ack === seq;
    const isFast = isAsked && isWithin(back.ackTime, time, FAST);
    const isOvertaken = isWithin(forth.nextTime, time, this.#roundTrip ?? OVERTAKEN) &&
      forth.next !== endOf(segment);
    marks.push(isFast ? "fast retransmission" : isOvertaken ? "out of order" : "retransmission");
  }
}

/** Whether `time` is less than `limit` after `start`; a clock that runs backwards tells nothing. */
function isWithin(start: bigint, time: bigint, limit: bigint): boolean {
  return time >= start && time - start < limit;
}

/** Adds the marks about windows, keep-alives and gaps; returns whether nothing else may follow. */
function markWindow(
  { seq, ack, length, window, flags }: Segment,
  forth: Direction,
  back: Direction,
  marks: Mark[],
): boolean {
  const plain = !(flags & (FLAG.syn | FLAG.fin | FLAG.rst));
  if (length === 1 && seq === forth.next && back.window === 0) {
    marks.push("zero window probe");
    return true;
  }
  if (window === 0 && plain) marks.push("zero window");
  if (forth.next !== null && isBefore(forth.next, seq) && !(flags & FLAG.rst)) {
    marks.push("missing segment before it");
  }
  if (length <= 1 && forth.next !== null && seq === advance(forth.next, -1) && plain) {
    marks.push("keep-alive");
  }
  if (length > 0 && plain && advance(seq, length) === edgeOf(back, forth)) {
    marks.push("window full");
  }
  const isRepeat = length === 0 && seq === forth.next && plain;
  if (!isRepeat) return false;
  if (window !== 0 && window !== forth.window && ack === forth.ack) marks.push("window update");
  if (window !== forth.window) return false;
  if (window !== 0 && ack === forth.ack && back.marks.includes("keep-alive")) {
    marks.push("keep-alive ACK");
    return true;
  }
  const probed = back.marks.includes("zero window probe");
  if (window === 0 && probed && (ack === forth.ack || ack === advance(forth.ack, 1))) {
    marks.push("zero window probe ACK");
    if (ack !== forth.ack) back.next = back.whole = ack; // the byte of the probe was taken
    return true;
  }
  return false;
}

/** Returns the end of the window that `receiver` has offered to `sender`; `null` where its scale is unknown. */
function edgeOf(receiver: Direction, sender: Direction): number | null {
  const { scale, isOpening, window, ack } = receiver;
  if (scale === undefined) return null;
  const both = !isOpening && typeof scale === "number" && typeof sender.scale === "number";
  return advance(ack, window * 2 ** (both ? scale : 0));
}

function markDuplicate(
  { seq, ack, length, window, flags }: Segment,
  forth: Direction,
  marks: Mark[],
): void {
  const plain = !(flags & (FLAG.syn | FLAG.fin | FLAG.rst));
  if (!plain || length > 0 || window === 0) return;
  if (window !== forth.window || seq !== forth.next || ack !== forth.ack) return;
  forth.duplicates = forth.duplicates === Infinity ? 1 : forth.duplicates + 1;
  marks.push("duplicate ACK");
}

function remember(segment: Segment, forth: Direction, marks: readonly Mark[]): void {
  const { seq, length, flags, ack, window, time } = segment;
  const end = advance(seq, length + (flags & (FLAG.syn | FLAG.fin) ? 1 : 0));
  if (!marks.includes("zero window probe")) {
    if (forth.next === null || isBefore(forth.next, end)) {
      forth.next = end;
      forth.nextTime = time;
    }
    if (forth.whole === null || forth.whole === seq) forth.whole = forth.next;
  }
  forth.isOpening = (flags & FLAG.syn) !== 0;
  if (forth.isOpening) forth.scale = segment.options.windowScale;
  forth.window = window;
  forth.ack = ack;
  forth.ackTime = time;
  forth.marks = marks;
}
