/**
 * One end of a TCP connection, as far as the segments on the wire tell about it.
 *
 * The rule behind everything: the sender of a segment has made its move; the receiver makes its move
 * when arrival is certain, because the capture was taken on its host, or when a later segment of its
 * own proves it. So `send` moves at once, `receive` only at an end that is `here`, and `observe`
 * keeps in mind what would prove that a segment has arrived.
 *
 * @module
 */
import { FLAG, type Segment } from "./segment.ts";
import { advance, isBefore } from "./sequence.ts";
import { Path } from "./path.ts";
import { FinAckProof, Gap, provesOpen } from "./proof.ts";
import { Receiver } from "./receiver.ts";
import {
  answersLater,
  doubtOf,
  type FinDoubt,
  type Fins,
  isBelieved,
  type SavedEnd,
  stateAfterReset,
  type UnansweredFin,
} from "./reset.ts";
import { type FinCopies, type Freshness, Sender } from "./sender.ts";
import { after, type Cause, isClosing, type State } from "./state.ts";

/** One end of a connection: its state, and its halves. */
export class End {
  /** Its address and port. */
  readonly address: string;
  /** Whether the capture was taken on its host: then a captured segment has arrived. */
  readonly here: boolean;
  /** The sending half: the numbers of what it has sent. */
  readonly sender: Sender = new Sender();
  /** The receiving half: the numbers of what it has received. */
  readonly receiver: Receiver = new Receiver();
  /** Whether it has answered a SYN instead of sending one first. */
  passive = false;
  /** Whether a reset was sent to it that has perhaps not arrived, or was not believed. */
  isReset = false;
  /** Whether it has sent payload or FIN that the other end had not acknowledged. */
  hasSpoken = false;
  /** Its states. */
  readonly states: Path = new Path();
  #fins: Fins = { acknowledged: false, consumed: false, isUnsure: false };
  readonly #gap = new Gap();
  /** Whether a FIN may be missing in the capture: then no move of the close is certain. */
  isHoled = false;
  /** SND.NXT of the other end when it sent the reset of `isReset`. */
  #sentBeforeReset: number | null = null;
  /** The FIN that was received last, until it has sent something. */
  #unanswered: UnansweredFin | null = null;
  readonly #ackProof = new FinAckProof();

  /** Makes an end in an unknown state. */
  constructor(address: string, here: boolean) {
    this.address = address;
    this.here = here;
  }

  /** Its state. */
  get state(): State {
    return this.states.state;
  }

  /** All states that it went through, from the first one that is known. */
  get path(): readonly State[] {
    return this.states.states;
  }

  /** The places in `path` that a reset has led to. */
  get resetSteps(): ReadonlySet<number> {
    return this.states.resetSteps;
  }

  /** Makes `state` the first one that is known. */
  become(state: State): void {
    if (this.state === "?") this.states.go(state);
  }

