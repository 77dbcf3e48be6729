/**
 * Resets: whether an end of a TCP connection believes one, and whether the end in whose name it was sent
 * has really sent it.
 *
 * Anybody can send a reset with the address of another. An end that goes on after "its" reset has not sent
 * it; after a refusal, a listener may also have been opened in the meantime. Both revise what was said
 * when the reset came.
 *
 * @module
 */
import { FLAG, isSpan, type Segment } from "./segment.ts";
import { advance, isBefore } from "./sequence.ts";
import type { Freshness, Sender } from "./sender.ts";
import type { Receiver } from "./receiver.ts";
import type { Side } from "./side.ts";
import type { State } from "./state.ts";
import { isOutside, NO_TRAITS, type TraitRanges, type Traits, traitsOf, widen } from "./traits.ts";

/**
 * The reason for which the move of a FIN is taken back: it met no socket any more; its receiver had not taken
 * it when it sent its next segment; or the capture has a hole where the FIN of its receiver may have been, so
 * that nobody knows which was first.
 */
export type FinDoubt = "no socket" | "not taken" | "hole";

/** A FIN that has arrived, and whose answer is still to come. */
export interface UnansweredFin {
  /** Its receiver before it. */
  readonly before: SavedEnd;
  /** The number of a reset that answers it: its acknowledgment. */
  readonly reset: number;
  /** The acknowledgment of it. */
  readonly ack: number;
}

/**
 * Returns what `segment`, the next of the receiver of `fin`, tells against it, `null` if nothing. A reset
 * without ACK comes from no socket: it has the acknowledgment of the FIN as its number (RFC 9293, section
 * 3.10.7.1). A segment that does not acknowledge the FIN was sent before it was taken: it has waited until a
 * program let go of the socket, or it was dropped.
 *
 * @param sent SND.NXT of the receiver, as far as it was captured on its host.
 */
export function doubtOf(
  segment: Segment,
  fin: UnansweredFin,
  sent: number | null,
): FinDoubt | null {
  const { flags, seq, ack } = segment;
  if (!(flags & FLAG.ack)) return flags & FLAG.rst && seq === fin.reset ? "no socket" : null;
  const isFinMissing = !(flags & FLAG.rst) && !isSpan(segment) && sent !== null &&
    seq === advance(sent, 1);
  if (isFinMissing) return "hole";
  return isBefore(ack, fin.ack) ? "not taken" : null;
}

/** An earlier verdict on resets that a later segment corrects. */
export interface Revision {
  /** The side in whose name the resets were sent. */
  readonly side: Side;
  /**
   * The new verdict: the side has not sent them; or it has perhaps refused a first SYN, and accepted a
   * later one; or the move of a FIN is taken back.
   */
  readonly kind: "not its own" | "refused before" | FinDoubt;
  /** The number of resets. */
  readonly resets: number;
  /** TTL, identification and window of the resets. */
  readonly traits: TraitRanges;
  /** The same of the segment with which the side goes on; `null` if unknown. */
  readonly own: Traits | null;
}

/** Nanoseconds after a reset within which a segment sent before it may still be overtaken by it. */
const OVERTAKEN = 100_000_000n;

/** Whether `ack` is for bytes that were sent after a reset: `before` and `now` are SND.NXT at it, and now. */
export function answersLater(ack: number, before: number | null, now: number | null): boolean {
  return now !== null && !isBefore(now, ack) && (before === null || isBefore(before, ack));
}

/** Resets in the name of one side that no later segment has yet told to be its own or not. */
export class ResetLog {
  readonly #side: Side;
  #count = 0;
  #traits = NO_TRAITS;
  #last: Segment | null = null;
  #isRefusal = false;
  /** SND.NXT and the clock of the other end at the last reset. */
  #peerSent: number | null = null;
  #peerClock: number | null = null;

  /** Makes the log of `side`. */
  constructor(side: Side) {
    this.#side = side;
  }

  /** The number of resets since the last revision. */
  get count(): number {
    return this.#count;
  }

  /** TTL, identification and window of these resets. */
  get traits(): TraitRanges {
    return this.#traits;
  }

