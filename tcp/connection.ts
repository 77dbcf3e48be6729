/**
 * A TCP connection, followed from outside: the moves of both ends at each segment.
 *
 * @module
 */
import { FLAG, hostAddressOf, isSpan, type Segment } from "./segment.ts";
import { advance, isBefore } from "./sequence.ts";
import { belongs, continues, isForeign, sidesOf } from "./belonging.ts";
import { End } from "./endpoint.ts";
import { Analyzer, type Mark } from "./analysis.ts";
import { presume } from "./presume.ts";
import { isOver, type State } from "./state.ts";
import { type Both, type ConnectionEvent, otherSide, type Side } from "./side.ts";
import { Statistics } from "./statistics.ts";
import { ConnectionSummary } from "./summary.ts";
import { ResetLog, type Revision, type SavedEnd } from "./reset.ts";
import type { Freshness } from "./sender.ts";
import { type FateMark, fateMarks, type Passage } from "./passage.ts";
import { isOutside, NO_TRAITS, type TraitRanges, type Traits } from "./traits.ts";

/** A segment with all that it did to its connection. */
export interface Step {
  /** The connection that it belongs to. */
  readonly connection: TcpConnection;
  /** The segment. */
  readonly segment: Segment;
  /** The side that has sent it. */
  readonly from: Side;
  /** Its sequence number, counted from the one of the SYN. */
  readonly seq: number;
  /** Its acknowledgment, counted from the SYN of the other end; `null` without the flag. */
  readonly ack: number | null;
  /** The states of both ends before it. */
  readonly before: Both<State>;
  /** The states that each end went through. */
  readonly moves: Both<readonly State[]>;
  /** The marks of the analysis, and of its fate on the way. */
  readonly marks: readonly (Mark | FateMark)[];
  /** The event in the life of the connection that it is, or `null`. */
  readonly event: ConnectionEvent | null;
  /** The earlier verdict that it corrects, or `null`. */
  readonly revision: Revision | null;
  /** Its place among the segments of the close, from 1: a FIN, or the first ACK of one; `null` for others. */
  readonly closing: number | null;
  /** The part of its passage that it is, where captures were taken at both ends; else `null`. */
  readonly passage: Passage | null;
}

/** Sequence numbers behind a SYN that its sender may have reached before anything else was captured. */
const NEAR = 2 ** 20;

/** Resets that a third party may have sent. */
export interface SuspectResets {
  /** Their traits. */
  readonly resets: TraitRanges;
  /** The traits of the last other segment of the same side, `null` without one. */
  readonly own: Traits | null;
}

/** The most revisions of a connection that are remembered. */
const MAX_REVISIONS = 8;

/** Whether a capture was taken on the host with this address. */
export type Here = (address: string) => boolean;

/** Facts about a connection that its segments do not tell, and what is wanted of it. */
export interface ConnectionOptions {
  /** The port of the server, `null` if unknown. */
  readonly server?: number | null;
  /** Whether a connection between the same ports was captured before. */
  readonly reusesPorts?: boolean;
  /** Whether its statistics are kept, which takes a little time. */
  readonly measured?: boolean;
}

/**
 * A TCP connection between two ends.
 *
 * Life of a connection: made at the first captured segment; `observe` takes each segment, which moves its
 * sender, and its receiver as far as arrival is proven; it is over when both ends are (CLOSED, LISTEN or
 * TIME-WAIT), or presumably over if the last segments arrived. The tracker decides when its end is told.
 */
export class TcpConnection {
  /** Its number, in the order in which connections appear. */
  readonly number: number;
  /** The ends; both are the same one if a socket is connected to itself. */
  readonly ends: Both<End>;
  /** Opening, segments and close in numbers. */
  readonly summary: ConnectionSummary = new ConnectionSummary();
  /** Its statistics; `null` if they are not kept. */
  readonly statistics: Statistics | null;
  /** Whether a connection between the same ports was captured before. */
  readonly reusesPorts: boolean;
  /** Whether its beginning was captured. */
  readonly isWhole: boolean;
  /** The revisions so far, without those of single FINs. */
  readonly revisions: Revision[] = [];
  readonly #analyzer = new Analyzer();
  readonly #resets = [new ResetLog(0), new ResetLog(1)] as const;
  /** The sender of the first of the resets in each log, before it. */
  readonly #beforeResets: [SavedEnd | null, SavedEnd | null] = [null, null];