  /** Begins, in the middle of a connection, as ESTABLISHED, and makes the moves of the FINs seen before. */
  infer(): void {
    this.become("ESTABLISHED");
    if (this.sender.fin !== null) this.#do("send FIN");
    if (this.#fins.acknowledged) this.#do("ACK of FIN");
    if (this.#fins.consumed) this.#do("FIN");
  }

  /** Moves as the sender of `segment`. */
  send(segment: Segment, peer: End): void {
    const { flags } = segment;
    this.#unanswered = null; // the FIN met it, or has turned out not to
    if (flags & FLAG.rst) return this.#sendReset(segment, peer);
    if (flags & FLAG.syn) this.#sendSyn(segment, peer);
    else if (flags & FLAG.ack) this.#prove(segment, peer);
    if (flags & FLAG.fin && !(flags & FLAG.syn)) this.#sendFin(segment, peer);
    this.#count(segment, peer);
  }

  /** Moves as the receiver of `segment`, which has arrived; `isForeign` if `peer` has not sent it. */
  receive(segment: Segment, peer: End, isForeign = false): void {
    const { flags } = segment;
    if (flags & FLAG.rst) this.#receiveReset(segment, peer);
    else if (flags & FLAG.syn) this.#receiveSyn(segment);
    else if (flags & FLAG.ack) this.#receiveAck(segment, isForeign);
    if (flags & (FLAG.rst | FLAG.syn) || !(flags & FLAG.ack)) return;
    const { hasFin, expected } = this.receiver;
    const fin = isForeign ? advance(segment.seq, segment.length) : peer.sender.fin;
    if (!hasFin || fin === null || expected !== fin) return;
    const before = this.save();
    this.#consumeFin(peer);
    if (this.#fins.consumed === before.fins.consumed) return;
    this.#unanswered = { before, reset: segment.ack, ack: advance(fin, 1) };
  }

  /** Notes a segment that may have arrived, and what would prove it; `fresh` is what it has first. */
  observe(segment: Segment, fresh: Freshness, peer: End): void {
    if (segment.flags & FLAG.rst) this.#noteReset(peer);
    else this.#ackProof.observe(segment, fresh, this.sender.fin);
  }

  /** Returns what `restore` needs to undo the moves that follow. */
  save(): SavedEnd {
    const { state, path: { length: steps }, isReset } = this;
    return { state, steps, isReset, fins: { ...this.#fins } };
  }

  /** Undoes the move of the FIN received last if `segment`, its next one, tells against it; returns the reason if it had moved. */
  undoFin(segment: Segment): FinDoubt | null {
    const fin = this.#unanswered;
    const doubt = fin && doubtOf(segment, fin, this.sender.sent);
    if (doubt === null) return null;
    const hasMoved = this.path.length > fin!.before.steps;
    this.restore(fin!.before);
    if (doubt === "not taken") this.receiver.withdrawFin(fin!.ack);
    this.#fins.isUnsure ||= doubt === "hole";
    return hasMoved ? doubt : null;
  }

  /** Undoes all moves since `saved`, which a segment has made that has turned out not to count. */
  restore(saved: SavedEnd): void {
    this.states.cut(saved.steps, saved.state);
    this.isReset = saved.isReset;
    this.#fins = { ...saved.fins };
  }

  #noteReset(peer: End): void {
    this.isReset = true;
    this.#sentBeforeReset = peer.sender.sent;
  }

  #do(cause: Cause): void {
    const state = after(this.state, cause);
    if (isClosing(cause) && state !== this.state) this.#fins.isUnsure ||= this.isHoled;
    if (!isClosing(cause) || !this.#fins.isUnsure) this.states.go(state);
  }

  #sendSyn(segment: Segment, peer: End): void {
    if (segment.flags & FLAG.ack) this.#receivedSyn();
    this.sender.open(segment, peer.sender.iss);
    this.receiver.scale = segment.options.windowScale ?? 0;
    this.isReset = false;
    if (segment.flags & FLAG.ack) {
      peer.#hasOpenedWith(advance(segment.ack, -1));
    } else {
      this.become("CLOSED");
      this.#do("send SYN");
    }
  }

  /** Moves on the SYN of the other end, which must have arrived. */
  #receivedSyn(): void {
    if (this.state === "CLOSED" && !this.sender.hasOpened) this.states.go("LISTEN"); // it refused one before
    this.passive ||= this.state === "?" || this.state === "LISTEN";
    this.become("LISTEN");
    this.#do("SYN");
  }

  /** Moves on an acknowledgment of its SYN by the other end, whose own SYN was perhaps not captured. */
  #hasOpenedWith(iss: number): void {
    if (this.sender.hasOpened || this.state !== "?") return;
    this.sender.assume(iss);
    this.become("CLOSED");
    this.#do("send SYN");
  }

  /** Moves by what `segment`, an ACK, proves that this end has received before. */
  #prove(segment: Segment, peer: End): void {
    if (this.state === "?" && peer.sender.hasOpened) this.#receivedSyn();
    if (this.state === "SYN-SENT") peer.#receivedSyn();
    this.#do("SYN,ACK");
    if (this.state === "SYN-RECEIVED" && provesOpen(segment, this, peer)) {
      this.#do("ACK of SYN");
      if (peer.state === "SYN-SENT") peer.#do("SYN,ACK");
    }
    this.#proveClose(segment, peer);
  }