  /** Adds a reset; `isRefusal` if it answers a SYN. */
  add(segment: Segment, peer: Sender, isRefusal: boolean): void {
    this.#traits = widen(this.#traits, traitsOf(segment));
    if (this.#count === 0) this.#isRefusal = isRefusal;
    this.#count++;
    this.#last = segment;
    this.#peerSent = peer.sent;
    this.#peerClock = peer.clock;
  }

  /**
   * Returns the revision of the resets by `segment`, which the same side has sent, and forgets them; `null`
   * if the segment may have been sent before them.
   */
  revise(segment: Segment, fresh: Freshness, peer: Sender): Revision | null {
    const last = this.#last;
    if (last === null || segment.flags & FLAG.rst || !(fresh.bytes || fresh.clock)) return null;
    const differs = isOutside(this.#traits.ttl, segment.ttl);
    const isOpening = this.#isRefusal && (segment.flags & FLAG.syn) !== 0;
    const isLater = isOpening || differs || this.#answersLater(segment, peer) ||
      (fresh.bytes && !isBefore(segment.seq, last.seq) && segment.time - last.time >= OVERTAKEN);
    if (!isLater) return null;
    const revision: Revision = {
      side: this.#side,
      kind: isOpening && !differs ? "refused before" : "not its own",
      resets: this.#count,
      traits: this.#traits,
      own: traitsOf(segment),
    };
    this.#count = 0;
    this.#traits = NO_TRAITS;
    this.#last = null;
    return revision;
  }

  /** Whether `segment` acknowledges what the other end has sent first after the last reset. */
  #answersLater({ flags, ack, options: { timestamp } }: Segment, peer: Sender): boolean {
    if (!(flags & FLAG.ack)) return false;
    return this.#peerSent !== null && answersLater(ack, this.#peerSent, peer.sent) ||
      timestamp !== null && this.#peerClock !== null &&
        answersLater(timestamp.echo, this.#peerClock, peer.clock);
  }
}

/** Facts about both FINs at one end. */
export interface Fins {
  /** Whether its own was acknowledged. */
  acknowledged: boolean;
  /** Whether it has received that of the other end. */
  consumed: boolean;
  /** Whether their order cannot be known. */
  isUnsure: boolean;
}

/** The moving parts of an end at one moment. */
export interface SavedEnd {
  /** The state. */
  readonly state: State;
  /** The number of states in the path. */
  readonly steps: number;
  /** Whether a reset was sent to it. */
  readonly isReset: boolean;
  /** Both FINs. */
  readonly fins: Readonly<Fins>;
}

/** The part of an end that decides whether it believes a reset. */
export interface ResetEnd {
  /** Its state. */
  readonly state: State;
  /** The sending half. */
  readonly sender: Sender;
  /** The receiving half. */
  readonly receiver: Receiver;
  /** Whether it has answered a SYN instead of sending one first. */
  readonly passive: boolean;
}

/** States in which Linux accepts a reset with the number of the FIN before it (`tcp_reset_check`). */
const BEHIND_FIN: readonly State[] = ["CLOSE-WAIT", "LAST-ACK", "CLOSING"];

/** Whether `end` believes a reset that has arrived (RFC 9293, section 3.10.7; RFC 5961, section 3). */
export function isBelieved({ seq, ack, flags }: Segment, end: ResetEnd): boolean {
  switch (end.state) {
    case "CLOSED":
    case "LISTEN":
      return false;
    case "?":
      // Of a SYN alone nobody knows whether it met a socket.
      return end.sender.sent !== null && end.receiver.believes(seq, false);
    case "SYN-SENT":
      return (flags & FLAG.ack) !== 0 && end.sender.iss !== null &&
        isBefore(end.sender.iss, ack);
    default:
      return end.receiver.believes(seq, BEHIND_FIN.includes(end.state));
  }
}

/** Returns the state of `end` behind a reset in `state`: a passive open returns to LISTEN (figure 5, note 1). */
export function stateAfterReset(state: State, end: ResetEnd): State {
  const isEmbryonic = state === "SYN-RECEIVED" && end.passive && !end.sender.isEarly;
  return state === "LISTEN" || isEmbryonic ? "LISTEN" : "CLOSED";
}