  /** Makes the connection of which `first` is the first captured segment. */
  constructor(
    number: number,
    first: Segment,
    here: Here,
    { server = null, reusesPorts = false, measured = false }: ConnectionOptions = {},
  ) {
    this.number = number;
    this.reusesPorts = reusesPorts;
    this.statistics = measured ? new Statistics() : null;
    this.isWhole = (first.flags & FLAG.syn) !== 0;
    const [client, answering] = sidesOf(first, server);
    const [end, other] = [client, answering].map((each) =>
      new End(each, here(hostAddressOf(each)))
    );
    this.ends = [end!, client === answering ? end! : other!];
  }

  /** Whether one socket is connected to itself. */
  get isSelf(): boolean {
    return this.ends[0] === this.ends[1];
  }

  /** Bytes of payload that each end has sent, each byte counted once. */
  get bytes(): Both<number> {
    const [client, server] = this.ends;
    return [client.sender.bytes, this.isSelf ? 0 : server.sender.bytes];
  }

  /**
   * The resets of the connection if their TTLs differ from that of the side's other segments, or from each
   * other; `null` if nothing is suspect. A TTL alone proves nothing.
   */
  get suspectResets(): SuspectResets | null {
    const { reset } = this.summary;
    if (reset === null) return null;
    const resets = this.#resets[reset].traits;
    const own = this.ends[reset].sender.traits;
    if (resets.ttl === null) return null;
    const ttl = own?.ttl ?? null;
    const differs = ttl === null ? resets.ttl[0] !== resets.ttl[1] : isOutside(resets.ttl, ttl);
    return differs ? { resets, own } : null;
  }

  /** Whether both ends are over. */
  get isOver(): boolean {
    return isOver(this.ends[0].state) && isOver(this.ends[1].state);
  }

  /** Whether both ends are over if what was sent last arrived. */
  get isPresumablyOver(): boolean {
    if (!this.summary.isEnding) return false;
    const presumed = this.presume();
    return this.ends.every(({ state }, side) => isOver(presumed[side]!.at(-1) ?? state));
  }

  /** Returns the states that would follow if all that is not proven to have arrived has. */
  presume(): Both<readonly State[]> {
    const [client, server] = this.ends;
    return [presume(client, server), this.isSelf ? [] : presume(server, client)];
  }

  /** Moves both ends by `segment`, the next one that was captured; with a passage only the end that it is about. */
  observe(segment: Segment, passage: Passage | null = null): Step {
    const from: Side = segment.source === this.ends[0].address ? 0 : 1;
    const sender = this.ends[from];
    const receiver = this.ends[otherSide(from)];
    const fresh = sender.sender.freshness(segment);
    const isOwn = belongs(segment, sender, receiver);
    const isForged = isOwn &&
      (passage?.flight.fate === "foreign" || isForeign(segment, sender, receiver));
    const isSent = !isForged && passage?.leg !== "arrived";
    const revision = isOwn && isSent ? this.#revise(segment, from, fresh) : null;
    const marks = isSent ? this.#analyzer.mark(segment, from, isOwn) : [];
    if (isSent) this.statistics?.add(segment, from, marks);
    const before: [State, State] = [this.ends[0].state, this.ends[1].state];
    if (isOwn && isSent) this.#move(segment, from, fresh, passage);
    else if (isOwn && receiver.here) receiver.receive(segment, sender, isForged);
    const client = this.ends[0].states.consumeMoves();
    const moves: Both<State[]> = [client, this.isSelf ? [] : this.ends[1].states.consumeMoves()];
    for (const side of [0, 1] as const) {
      // The first known state is where the end was, not where the segment has brought it.
      if (before[side] === "?" && moves[side].length > 1) before[side] = moves[side].shift()!;
    }
    const observation = { segment, from, before, moves };
    const { event, closing } = isSent
      ? this.summary.add(observation, this.ends, isOwn)
      : this.summary.addArrival(observation, isForged);
    const { iss } = receiver.sender;
    return {
      connection: this,
      segment,
      from,
      seq: (segment.seq - (sender.sender.iss ?? advance(segment.seq, -1))) >>> 0,
      ack: segment.flags & FLAG.ack && iss !== null ? (segment.ack - iss) >>> 0 : null,
      before,
      moves,
      marks: passage === null ? marks : [...marks, ...fateMarks(passage)],
      event: event ?? (isForged && passage === null ? "of a third party" : null),
      revision,
      closing,
      passage,
    };
  }

