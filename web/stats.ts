/**
 * Connection statistics of a server: open connections, byte counts, one sample every 500 ms.
 *
 * @module
 */
import type { ServerEvent } from "../server/events.ts";
import { CallJournal } from "./call_journal.ts";
import { Histogram } from "./histogram.ts";
import { type Channel, tapped } from "../net/stream.ts";
import type { Handler } from "../server/handler.ts";
import type { Connection, Listener } from "../net/connection.ts";

/** The listener of a connection: `tcp` for clients of sockets, `web` for pages in browsers. */
export type ListenerKind = "tcp" | "web";

/** The two listeners. */
export const LISTENERS: readonly ListenerKind[] = ["tcp", "web"];

/** A connection as it is shown. */
export interface Row {
  /** Its number, counted from 1. */
  readonly number: number;
  /** The listener that accepted it. */
  readonly listener: ListenerKind;
  /** The client's address. */
  readonly peer: string;
  /** When it was accepted, in milliseconds since 1970. */
  readonly since: number;
  /** Bytes received so far. */
  received: number;
  /** Bytes sent so far. */
  sent: number;
  /** Open, or the kind of its end. */
  state: "open" | "close" | "reset" | "error";
  /** When it ended, in milliseconds since 1970, or `null`. */
  ended: number | null;
}

/** The sums of a listener since the server has started. */
export interface Sums {
  /** Connections that are open. */
  open: number;
  /** Connections that were accepted and admitted. */
  accepted: number;
  /** Connections that were closed at once. */
  refused: number;
  /** Connections that their client broke off. */
  resets: number;
  /** Connections that ended in an error. */
  errors: number;
  /** Bytes received. */
  received: number;
  /** Bytes sent. */
  sent: number;
  /** Seconds from accepting, or the request for a WebSocket, to the conversation. */
  readonly latency: Histogram;
}

/** Bytes received and sent in one interval. */
export interface Sample {
  /** Bytes received. */
  readonly received: number;
  /** Bytes sent. */
  readonly sent: number;
}

/** Milliseconds between samples. */
export const INTERVAL = 500;

/** The number of samples that are kept: a minute. */
export const SAMPLES = 120;

/** The number of connections that are shown, the youngest first. */
export const MAX_ROWS = 100;

/** Milliseconds for which a connection that has ended is shown. */
const AFTERGLOW = 4000;

/**
 * The counts of a server, with a sample of them twice a second.
 *
 * Life of a row: made when a connection is accepted, counted by its number, kept for four seconds after
 * its end, then removed. Each sample wakes those that wait for `next`; `close` wakes them for good.
 */
export class Traffic {
  /** The sums of each listener. */
  readonly sums: Readonly<Record<ListenerKind, Sums>> = { tcp: newSums(), web: newSums() };
  /** The numbers of requests of browsers by the status code of their answer. */
  readonly answers = new Map<number, number>();
  /** The calls of connections, for a page that has opened one. */
  readonly calls: CallJournal = new CallJournal();
  /** Attempts to accept that failed. */
  acceptErrors = 0;
  /** The samples of the last minute, the newest last. */
  readonly samples: Sample[] = [];
  /**
   * The number of the newest sample: it grows by one with each, also when the server is started again,
   * so that a page knows what it has missed.
   */
  number: number = Math.floor(Date.now() / INTERVAL);
  /** The number of the newest sample that was not zero. */
  #lastMoved = 0;
  readonly #rows = new Map<number, Row>();
  /** The rows that have ended, the first one first. */
  readonly #ended: Row[] = [];
  /** The times at which connections were accepted, in milliseconds of `performance.now()`. */
  readonly #accepted = new WeakMap<Connection, number>();
  readonly #timer: ReturnType<typeof setInterval>;
  #counted: Sample = { received: 0, sent: 0 };
  #tick = Promise.withResolvers<void>();

  /** Starts the timer; `close` ends it. */
  constructor() {
    this.#timer = setInterval(() => this.#sample(), INTERVAL);
  }

