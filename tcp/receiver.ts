/**
 * The receiving half of an end of a TCP connection: RCV.NXT, the window, and the segments that are
 * acceptable (RFC 9293, sections 3.3.1 and 3.10.7.4).
 *
 * @module
 */
import { endOf, FLAG, type Segment } from "./segment.ts";
import { advance, isBefore, later, Ranges } from "./sequence.ts";

/** The largest scale of a window (RFC 7323, section 2.3), assumed where the SYN was not seen. */
const MAX_SCALE = 14;

/** The receiving half of an end. */
export class Receiver {
  /** The highest acknowledgment that it has sent, `null` before the first. */
  acked: number | null = null;
  /** Whether a FIN has arrived, perhaps with something missing before it. */
  hasFin = false;
  /** The scale of its windows in bits, from its SYN; `null` where that was not seen. */
  scale: number | null = null;
  /** RCV.NXT, as far as arrived segments or its own acknowledgments tell. */
  #expected: number | null = null;
  /** The end of the window that it has offered. */
  #edge: number | null = null;
  readonly #beyond = new Ranges();

  /** RCV.NXT: the sequence number that it expects next, `null` while unknown. */
  get expected(): number | null {
    return this.#expected;
  }

  /** Whether it has acknowledged `seq`, which is `null` if nothing with that meaning was sent. */
  hasAcknowledged(seq: number | null): boolean {
    return seq !== null && this.acked !== null && isBefore(seq, this.acked);
  }

  /** Whether it acknowledges something for the first time with `segment`, which it sends. */
  isNews({ flags, ack }: Segment): boolean {
    return (flags & FLAG.ack) !== 0 && this.acked !== null && isBefore(this.acked, ack);
  }

  /** Notes a SYN behind which `next` is expected. */
  begin(next: number): void {
    this.#expected = next;
  }

  /** Notes that the FIN, which is expected next, has arrived. */
  end(): void {
    if (this.#expected !== null) this.#expected = advance(this.#expected, 1);
  }

  /** Notes that the FIN before `next` has not been taken: it waits, or it was dropped and comes again. */
  withdrawFin(next: number): void {
    this.hasFin = false;
    if (this.#expected === next) this.#expected = advance(next, -1);
  }

  /**
   * Notes an acknowledgment that it has sent.
   *
   * @param scaled Whether the other end agreed to scaled windows, as far as is known.
   */
  acknowledge({ ack, window, flags }: Segment, scaled: boolean): void {
    this.acked = later(this.acked, ack);
    this.#expected = this.#beyond.consume(later(this.#expected, ack));
    const scale = flags & FLAG.syn || !scaled ? 0 : this.scale ?? MAX_SCALE;
    this.#edge = later(this.#edge, advance(ack, window * 2 ** scale));
  }

  /** Whether a segment that has arrived touches the window: others are dropped (RFC 9293, section 3.4). */
  isAcceptable(segment: Segment): boolean {
    const isOld = this.acked !== null && isBefore(endOf(segment), this.acked);
    return !isOld && !this.isFarBeyond(segment, 0);
  }

  /** Whether a segment begins more than `distance` beyond the window that it has offered. */
  isFarBeyond({ seq }: Segment, distance: number): boolean {
    return this.#edge !== null && isBefore(advance(this.#edge, distance), seq);
  }

  /** Accepts the payload and the FIN of an acceptable segment, unless the window is closed. */
  consume({ seq, length, flags }: Segment): void {
    this.#expected ??= seq;
    if (length > 0 && this.#edge === this.#expected) return;
    if (length > 0) this.#beyond.add(seq, advance(seq, length));
    if (flags & FLAG.fin) this.hasFin = true;
    this.#expected = this.#beyond.consume(this.#expected);
  }

  /**
   * Whether a reset with the sequence number `seq` closes the connection: only with exactly RCV.NXT
   * (RFC 9293, section 3.10.7.4; RFC 5961, section 3). Linux also accepts the end of the last selective
   * acknowledgment, and with `behindFin` the number of the FIN that it has received.
   */
  believes(seq: number, behindFin: boolean): boolean {
    return this.#expected === null || seq === this.#expected || seq === this.#beyond.end ||
      (behindFin && seq === advance(this.#expected, -1));
  }
}
