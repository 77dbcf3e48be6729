/**
 * The summary of a TCP connection in numbers: how it was opened, what it carried, how it was closed.
 *
 * @module
 */
import { FLAG, type Segment } from "./segment.ts";
import { isBefore } from "./sequence.ts";
import type { End } from "./endpoint.ts";
import type { State } from "./state.ts";
import { type Both, type ConnectionEvent, otherSide, type Side } from "./side.ts";

/** A segment and the moves that it made. */
export interface Observation {
  /** The segment. */
  readonly segment: Segment;
  /** The side that has sent it. */
  readonly from: Side;
  /** The states before it. */
  readonly before: Both<State>;
  /** The states behind it. */
  readonly moves: Both<readonly State[]>;
}

/** The opening of a connection. */
export interface Opening {
  /** The number of different segments: 3, or 4 when both ends opened at once. */
  readonly segments: number;
  /** The number of copies beside them: a SYN, or its answer, that was sent again. */
  readonly copies: number;
  /** Milliseconds from the SYN to the last of them. */
  readonly milliseconds: number;
}

/** The close of a connection. */
export interface Closing {
  /** The side whose FIN was the first, or both where neither knew of the other's. */
  readonly by: Side | "both";
  /** The number of different segments: 4, or 3 when an ACK and a FIN travelled together. */
  readonly segments: number;
}

/** The counts of a connection, kept segment by segment. */
export class ConnectionSummary {
  /** The time of its first captured segment, in nanoseconds since 1970; `null` before it. */
  start: bigint | null = null;
  /** The time of its last captured segment, in nanoseconds since 1970. */
  end = 0n;
  /** The number of captured segments. */
  segments = 0;
  /** The opening; `null` if it was not captured, or has not happened. */
  opening: Opening | null = null;
  /** The side that has sent a reset; `null` without one. */
  reset: Side | null = null;
  /** Whether that reset has refused the SYN: nothing listens there. */
  isRefused = false;
  /** Whether the capture of its sender does not have that reset: a third party has sent it. */
  isForeignReset = false;
  #by: Side | "both" | null = null;
  #closing = 0;
  readonly #syns = new Set<string>();
  #copies = 0;
  readonly #fins = new Set<Side>();
  readonly #acked = new Set<Side>();

  /** The close, as far as it was captured; `null` without a FIN. */
  get closing(): Closing | null {
    return this.#by === null ? null : { by: this.#by, segments: this.#closing };
  }

  /** Milliseconds from its first to its last captured segment. */
  get milliseconds(): number {
    return Number(this.end - (this.start ?? this.end)) / 1e6;
  }

  /** Whether both ends have ended their half, and know it. */
  get isClosed(): boolean {
    return this.#fins.size === 2 && this.#acked.size === 2;
  }

  /** Whether a FIN or a reset was seen. */
  get isEnding(): boolean {
    return this.#by !== null || this.reset !== null;
  }

  /** Withdraws the resets of `side`: it has not sent them, or has accepted the connection since. */
  withdrawReset(side: Side): void {
    if (this.reset !== side) return;
    this.reset = null;
    this.isRefused = false;
  }

  /** Adds a segment; `isOwn` if its numbers belong to the connection. Returns the event that it is, and its place in the close, as in `Step`. */
  add(
    observation: Observation,
    ends: Both<End>,
    isOwn = true,
  ): { readonly event: ConnectionEvent | null; readonly closing: number | null } {
    const { segment } = observation;
    this.start ??= segment.time;
    this.end = segment.time;
    this.segments++;
    if (!isOwn) return { event: "not of this connection", closing: null };
    this.#open(observation, ends);
    const parts = this.#closing;
    const event = this.#refuse(observation) ?? this.#close(observation, ends) ??
      this.#cross(observation);
    return { event, closing: this.#closing > parts ? this.#closing : null };
  }

  /** Adds the arrival of a segment; `isForeign` if its sender's capture does not have it. */
  addArrival(
    { segment, from, moves }: Observation,
    isForeign: boolean,
  ): { readonly event: ConnectionEvent | null; readonly closing: null } {
    this.start ??= segment.time;
    this.end = segment.time;
    const isReset = isForeign && (segment.flags & FLAG.rst) !== 0 && this.reset === null &&
      moves[otherSide(from)].length > 0;
    if (!isReset) return { event: null, closing: null };
    this.reset = from;
    this.isForeignReset = true;
    return { event: "reset", closing: null };
  }

  /** Counts the segments of the handshake: each SYN once, and the first ACK behind the last of them. */
  #open({ segment: { flags, time }, from }: Observation, ends: Both<End>): void {
    if (this.opening !== null || this.start === null) return;
    const isSyn = (flags & FLAG.syn) !== 0;
    if (isSyn) {
      const name = `${from} ${flags & FLAG.ack}`;
      if (this.#syns.has(name)) this.#copies++;
      this.#syns.add(name);
    }
    const both = ends[0].sender.hasOpened && ends[1].sender.hasOpened;
    const established = ends.every(({ state }) => state !== "SYN-SENT" && state !== "?");
    if (!both || !established || !(flags & FLAG.ack) || flags & FLAG.rst) return;
    const crossed = !ends[0].passive && !ends[1].passive;
    const isLast = crossed
      ? ends.some(({ state }) => state === "ESTABLISHED")
      : from === 0 && !isSyn;
    if (!isLast) return;
    this.opening = {
      segments: this.#syns.size + (isSyn ? 0 : 1),
      copies: this.#copies,
      milliseconds: Number(time - this.start) / 1e6,
    };
  }

  #refuse({ segment: { flags }, from, before, moves }: Observation): ConnectionEvent | null {
    if (!(flags & FLAG.rst) || this.reset !== null || this.isClosed) return null;
    const own = before[from];
    // Without a move it answers an old segment.
    if (own === "SYN-SENT" && !(flags & FLAG.ack) && moves[from].length === 0) return null;
    this.reset = from;
    const other = before[otherSide(from)];
    this.isRefused = other === "SYN-SENT" && (own === "?" || own === "CLOSED");
    return this.isRefused ? "refused" : "reset";
  }

  /** Counts the segments of the close: each FIN, and what first acknowledges it. */
  #close({ segment: { flags, ack }, from }: Observation, ends: Both<End>): ConnectionEvent | null {
    if (flags & FLAG.rst || this.reset !== null) return null;
    const to = otherSide(from);
    const { fin } = ends[to].sender;
    const isFin = (flags & FLAG.fin) !== 0 && !this.#fins.has(from) &&
      ends[from].sender.fin !== null;
    const acks = (flags & FLAG.ack) !== 0 && fin !== null && isBefore(fin, ack);
    const isAck = acks && !this.#acked.has(to);
    if (isAck) this.#acked.add(to);
    if (isFin) this.#fins.add(from);
    if (isFin || isAck) this.#closing++;
    if (!isFin) return null;
    const crosses = this.#fins.has(to) && !acks && ends[0] !== ends[1];
    this.#by = crosses ? "both" : this.#by ?? from;
    return crosses ? "simultaneous close" : null;
  }

  #cross({ segment: { flags }, from, before, moves }: Observation): ConnectionEvent | null {
    const crosses = (flags & (FLAG.syn | FLAG.ack)) === FLAG.syn && from === 1 &&
      before[0] === "SYN-SENT" && moves[1].includes("SYN-SENT");
    return crosses ? "simultaneous open" : null;
  }
}