  /** Ends the timer; `next` resolves. */
  close(): void {
    clearInterval(this.#timer);
    this.#tick.resolve();
  }

  /** Resolves when the next sample is there. */
  next(): Promise<void> {
    return this.#tick.promise;
  }

  /** Counts `event`. */
  tell(event: ServerEvent): void {
    this.calls.tell(event);
    switch (event.event) {
      case "accept": {
        if (event.protocol === "HTTP") break; // no conversation
        const { connection: number, peer } = event;
        const listener = event.protocol === undefined ? "tcp" : "web";
        this.sums[listener].open++;
        this.sums[listener].accepted++;
        const row = { listener, peer, since: Date.now(), received: 0, sent: 0 } as const;
        this.#rows.set(number, { number, ...row, state: "open", ended: null });
        break;
      }
      case "refuse":
        this.sums[event.protocol === undefined ? "tcp" : "web"].refused++;
        break;
      case "retry":
        this.acceptErrors++;
        break;
      case "close":
      case "reset":
      case "error":
        this.#end(event.connection, event.event);
    }
  }

  /** Whether all samples that are kept are zero. */
  isStill(): boolean {
    return this.number - this.#lastMoved >= SAMPLES;
  }

  /** Counts an answer to a browser. */
  answered(status: number): void {
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
  }

  #end(number: number, state: "close" | "reset" | "error"): void {
    const row = this.#rows.get(number);
    if (row === undefined) return;
    const sums = this.sums[row.listener];
    sums.open--;
    if (state === "reset") sums.resets++;
    if (state === "error") sums.errors++;
    row.state = state;
    row.ended = Date.now();
    this.#ended.push(row);
    while (this.#ended.length > MAX_ROWS) this.#rows.delete(this.#ended.shift()!.number);
  }

  #sample(): void {
    const { tcp, web } = this.sums;
    const now = { received: tcp.received + web.received, sent: tcp.sent + web.sent };
    const { received, sent } = this.#counted;
    const sample = { received: now.received - received, sent: now.sent - sent };
    this.samples.push(sample);
    if (this.samples.length > SAMPLES) this.samples.shift();
    this.number++;
    this.calls.tick();
    if (sample.received > 0 || sample.sent > 0) this.#lastMoved = this.number;
    this.#counted = now;
    const over = Date.now() - AFTERGLOW;
    while (this.#ended[0] && this.#ended[0].ended! < over) {
      this.#rows.delete(this.#ended.shift()!.number);
    }
    const { resolve } = this.#tick;
    this.#tick = Promise.withResolvers();
    resolve();
  }

  /** Returns the youngest connections, the youngest first, and for a moment those that have ended. */
  rows(): readonly Readonly<Row>[] {
    return [...this.#rows.values()].slice(-MAX_ROWS).reverse();
  }

  /** Counts bytes of the connection of this number; one that was never told of counts in no row. */
  count(listener: ListenerKind, number: number, received: number, sent: number): void {
    const row = this.#rows.get(number);
    for (const each of row ? [row, this.sums[listener]] : [this.sums[listener]]) {
      each.received += received;
      each.sent += sent;
    }
  }

  /** Returns `listener` with a note of the time at which each connection was accepted. */
  watched(listener: Listener): Listener {
    const { address, protocol, secure = false } = listener;
    return {
      address,
      protocol,
      secure,
      accept: async () => {
        const connection = await listener.accept();
        if (connection !== null) this.#accepted.set(connection, performance.now());
        return connection;
      },
      close: () => listener.close(),
    };
  }

  /** Returns `handler`, whose bytes are counted for the listener for sockets. */
  metered(handler: Handler): Handler {
    return (channel, conversation) => {
      const accepted = this.#accepted.get(conversation.connection);
      if (accepted !== undefined) {
        this.sums.tcp.latency.observe((performance.now() - accepted) / 1000);
      }
      handler(this.#counting(channel, conversation.number), conversation);
    };
  }

  #counting(channel: Channel, number: number): Channel {
    return tapped(channel, (event, data) => {
      const { length } = data;
      if (this.calls.isKept) this.transferred(number, event, data);
      this.count("tcp", number, event === "read" ? length : 0, event === "write" ? length : 0);
    });
  }

  /** Keeps a call of the connection of this number; its bytes are counted afterwards. */
  transferred(number: number, call: "read" | "write", data: Uint8Array): void {
    this.beginCalls(number);
    this.calls.transfer(number, call, data);
  }

  /** Begins to keep the calls of a connection that was accepted before anybody looked. */
  beginCalls(number: number): void {
    const row = this.#rows.get(number);
    if (row !== undefined && !this.calls.has(number)) this.calls.begin(number, row);
  }

  /** Returns the connection of this number, `null` if it is not shown any more. */
  row(number: number): Readonly<Row> | null {
    return this.#rows.get(number) ?? null;
  }
}

function newSums(): Sums {
  return {
    open: 0,
    accepted: 0,
    refused: 0,
    resets: 0,
    errors: 0,
    received: 0,
    sent: 0,
    latency: new Histogram(),
  };
}
