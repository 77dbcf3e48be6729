/**
 * The sending half of an end of a TCP connection: its numbers, its SYN, its FIN.
 *
 * @module
 */
import { endOf, FLAG, isSpan, type Segment } from "./segment.ts";
import { advance, isBefore, later } from "./sequence.ts";
import { Hole } from "./hole.ts";
import { type Traits, traitsOf } from "./traits.ts";

/** The copies of a FIN: all of them acknowledge the FIN of the other end, none does, or some do. */
export type FinCopies = "none" | "plain" | "acknowledging" | "mixed";

/** New numbers in a segment: those that no segment before it had. */
export interface Freshness {
  /** Whether it has sequence numbers behind all before. */
  readonly bytes: boolean;
  /** Whether its TSval (RFC 7323) is later than all before. */
  readonly clock: boolean;
}

/** The largest window (RFC 7323, section 2.3): nothing is sent further ahead. */
const LARGEST_WINDOW = 2 ** 30;

/** The sending half of an end. */
export class Sender {
  /** The sequence number of its SYN, or one less than the first that was seen. */
  iss: number | null = null;
  /** Whether it has sent a SYN. */
  hasOpened = false;
  /** The acknowledgment number of its SYN,ACK, `null` before one. */
  firstAck: number | null = null;
  /** Whether its SYN,ACK acknowledges payload (RFC 7413). */
  isEarly = false;
  /** Whether its SYN has the cookie with which the other end may answer early. */
  offersCookie = false;
  /** TSval of its SYN (RFC 7323). */
  synClock: number | null = null;
  /** The sequence number of its FIN. */
  fin: number | null = null;
  /** The copies of its FIN, by the acknowledgment in them. */
  finCopies: FinCopies = "none";
  /** The number of copies of its FIN. */
  finCount = 0;
  /** SND.NXT: the sequence number behind everything that it has sent. */
  sent: number | null = null;
  /** The sequence number behind what it was seen to send: behind payload, SYN or FIN. */
  seen: number | null = null;
  readonly #hole = new Hole();
  /** Bytes of payload that it has sent, each byte counted once, also those that were not captured. */
  bytes = 0;
  /** The last of its segments that was no reset, as far as it tells hosts apart; `null` before one. */
  traits: Traits | null = null;
  /** Whether its SYN and a later segment have a TSval: then all have one. */
  usesClock = false;
  /** The latest TSval (RFC 7323) of its segments. */
  clock: number | null = null;

  /** Returns the new numbers in `segment`. */
  freshness(segment: Segment): Freshness {
    const clock = segment.options.timestamp?.value ?? null;
    return {
      bytes: this.sent === null || isBefore(this.sent, endOf(segment)),
      clock: clock !== null && (this.clock === null || isBefore(this.clock, clock)),
    };
  }

  /** Notes a SYN; `peer` is the sequence number of the SYN of the other end. */
  open({ flags, seq, ack, options }: Segment, peer: number | null): void {
    this.hasOpened = true;
    this.iss = seq;
    this.offersCookie ||= (options.fastOpen ?? 0) > 0;
    this.synClock ??= options.timestamp?.value ?? null;
    if (!(flags & FLAG.ack)) return;
    this.firstAck ??= ack;
    this.isEarly ||= peer !== null && isBefore(advance(peer, 1), ack);
  }

  /** Notes a FIN; `peer` is the sequence number of the FIN of the other end. */
  end({ seq, length, ack }: Segment, peer: number | null): void {
    if (this.fin === null && this.sent !== null) {
      const isNew = isBefore(this.sent, advance(seq, length + 1));
      if (isNew || this.bytes > 0) this.bytes--; // it counts, or has counted, as one byte of payload
    }
    const at = advance(seq, length);
    if (this.fin !== null && isBefore(at, this.fin)) { // nobody ends twice: the other one was not its own
      this.fin = at;
      this.finCount = 0;
      this.finCopies = "none";
    }
    this.fin ??= at;
    this.finCount++;
    const copy = peer !== null && isBefore(peer, ack) ? "acknowledging" : "plain";
    this.finCopies = this.finCopies === "none" || this.finCopies === copy ? copy : "mixed";
  }

  /** Notes the numbers of any segment but a reset. */
  count(segment: Segment): void {
    const { seq, length, flags } = segment;
    const end = endOf(segment);
    this.iss ??= advance(seq, -1);
    this.traits = traitsOf(segment, this.traits);
    if (this.sent === null) {
      this.bytes += length;
    } else if (isBefore(this.sent, end)) {
      const grown = (end - this.sent) >>> 0;
      this.bytes += grown > LARGEST_WINDOW ? length : grown - (flags & FLAG.syn ? 1 : 0);
    }
    this.sent = later(this.sent, end);
    if (isSpan(segment)) this.seen = later(this.seen, end);
    const { timestamp } = segment.options;
    if (timestamp) this.clock = later(this.clock, timestamp.value);
    if (timestamp && !(flags & FLAG.syn)) this.usesClock = this.synClock !== null;
  }

  /** Whether it has perhaps sent a FIN that is not in the capture. */
  get isHoled(): boolean {
    return this.#hole.isOpen;
  }

  /**
   * Notes a captured segment; with `isComplete`, everything before it should have been captured.
   *
   * @param isAnswer Whether it acknowledges something for the first time: no keep-alive does, whose number is
   *   one less than SND.NXT.
   */
  noteCaptured(segment: Segment, isComplete: boolean, isAnswer: boolean): void {
    const end = endOf(segment);
    if (isComplete) {
      if (!isSpan(segment)) this.#hole.noteNext(isAnswer ? end : advance(end, 1), this.sent);
      this.#hole.noteArrived(segment.seq);
    }
    if (segment.flags & FLAG.fin) this.#hole.noteFin(end);
    this.#hole.add(segment.seq, end);
  }

  /** Notes that everything before `ack` has arrived at the other end. */
  noteArrived(ack: number): void {
    this.#hole.noteArrived(ack);
  }

  /** Notes a SYN that was not captured, by its sequence number, which the other end has acknowledged. */
  assume(iss: number): void {
    if (this.iss !== null) return;
    this.iss = iss;
    this.sent = advance(iss, 1);
  }
}
