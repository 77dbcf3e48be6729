/**
 * Conversations of pages with the server: a WebSocket, or a stream of events, each for as long as both
 * sides like.
 *
 * @module
 */
import { type Channel, closeQuietly } from "../net/stream.ts";
import { ChunkReader } from "../server/chunk_reader.ts";
import { ReadQueue } from "../server/read_queue.ts";
import type { Piece } from "../server/upper_message.ts";
import { type EventStreamOptions, writeEvents } from "./event_stream.ts";
import type { EventWriter } from "./site.ts";
import type { Traffic } from "./stats.ts";
import { CLOSE, OPCODE } from "./websocket_frame.ts";
import { type SessionObserver, WebSocketSession } from "./websocket_session.ts";
import { SlowReaderError } from "./write_timeout.ts";
import { msg } from "../text/messages.ts";

/** The service of conversations, and their limits. */
export interface ConversationOptions {
  /** The service: makes the answer to a message, the next part of it when that is asked for. */
  readonly answer: (message: Uint8Array) => Iterable<Piece>;
  /** The counts that are shown. */
  readonly traffic: Traffic;
  /** The address of the listener for sockets, for people. */
  readonly address: string;
  /** The protocol of that listener: `TCP`, `TLS`, `Unix`. */
  readonly protocol: string;
  /** Whether the server is to stop. */
  readonly draining: () => boolean;
  /** Ends all conversations. */
  readonly stop: AbortSignal;
  /** Milliseconds between pings, with which a page is found out that has gone; none if not given. */
  readonly pingInterval?: number;
  /** Whether the segments of connections have a page; see `EventStreamOptions`. */
  readonly hasTrace?: boolean;
  /** Resolves to the states of a connection's sockets; see `EventStreamOptions`. */
  readonly statesOf?: EventStreamOptions["statesOf"];
}

/** Bytes of a connection, brought up to date by its conversation. */
export interface ByteCounts {
  /** Bytes received. */
  received: number;
  /** Bytes sent. */
  sent: number;
}

/** The words of a page about itself, in the query of its requests. */
export interface PageQuery {
  /** The name that it gives itself to find its own row in the table, or `null`. */
  readonly tab: string | null;
  /** The number of the last sample that it has, or `null`. */
  readonly since: number | null;
  /** The connections whose calls it shows. */
  readonly opened: readonly number[];
}

/** The connections that a page may have opened at once: a row of the table, and its own. */
const MOST_OPENED = 4;

/** Returns what a query says; what it says in another form is ignored. */
export function parseQuery(query: string): PageQuery {
  const words = new URLSearchParams(query);
  const tab = words.get("tab") ?? "";
  const since = words.get("since") ?? "";
  const opened = (words.get("open") ?? "").split(",").filter((each) => /^\d{1,15}$/.test(each));
  return {
    tab: /^[\w-]{1,40}$/.test(tab) ? tab : null,
    since: /^\d{1,15}$/.test(since) ? Number(since) : null,
    opened: [...new Set(opened.map(Number))].slice(0, MOST_OPENED),
  };
}

/** Bytes of the buffer into which a WebSocket is read: of one that is quiet, and of one that sends much. */
const [BUFFER_SIZE, LARGE_BUFFER_SIZE] = [16 * 1024, 256 * 1024];

/** The conversations of a server, with a read queue and the names of pages in common. */
export class Conversations {
  readonly #options: ConversationOptions;
  /** Lets WebSockets read in turn. */
  readonly #readQueue = new ReadQueue();
  /** The numbers of the WebSockets by the names that their pages give themselves. */
  readonly #tabs = new Map<string, number>();

  /** Begins without any. */
  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  /**
   * Talks over the WebSocket `number` until one side ends it. `counts` has the bytes of messages
   * afterwards, without those of frames and of the handshake.
   *
   * Rejects as `WebSocketSession.run` does.
   */
  async talk(
    channel: Channel,
    { tab, number, counts }: {
      readonly tab: string | null;
      readonly number: number;
      readonly counts: ByteCounts;
    },
  ): Promise<void> {
    const { answer, traffic, stop, pingInterval = null } = this.#options;
    const session = new WebSocketSession(channel, {
      answer,
      pingInterval,
      count: (received, sent) => traffic.count("web", number, received, sent),
      observer: observerOf(number, traffic),
    });
    const leave = () => void session.close(CLOSE.goingAway, msg("the server stops"));
    if (tab !== null) this.#tabs.set(tab, number);
    stop.addEventListener("abort", leave);
    if (stop.aborted) leave();
    this.#readQueue.enter();
    try {
      const buffer = new Uint8Array(BUFFER_SIZE);
      await session.run(new ChunkReader(channel, buffer, this.#readQueue, LARGE_BUFFER_SIZE));
    } finally {
      this.#readQueue.leave();
      stop.removeEventListener("abort", leave);
      if (tab !== null && this.#tabs.get(tab) === number) this.#tabs.delete(tab);
      counts.received = session.received;
      counts.sent = session.sent;
    }
  }

  /**
   * Sends the counts of the server to a page until one of both goes, and closes `channel`.
   *
   * Rejects as the channel does, unless the page has gone.
   */
  async tellEvents(
    channel: Channel,
    { tab, since, opened, counts }: PageQuery & { readonly counts: ByteCounts },
  ): Promise<void> {
    const { traffic, address, protocol, draining, stop, statesOf, hasTrace = false } =
      this.#options;
    const options = {
      traffic,
      address,
      protocol,
      draining,
      since,
      opened,
      hasTrace,
      ...(statesOf === undefined ? {} : { statesOf }),
      own: () => tab === null ? null : this.#tabs.get(tab) ?? null,
    };
    const write: EventWriter = (writable, until) =>
      writeEvents(writable, { ...options, stop: until });
    await tellUntilGone(channel, counts, stop, write);
  }
}

/**
 * Writes a stream of events to a page until it has gone or `stop`, and closes `channel`.
 *
 * Rejects as the channel does, unless the page has gone.
 */
export async function tellUntilGone(
  channel: Channel,
  counts: ByteCounts,
  stop: AbortSignal,
  write: EventWriter,
): Promise<void> {
  const gone = new AbortController();
  const writable = {
    write: async (bytes: Uint8Array) => {
      const count = await channel.write(bytes);
      counts.sent += count;
      return count;
    },
  };
  const leave = () => gone.abort();
  const listening = channel.read(new Uint8Array(1)).then(leave, leave);
  try {
    await write(writable, AbortSignal.any([stop, gone.signal]));
  } catch (error) {
    if (!gone.signal.aborted || error instanceof SlowReaderError) throw error;
  } finally {
    closeQuietly(channel);
    await listening;
  }
}

/** Returns what keeps the calls and frames of the WebSocket `number` while a page looks. */
function observerOf(number: number, traffic: Traffic): SessionObserver {
  const { calls } = traffic;
  return {
    isLooking: () => calls.isKept,
    transferred: (call, bytes) => traffic.transferred(number, call, bytes),
    framed(way, head, content, message) {
      const isControl = (head[0]! & 0x0f) >= OPCODE.close;
      calls.frame(number, { way, head, content, message: isControl ? null : message });
    },
  };
}