  #proveClose(segment: Segment, peer: End): void {
    const { fin, finCopies } = peer.sender;
    const hasFin = fin !== null && isBefore(fin, segment.ack);
    const isAnswer = this.#ackProof.isGivenBy(segment);
    if (hasFin && finCopies === "mixed" && this.state === "FIN-WAIT-1" && !this.here) {
      if (isAnswer) this.#fins.isUnsure = true; // whichever copy arrived first, nobody can tell
      else if (this.#ackProof.isRefutedBy(segment)) this.#consumeFin(peer, "plain");
      return;
    }
    if (!this.#fins.acknowledged && isAnswer) this.#acknowledgeFin();
    if (!hasFin) return;
    if (this.here || !this.#gap.isUnclear(segment, this, peer)) this.#consumeFin(peer);
  }

  #acknowledgeFin(): void {
    this.#fins.acknowledged = true;
    this.#do("ACK of FIN");
  }

  /** Moves on the FIN of the other end, which must have arrived. */
  #consumeFin(peer: End, copies: FinCopies = peer.sender.finCopies): void {
    if (this.#fins.consumed || this.#fins.isUnsure) return;
    this.#do("ACK of SYN"); // a FIN carries an ACK as well
    if (!this.here && this.state === "FIN-WAIT-1" && copies !== "plain") {
      if (copies === "mixed") return;
      this.#acknowledgeFin();
    }
    this.#fins.consumed = true;
    const { expected, hasFin } = this.receiver;
    if (expected === peer.sender.fin || (this.here && hasFin)) this.receiver.end();
    this.#do("FIN");
  }

  #sendFin(segment: Segment, peer: End): void {
    const isFirst = this.sender.fin === null;
    this.sender.end(segment, peer.sender.fin);
    if (!isFirst) return;
    const order = this.#gap.filled(this);
    this.#fins.isUnsure ||= order === "unknown";
    this.#do("send FIN");
    if (order === "first") this.#consumeFin(peer);
  }

  #count(segment: Segment, peer: End): void {
    this.sender.count(segment);
    if (!(segment.flags & FLAG.ack)) return;
    this.isReset &&= !answersLater(segment.ack, this.#sentBeforeReset, peer.sender.sent);
    if (peer.sender.iss === null) peer.sender.iss = advance(segment.ack, -1);
    this.receiver.acknowledge(segment, peer.receiver.scale !== 0);
  }

  #sendReset(segment: Segment, peer: End): void {
    const { flags, seq } = segment;
    if (this.state === "LISTEN") return; // it answers what belongs to no connection
    if (this.state === "SYN-SENT" && !(flags & FLAG.ack)) {
      // It answers an old segment (RFC 9293, section 3.10.7.3), or there is no socket any more.
      if (this.sender.iss === null || peer.sender.firstAck !== advance(this.sender.iss, 1)) return;
    }
    if (flags & FLAG.ack) {
      if (peer.receiver.hasAcknowledged(this.sender.iss)) this.#do("ACK of SYN");
      this.#proveClose(segment, peer);
    } else if (this.sender.fin !== null && isBefore(this.sender.fin, seq)) {
      this.#acknowledgeFin(); // its number is the acknowledgment that it answers (section 3.5.2)
    }
    this.states.go("CLOSED", true);
  }

  #receiveSyn({ flags, seq, ack, length }: Segment): void {
    const start = advance(seq, 1);
    const acknowledges = (flags & FLAG.ack) !== 0;
    const acceptable = acknowledges && this.sender.iss !== null && isBefore(this.sender.iss, ack);
    if (this.state === "?" || this.state === "LISTEN") {
      this.receiver.begin(start); // what it was is told by its answer
    } else if (this.state === "SYN-SENT" && (acceptable || !acknowledges)) {
      this.receiver.begin(advance(start, acknowledges ? length : 0));
      if (!acknowledges) this.#do("SYN");
    } else if (acceptable) {
      this.#do("ACK of SYN");
    }
  }

  #receiveAck(segment: Segment, isForeign: boolean): void {
    const { ack } = segment;
    if (isForeign && isBefore(this.sender.sent ?? ack, ack)) return;
    if (this.state === "SYN-SENT" || this.state === "LISTEN" || this.state === "CLOSED") return;
    if (!this.receiver.isAcceptable(segment)) return;
    if (this.sender.iss !== null && isBefore(this.sender.iss, ack)) this.#do("ACK of SYN");
    if (this.sender.fin !== null && ack === advance(this.sender.fin, 1)) this.#acknowledgeFin();
    this.receiver.consume(segment);
  }

  #receiveReset(segment: Segment, peer: End): void {
    if (!isBelieved(segment, this)) return this.#noteReset(peer); // perhaps the capture has a hole
    this.#unanswered = null; // what it answers from now on is a FIN that comes again
    this.states.go(stateAfterReset(this.state, this), true);
  }
}
