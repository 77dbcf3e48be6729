/**
 * Proofs by a segment: facts about the end of a TCP connection that has sent it.
 *
 * @module
 */
import { endOf, FLAG, isSpan, type Segment } from "./segment.ts";
import { advance, isBefore } from "./sequence.ts";
import type { Receiver } from "./receiver.ts";
import type { Freshness, Sender } from "./sender.ts";

/** One end of a connection, as far as a proof needs it. */
export interface ObservedEnd {
  /** The sending half. */
  readonly sender: Sender;
  /** The receiving half. */
  readonly receiver: Receiver;
  /** Whether it has answered a SYN instead of sending one first. */
  readonly passive: boolean;
}

/** Whether `segment` cannot be from `end`, which has received a SYN, before the ACK of its own. */
export function provesOpen(segment: Segment, end: ObservedEnd, peer: ObservedEnd): boolean {
  const { ack, flags, options: { timestamp } } = segment;
  const { firstAck, iss } = end.sender;
  const { synClock } = peer.sender;
  const first = firstAck ?? (peer.sender.iss === null ? null : advance(peer.sender.iss, 1));
  if (first !== null && isBefore(first, ack)) return true;
  if (timestamp && synClock !== null && isBefore(synClock, timestamp.echo)) return true;
  if (!isSpan(segment) || isFastOpen(end, peer)) return false;
  if (end.passive || !(flags & FLAG.fin)) return true;
  return peer.receiver.hasAcknowledged(iss);
}

/** Whether `end` may send before its SYN is acknowledged (RFC 7413). */
function isFastOpen(end: ObservedEnd, peer: ObservedEnd): boolean {
  return end.passive && (end.sender.isEarly || peer.sender.offersCookie);
}

/** The proof that the ACK of its FIN has reached an end: a segment of its own that answers that ACK, or a later one. */
export class FinAckProof {
  #seq: number | null = null;
  #clock: number | null = null;

  /** Notes `segment` of the other end, which may arrive: new numbers beside an ACK of `fin`, the FIN's number. */
  observe(segment: Segment, fresh: Freshness, fin: number | null): void {
    const { flags, ack, options } = segment;
    if (this.#seq !== null || this.#clock !== null || !(flags & FLAG.ack)) return;
    if (fin === null || !isBefore(fin, ack)) return;
    this.#clock = fresh.clock ? options.timestamp?.value ?? null : null;
    this.#seq = fresh.bytes && isSpan(segment) ? endOf(segment) : null;
  }

  /** Whether `segment` of this end answers the noted one, by its acknowledgment or its TSecr. */
  isGivenBy({ ack, options: { timestamp } }: Segment): boolean {
    const bySeq = this.#seq !== null && !isBefore(ack, this.#seq);
    const byClock = this.#clock !== null && timestamp !== null &&
      !isBefore(timestamp.echo, this.#clock);
    return bySeq || byClock;
  }

  /** Whether `segment` of this end tells by its TSecr that it was sent before the noted one arrived. */
  isRefutedBy({ options: { timestamp } }: Segment): boolean {
    return this.#clock !== null && timestamp !== null && isBefore(timestamp.echo, this.#clock);
  }
}

/**
 * Something that an end has sent and that was not captured, before it acknowledged the FIN of the other end.
 * If it turns out that this was its own FIN, it had perhaps not yet received the other.
 */
export class Gap {
  #end: number | null = null;
  #isOnly = false;

  /** Looks at `segment`; returns whether it leaves open which of both FINs was first. */
  isUnclear(segment: Segment, { sender }: ObservedEnd, peer: ObservedEnd): boolean {
    if (sender.fin !== null || sender.sent === null) return false;
    if (this.#end === null && !isSpan(segment) && isBefore(sender.sent, segment.seq)) {
      this.#end = segment.seq;
      this.#isOnly = peer.sender.finCount === 1;
    }
    if (this.#end === null) return false;
    const end = endOf(segment);
    const isFin = (segment.flags & FLAG.fin) !== 0;
    return isBefore(end, this.#end) || (end === this.#end && (!isSpan(segment) || isFin));
  }

  /**
   * Returns what is known once `end` has sent its FIN: that it was first, that nobody can know, or `null`
   * if it was not what was missing.
   */
  filled({ sender }: ObservedEnd): "first" | "unknown" | null {
    if (this.#end === null || sender.fin === null) return null;
    if (advance(sender.fin, 1) !== this.#end) return null;
    // If the other end has sent its FIN once only, a FIN behind it would not have been followed by an ACK.
    return this.#isOnly ? "first" : "unknown";
  }
}
