/**
 * What an end of a TCP connection has received, and what it would take (RFC 9293, section 3.10.7.4).
 *
 * @module
 */
import { endOf, FLAG, type Segment } from "./segment.ts";
import { advance, isBefore, later, Ranges } from "./sequence.ts";

/** The largest scale of a window (RFC 7323, section 2.3): what is assumed where the SYN was not seen. */
const MAX_SCALE = 14;

/** The receiving half of an end. */
export class Receiver {
  /** The highest acknowledgment that it has sent, `null` before the first. */
  acked: number | null = null;
  /** Whether a FIN has arrived, perhaps with something missing before it. */
  hasFin = false;
  /** By how many bits its windows are shifted: what its SYN has said, `null` where that was not seen. */
  scale: number | null = null;
  /** What it expects next, as far as what has arrived or its own acknowledgments tell. */
  #expected: number | null = null;
  /** Where the window that it has offered ends. */
  #edge: number | null = null;
  readonly #beyond = new Ranges();

  /** What it expects next, `null` while that is unknown. */
  get expected(): number | null {
    return this.#expected;
  }

  /** Takes note of a SYN that begins to be counted at `next`. */
  begin(next: number): void {
    this.#expected = next;
  }

  /** Takes note of a FIN with everything before it. */
  end(): void {
    if (this.#expected !== null) this.#expected = advance(this.#expected, 1);
  }

  /**
   * Takes note of an acknowledgment that it has sent.
   *
   * @param scaled Whether the other end agreed to scaled windows, as far as is known.
   */
  acknowledge({ ack, window, flags }: Segment, scaled: boolean): void {
    this.acked = later(this.acked, ack);
    this.#expected = this.#beyond.take(later(this.#expected, ack));
    const scale = flags & FLAG.syn || !scaled ? 0 : this.scale ?? MAX_SCALE;
    this.#edge = later(this.#edge, advance(ack, window * 2 ** scale));
  }

  /** Whether some of what has arrived is in the window: the rest does nothing. */
  isAcceptable(segment: Segment): boolean {
    const isOld = this.acked !== null && isBefore(endOf(segment), this.acked);
    const isBeyond = this.#edge !== null && isBefore(this.#edge, segment.seq);
    return !isOld && !isBeyond;
  }

  /** Takes the payload and the FIN of an acceptable segment, unless the window is closed. */
  take({ seq, length, flags }: Segment): void {
    this.#expected ??= seq;
    if (length > 0 && this.#edge === this.#expected) return;
    if (length > 0) this.#beyond.add(seq, advance(seq, length));
    if (flags & FLAG.fin) this.hasFin = true;
    this.#expected = this.#beyond.take(this.#expected);
  }

  /**
   * Whether it believes a reset with the number `seq`: only one that is exactly where the next byte is
   * expected (RFC 5961, section 3), which Linux takes for the end of the last selective acknowledgment,
   * too, and once a FIN was received for its number.
   */
  believes(seq: number, finTaken: boolean): boolean {
    return this.#expected === null || seq === this.#expected || seq === this.#beyond.end ||
      (finTaken && seq === advance(this.#expected, -1));
  }
}
