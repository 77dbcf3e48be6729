/**
 * The connections in a stream of TCP segments, in bounded memory: those that are over are forgotten.
 *
 * @module
 */
import { connectionFor, type Flow, flowKey, isAsking } from "./flow.ts";
import { Lingering } from "./lingering.ts";
import { inOrder, isQuestion } from "./question.ts";
import { FLAG, type Segment } from "./segment.ts";
import { type Here, type Step, TcpConnection } from "./connection.ts";
import type { Passage } from "./passage.ts";

/** News of a connection: a step, or its end. */
export type TrackerEvent =
  | { readonly kind: "step"; readonly step: Step }
  /** The connection is over, or was given up; segments that come late may still follow. */
  | { readonly kind: "end"; readonly connection: TcpConnection };

/** Options of a tracker. */
export interface TrackerOptions {
  /** The hosts at which the capture was taken; none if not given. */
  readonly here?: Here;
  /** The port of the server, which tells client and server apart where no SYN was captured. */
  readonly server?: number | null;
  /** Whether the statistics of each connection are kept. */
  readonly measured?: boolean;
  /** The number of the first connection; 1 if not given. */
  readonly number?: number;
}

/**
 * Nanoseconds of silence after which a connection ends that is over only if its last segments arrived:
 * a retransmission, which comes after 200 ms at least (Linux, TCP_RTO_MIN), would tell otherwise.
 */
const LINGER = 1_000_000_000n;

/** The most connections open at once; with one more, the one that was silent longest is dropped. */
export const MAX_OPEN = 65_536;

/** The most connections that are remembered when they are over, for segments that come late. */
const MAX_FINISHED = 1024;

/**
 * The connections of a capture, followed segment by segment.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { FLAG, NO_OPTIONS, type Segment } from "./segment.ts";
 * import { Tracker } from "./tracker.ts";
 *
 * const syn: Segment = {
 *   number: 1, time: 0n, source: "192.0.2.1:50000", destination: "192.0.2.2:80",
 *   seq: 100, ack: 0, flags: FLAG.syn, ttl: 64, id: 1, window: 65535, length: 0,
 *   data: new Uint8Array(), options: NO_OPTIONS,
 * };
 * const [step] = new Tracker().feed(syn);
 * assertEquals(step?.kind === "step" && step.step.moves[0], ["SYN-SENT"]);
 * ```
 */
export class Tracker {
  /** The connection of the last segment; `null` if it was of none that is followed. */
  last: TcpConnection | null = null;
  readonly #here: Here;
  readonly #server: number | null;
  readonly #measured: boolean;
  /** Open flows by the addresses of both ends, in the order of their last segments. */
  readonly #open = new Map<string, Flow>();
  readonly #finished = new Map<string, Flow>();
  /** Flows that are over: for certain; and presumably, by the time of their last segments. */
  readonly #over = new Set<Flow>();
  readonly #lingering = new Lingering();
  /** First SYNs, whose answers will tell the state that they met. */
  readonly #held = new Map<TcpConnection, Step>();
  #latest: Flow | null = null;
  #count: number;
  #dropped = 0;

  /** Makes a tracker that has seen no segment. */
  constructor({ here, server = null, measured = false, number = 1 }: TrackerOptions = {}) {
    this.#here = here ?? (() => false);
    this.#server = server;
    this.#measured = measured;
    this.#count = number - 1;
  }

  /** The number of connections so far. */
  get count(): number {
    return this.#count;
  }

  /** The number of connections that were dropped because too many were open. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether `release` would return events. */
  get isHolding(): boolean {
    return this.#held.size > 0 || this.#over.size > 0 || this.#lingering.size > 0;
  }

  /** The number of connections in memory, with some that are over. */
  get tracked(): number {
    return this.#open.size + this.#finished.size;
  }

  /** The number of open connections. */
  get open(): number {
    return this.#open.size - this.#over.size - this.#lingering.size;
  }