  #move(segment: Segment, from: Side, fresh: Freshness, passage: Passage | null): void {
    const sender = this.ends[from];
    const receiver = this.ends[otherSide(from)];
    this.#infer(segment, sender, receiver);
    if (segment.flags & FLAG.rst) {
      const log = this.#resets[from];
      if (log.count === 0) this.#beforeResets[from] = sender.save();
      log.add(segment, receiver.sender, receiver.state === "SYN-SENT");
    }
    if (sender !== receiver) this.#noteHoles(segment, sender, receiver);
    sender.send(segment, receiver);
    if (passage?.leg === "sent") return; // it arrives later, or never
    if (receiver.here && passage?.flight.arrived !== null) receiver.receive(segment, sender);
    else receiver.observe(segment, fresh, sender);
  }

  /** Notes what `segment` tells to be missing in the capture. */
  #noteHoles(segment: Segment, sender: End, receiver: End): void {
    if (segment.flags & FLAG.rst) return; // its numbers are from anywhere
    const isComplete = sender.here && !(segment.flags & FLAG.syn);
    sender.sender.noteCaptured(segment, isComplete, sender.receiver.isNews(segment));
    if (segment.flags & FLAG.ack) receiver.sender.noteArrived(segment.ack);
    sender.isHoled = receiver.isHoled = sender.sender.isHoled || receiver.sender.isHoled;
  }

  /** Undoes what `segment` shows to be wrong; returns what that is, `null` if nothing. */
  #revise(segment: Segment, from: Side, fresh: Freshness): Revision | null {
    const sender = this.ends[from];
    const doubt = sender.undoFin(segment);
    if (doubt) return { side: from, kind: doubt, resets: 1, traits: NO_TRAITS, own: null };
    const revision = this.#resets[from].revise(segment, fresh, this.ends[otherSide(from)].sender);
    if (revision === null) return null;
    if (revision.kind === "not its own") {
      sender.restore(this.#beforeResets[from]!);
      this.#analyzer.forgetResets(from, sender.sender.sent);
    }
    this.summary.withdrawReset(from);
    if (this.revisions.length < MAX_REVISIONS) this.revisions.push(revision);
    return revision;
  }

  /** Whether `segment` opens another connection between the same ports. */
  isReplacedBy({ flags, source, seq, ack }: Segment): boolean {
    if (!(flags & FLAG.syn)) return false;
    const [sender, receiver] = source === this.ends[0].address ? this.ends : this.ends.toReversed();
    const { hasOpened, iss } = receiver!.sender;
    // On its own host the SYN that it answers would have been captured.
    const answersAnother = hasOpened && iss !== advance(ack, -1) && this.isOver && !receiver!.here;
    if (sender!.sender.hasOpened) {
      return sender!.sender.iss !== seq && (!(flags & FLAG.ack) || answersAnother);
    }
    if (flags & FLAG.ack) return answersAnother;
    return !receiver!.sender.hasOpened || isOver(receiver!.state);
  }

  /** Whether `segment` goes on where its sender has ended, and acknowledges what the other end has sent. */
  isContinuedBy(segment: Segment): boolean {
    const from: Side = segment.source === this.ends[0].address ? 0 : 1;
    return continues(segment, this.ends[from], this.ends[otherSide(from)]);
  }

  /** Whether `segment`, which is no SYN, can be a part of it, as long as only the SYN was seen. */
  isAnsweredBy({ flags, source, seq, ack }: Segment): boolean {
    const [client] = this.ends;
    if (client.sender.iss === null || this.isSelf) return true;
    const next = advance(client.sender.iss, 1);
    if (source === client.address) {
      // A segment far from the SYN goes on in the connection before it: the client has not sent this SYN.
      if (flags & FLAG.rst) return seq === next || ((flags & FLAG.ack) !== 0 && seq === 0);
      return advance(seq, -next) < NEAR;
    }
    return (flags & FLAG.ack) === 0 ||
      (!isBefore(ack, next) && !isBefore(client.sender.sent ?? next, ack));
  }

  /**
   * Infers ESTABLISHED in the middle of a connection: an end that sends data which the other has not yet
   * acknowledged had sent no FIN before; once both ends have sent such data, both were established.
   */
  #infer(segment: Segment, sender: End, receiver: End): void {
    if (sender.state !== "?" || receiver.state !== "?") return;
    if (segment.flags & (FLAG.syn | FLAG.rst) || !isSpan(segment)) return;
    const { seq, length, flags } = segment;
    const last = advance(seq, length + (flags & FLAG.fin ? 1 : 0) - 1);
    if (receiver.receiver.acked !== null && isBefore(last, receiver.receiver.acked)) return;
    sender.hasSpoken = true;
    if (!receiver.hasSpoken) return;
    sender.infer();
    receiver.infer();
  }
}
