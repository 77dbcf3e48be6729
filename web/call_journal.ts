/**
 * The calls of connections, such as reading and writing, with the beginning of their bytes, for a page
 * that opens a row of its table.
 *
 * @module
 */
import type { ServerEvent } from "../server/events.ts";
import { reasonOf } from "../text/reason.ts";

/** The calls that are shown; `frame` is a frame of a WebSocket in what was read or is written next. */
export type CallName = "accept" | "read" | "write" | "frame" | "close" | "reset" | "error";

/** A frame of a WebSocket (RFC 6455, section 5.2). */
export interface FrameBytes {
  /** Whether the client or the server has sent it. */
  readonly way: "received" | "sent";
  /** Its first two bytes, the rest of its length, and the masking key. */
  readonly head: Uint8Array;
  /** The beginning of its content, not masked. */
  readonly content: Uint8Array;
  /** The number of its message, from 1 for each way; `null` for a control frame. */
  readonly message: number | null;
}

/** A call. */
export interface Call {
  /** Its number among those of its connection, from 1. */
  readonly number: number;
  /** When it was, in milliseconds since 1970. */
  readonly time: number;
  /** The name. */
  readonly call: CallName;
  /** The number of bytes that were read or written. */
  readonly bytes: number;
  /** The beginning of these bytes. */
  readonly data: Uint8Array;
  /** The reason of an end that was not ordinary, and the like; empty if there is none. */
  readonly note: string;
  /** The frame, of a `frame`. */
  readonly frame: FrameBytes | null;
}

/** The calls of a connection that are kept. */
export interface Calls {
  /** Those after the one that was asked for. */
  readonly calls: readonly Call[];
  /** The number of calls between the first and the last ones that are not kept. */
  readonly dropped: number;
  /** Bytes received and sent before anybody looked; `null` if it was accepted since. */
  readonly before: { readonly received: number; readonly sent: number } | null;
}

/** The number of calls of a connection that are kept from its beginning on. */
export const FIRST = 32;

/** The number of its last calls that are kept besides. */
export const LAST = 96;

/** Bytes that are kept of a call. */
export const BEGINNING = 256;

/** Bytes that are kept of all calls, with what an object takes besides. */
const MOST_BYTES = 4 * 1024 * 1024, OBJECT = 200;

/** Ticks for which calls are kept that nobody looks at: a page that is loaded again has them still. */
const PATIENCE = 20;

const NOTHING = new Uint8Array();

/** The calls of one connection. */
interface Entry {
  readonly first: Call[];
  readonly last: Call[];
  count: number;
  bytes: number;
  before: Calls["before"];
}

/**
 * The calls of all connections, kept while a page looks and for ten seconds more.
 *
 * Memory is bounded: of a connection, the first 32 and the last 96 calls are kept with 256 bytes of each, and
 * 4 MiB of all; then those are forgotten that have ended, and then the oldest, but none that a page has
 * opened. While nobody looks nothing is kept, and the connections are not slowed down.
 *
 * Life of an entry: made by the first call of a connection that is seen; `tell` says that it has ended; it is
 * forgotten for want of room, or when nobody looks any more.
 */
export class CallJournal {
  /** Whether calls are kept: the question that is asked at each of them. */
  isKept = false;
  readonly #entries = new Map<number, Entry>();
  /** Those of them that have ended, the first one first. */
  readonly #ended = new Set<number>();
  /** The connections that pages have opened, and by how many of them. */
  readonly #opened = new Map<number, number>();
  #looking = 0;
  #unseen = 0;
  #bytes = 0;

  /** Bytes that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Begins to look for a page that has opened these connections; the function that is returned ends that. */
  look(opened: readonly number[]): () => void {
    this.#looking++;
    this.isKept = true;
    for (const each of opened) this.#opened.set(each, (this.#opened.get(each) ?? 0) + 1);
    this.#unseen = 0;
    return () => {
      this.#looking--;
      for (const each of opened) {
        const count = this.#opened.get(each)! - 1;
        if (count === 0) this.#opened.delete(each);
        else this.#opened.set(each, count);
      }
    };
  }