  /** Follows `segment`, or the part of its passage that happens now; returns the news, in order. */
  feed(segment: Segment, passage: Passage | null = null): TrackerEvent[] {
    const events: TrackerEvent[] = [];
    let flow = this.#find(segment);
    for (const each of this.#over) if (each !== flow) this.#finish(each, events);
    for (const each of this.#lingering.upTo(segment.time - LINGER)) {
      if (each !== flow) this.#finish(each, events);
    }
    this.last = null;
    // It may be of a connection that was dropped: a new one would be an invention.
    if (!flow && this.#dropped > 0 && !(segment.flags & FLAG.syn)) return events;
    if (!flow || passage?.leg !== "arrived") flow = this.#flowFor(segment, flow, events);
    this.#latest = flow;
    const connection = this.last = connectionFor(segment, flow);
    const step = connection.observe(segment, passage);
    this.#emit(step, events);
    if (flow.isReplacing && !isAsking(flow.connection)) this.#endPrevious(flow, events);
    if (step.revision !== null && flow.isFinished) this.#reopen(flow);
    if (connection === flow.connection) this.#infer(flow, segment.time);
    if (this.#open.size > MAX_OPEN) this.#dropOldest(events);
    return events;
  }

  /**
   * Returns the news that were held back because the next segment could have changed them.
   *
   * @param isLong Whether it has been silent for so long that no retransmission will come.
   */
  release(isLong: boolean): TrackerEvent[] {
    const events: TrackerEvent[] = [];
    for (const step of this.#held.values()) events.push({ kind: "step", step });
    this.#held.clear();
    for (const flow of this.#over) this.#finish(flow, events);
    if (isLong) { for (const flow of this.#lingering.upTo()) this.#finish(flow, events); }
    return events;
  }

  /** Returns the last news, when no more segments will come: every open connection ends here. */
  finish(): TrackerEvent[] {
    const events: TrackerEvent[] = [];
    const flows = [...this.#open.values()];
    flows.sort((a, b) => a.connection.number - b.connection.number);
    for (const flow of flows) this.#finish(flow, events);
    for (const step of this.#held.values()) events.push({ kind: "step", step }); // behind the end
    this.#held.clear();
    return events;
  }

  /** Returns the flow between the ports of `segment`; in most cases it is the one of the last segment. */
  #find({ source, destination }: Segment): Flow | undefined {
    if (this.#latest) {
      const [client, server] = this.#latest.connection.ends;
      const isForth = source === client.address && destination === server.address;
      if (isForth || (source === server.address && destination === client.address)) {
        return this.#latest;
      }
    }
    const key = flowKey(source, destination);
    const flow = this.#open.get(key);
    if (!flow) return this.#finished.get(key);
    this.#open.delete(key);
    this.#open.set(key, flow);
    return flow;
  }

  /** Returns the flow that `segment` belongs to, a new one or one with a new connection if need be. */
  #flowFor(segment: Segment, flow: Flow | undefined, events: TrackerEvent[]): Flow {
    if (flow && !flow.connection.isReplacedBy(segment)) return flow;
    const key = flowKey(segment.source, segment.destination);
    const kept = flow && isAsking(flow.connection) ? flow.previous : null; // another SYN in its way
    const previous = kept ?? (flow && !flow.connection.isOver ? flow.connection : null);
    const isReplacing = kept
      ? flow!.isReplacing
      : previous !== null && !flow!.isFinished && !previous.isPresumablyOver;
    if (flow) {
      if (kept) this.#end(flow.connection, events);
      else if (flow.isReplacing) this.#endPrevious(flow, events);
      if (!kept && !isReplacing) this.#finish(flow, events);
      this.#over.delete(flow);
      this.#lingering.delete(flow);
      this.#finished.delete(key);
    }
    const connection = new TcpConnection(++this.#count, segment, this.#here, {
      server: this.#server,
      reusesPorts: flow !== undefined,
      measured: this.#measured,
    });
    const made: Flow = { connection, previous, isReplacing, isFinished: false };
    this.#open.set(key, made);
    return made;
  }

  /**
   * Adds `step` to the events, or holds it back if it is a SYN that has arrived: its answer tells whether
   * there is a socket that it moves.
   */
  #emit(step: Step, events: TrackerEvent[]): void {
    const { connection } = step;
    const held = this.#held.get(connection);
    if (held) {
      this.#held.delete(connection);
      const [question, answer] = held.from === step.from ? [held, step] : inOrder(held, step);
      events.push({ kind: "step", step: question });
      step = answer;
    }
    if (isQuestion(step)) this.#held.set(connection, step);
    else events.push({ kind: "step", step });
  }

  /** Notes whether the connection of `flow` is over. */
  #infer(flow: Flow, time: bigint): void {
    if (flow.isFinished) return;
    this.#over.delete(flow);
    this.#lingering.delete(flow);
    // A later segment may show that a reset was not what it seemed.
    const { isOver, isPresumablyOver, summary } = flow.connection;
    if (isOver && summary.reset === null) this.#over.add(flow);
    else if (isOver || isPresumablyOver) this.#lingering.add(flow, time);
  }

  /** Takes a flow back whose connection is not over, contrary to what was told. */
  #reopen(flow: Flow): void {
    const { ends } = flow.connection;
    const key = flowKey(ends[0].address, ends[1].address);
    flow.isFinished = false;
    this.#finished.delete(key);
    this.#open.set(key, flow);
  }

  #finish(flow: Flow, events: TrackerEvent[]): void {
    if (flow.isFinished) return;
    flow.isFinished = true;
    const { connection } = flow;
    if (flow.isReplacing) this.#endPrevious(flow, events);
    this.#over.delete(flow);
    this.#lingering.delete(flow);
    const key = flowKey(connection.ends[0].address, connection.ends[1].address);
    this.#open.delete(key);
    this.#finished.set(key, flow);
    if (this.#finished.size > MAX_FINISHED) {
      this.#finished.delete(this.#finished.keys().next().value!);
    }
    this.#end(connection, events);
  }

  /** Tells the end of the connection that the latest of `flow` has replaced. */
  #endPrevious(flow: Flow, events: TrackerEvent[]): void {
    flow.isReplacing = false;
    this.#end(flow.previous!, events);
  }

  #end(connection: TcpConnection, events: TrackerEvent[]): void {
    const held = this.#held.get(connection);
    if (held) events.push({ kind: "step", step: held });
    this.#held.delete(connection);
    events.push({ kind: "end", connection });
  }

  /** Ends the connection of which nothing was heard for the longest time. */
  #dropOldest(events: TrackerEvent[]): void {
    const [oldest] = this.#open.values();
    this.#dropped++;
    this.#finish(oldest!, events);
  }
}