  /** Forgets everything when nobody has looked for some of these ticks. */
  tick(): void {
    if (!this.isKept || this.#looking > 0 || ++this.#unseen < PATIENCE) return;
    this.isKept = false;
    this.#entries.clear();
    this.#ended.clear();
    this.#bytes = 0;
  }

  /** Whether calls of the connection `number` are kept. */
  has(number: number): boolean {
    return this.#entries.has(number);
  }

  /** Keeps that a connection was accepted, at a time when nobody looked, and the bytes that it had moved by now. */
  begin(
    number: number,
    { since, received, sent }: {
      readonly since: number;
      readonly received: number;
      readonly sent: number;
    },
  ): void {
    const before = received + sent === 0 ? null : { received, sent };
    this.#add(number, { call: "accept", time: since }, before);
  }

  /** Keeps the beginning or the end of a connection, if that is what an event tells. */
  tell(event: ServerEvent): void {
    if (!this.isKept) return;
    switch (event.event) {
      case "accept":
        if (event.protocol === "HTTP") return; // no conversation
        return this.#add(event.connection, { call: "accept", note: event.protocol ?? "" });
      case "close":
      case "reset":
      case "error": {
        const { connection, reason, error } = event;
        if (!this.#entries.has(connection)) return;
        this.#add(connection, {
          call: event.event,
          note: reason ?? (error === null ? "" : reasonOf(error)),
        });
        this.#ended.add(connection);
      }
    }
  }

  /** Keeps a read or a write of the connection `number`. */
  transfer(number: number, call: "read" | "write", data: Uint8Array): void {
    this.#add(number, { call, bytes: data.length, data: data.slice(0, BEGINNING) });
  }

  /** Keeps a frame of the WebSocket `number`. */
  frame(number: number, { way, head, content, message }: FrameBytes): void {
    const kept = { way, head: head.slice(), content: content.slice(0, BEGINNING), message };
    this.#add(number, { call: "frame", bytes: head.length + content.length, frame: kept });
  }

  /** Returns the calls of a connection after the one numbered `after`; `null` if none are kept. */
  after(number: number, after: number): Calls | null {
    const entry = this.#entries.get(number);
    if (entry === undefined) return null;
    const { first, last, count, before } = entry;
    return {
      calls: [...first, ...last].filter((call) => call.number > after),
      dropped: count - first.length - last.length,
      before,
    };
  }

  #add(
    number: number,
    { call, time = Date.now(), bytes = 0, data = NOTHING, note = "", frame = null }:
      & Pick<Call, "call">
      & Partial<Call>,
    before: Calls["before"] = null,
  ): void {
    let entry = this.#entries.get(number);
    if (entry === undefined) {
      entry = { first: [], last: [], count: 0, bytes: 0, before };
      this.#entries.set(number, entry);
    }
    const made = { number: ++entry.count, time, call, bytes, data, note, frame };
    (entry.first.length < FIRST ? entry.first : entry.last).push(made);
    this.#grow(entry, sizeOf(made));
    if (entry.last.length > LAST) this.#grow(entry, -sizeOf(entry.last.shift()!));
    while (this.#bytes > MOST_BYTES && this.#forgetOne(number)) { /* until it fits */ }
  }

  #grow(entry: Entry, bytes: number): void {
    entry.bytes += bytes;
    this.#bytes += bytes;
  }

  /** Forgets a connection that has ended, or else the oldest, but neither `number` nor one that is opened. */
  #forgetOne(number: number): boolean {
    for (const numbers of [this.#ended, this.#entries.keys()]) {
      for (const each of numbers) { // only those are passed over that are opened: a few
        if (each === number || this.#opened.has(each)) continue;
        this.#bytes -= this.#entries.get(each)!.bytes;
        this.#ended.delete(each);
        return this.#entries.delete(each);
      }
    }
    return false;
  }
}

function sizeOf({ data, note, frame }: Call): number {
  return OBJECT + data.length + 2 * note.length +
    (frame === null ? 0 : frame.head.length + frame.content.length);
}
