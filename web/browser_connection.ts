/**
 * A connection of a browser: one request after the other, then messages once it is a WebSocket.
 *
 * @module
 */
import { hostOf } from "../server/admit.ts";
import { writeEvents } from "./event_stream.ts";
import { HeadReader } from "./head_reader.ts";
import { type Answer, formatAnswer, HttpError, type RequestHead } from "./http.ts";
import { linger } from "./lingering_close.ts";
import { SlowReaderError, withWriteTimeout } from "./write_timeout.ts";
import { type Channel, closeQuietly, writeAll } from "../net/stream.ts";
import type { ConnectionInfo, Handler } from "../server/handler.ts";
import { ReadQueue } from "../server/read_queue.ts";
import { withPrefix } from "../server/proxy_protocol.ts";
import { type Requester, RequestLimits } from "./request_limits.ts";
import { answerTo, checkRequest, keyOf, type Offer, refusal } from "./routes.ts";
import { CLOSE, WebSocketError } from "./websocket.ts";
import { acceptKey } from "./websocket_handshake.ts";
import { WebSocketSession } from "./websocket_session.ts";
import { Receiver } from "../server/receiver.ts";

/** The offer of the listener for browsers, and its limits. */
export interface WebOptions extends Offer {
  /** The service: makes the answer to a message, the next part of it when that is asked for. */
  readonly answer: (message: Uint8Array) => Iterable<Uint8Array>;
  /** The address of the listener for sockets, for people. */
  readonly address: string;
  /** What is spoken there: `TCP`, `TLS`, `Unix`. */
  readonly protocol: string;
  /** Whether the server accepts new conversations. */
  readonly accepting: () => boolean;
  /** Ends what pages have open. */
  readonly stop: AbortSignal;
  /** Told of each answer; what was no request is `null`. */
  readonly onAnswer: (who: ConnectionInfo, request: RequestHead | null, status: number) => void;
  /** Told when a connection has become a WebSocket; returns its number from then on. */
  readonly onUpgrade: (who: ConnectionInfo) => number;
  /** Which connections make room for others; none but after `REQUEST_TIMEOUT` if not given. */
  readonly requestLimits?: RequestLimits;
  /** Milliseconds between pings, with which a page is found out that has gone; none if not given. */
  readonly pingInterval?: number;
  /** Milliseconds for which a client may read nothing of its answer; 10 s if not given. */
  readonly readerTimeout?: number;
}

/** Bytes of the buffer into which a WebSocket is read. */
const BUFFER_SIZE = 16 * 1024;

/** Milliseconds that a request may take to come, and its answer to be taken. */
export const REQUEST_TIMEOUT = 15_000;

/** Returns how connections of browsers are answered. */
export function webHandler(options: WebOptions): Handler {
  const shared: Shared = {
    readQueue: new ReadQueue(),
    tabs: new Map(),
    requestLimits: options.requestLimits ?? new RequestLimits(Infinity, REQUEST_TIMEOUT),
  };
  return (channel, onEnd, who) => {
    const connection = new HttpConnection(options, shared, channel, who);
    connection.run().then(
      () => onEnd(null, connection.received, connection.sent),
      (error) => onEnd(error, connection.received, connection.sent),
    );
  };
}

/** What connections share. */
interface Shared {
  /** Lets WebSockets read in turn. */
  readonly readQueue: ReadQueue;
  /** The numbers of the WebSockets by what their pages call themselves. */
  readonly tabs: Map<string, number>;
  /** Closes those without a conversation when others need their places. */
  readonly requestLimits: RequestLimits;
}

/** One connection of a browser. */
class HttpConnection implements Requester {
  /** The client's IP address. */
  readonly host: string;
  /** Bytes received; those of messages alone once it is a WebSocket. */
  received = 0;
  /** Bytes sent, likewise. */
  sent = 0;
  readonly #options: WebOptions;
  readonly #shared: Shared;
  readonly #channel: Channel;
  readonly #who: ConnectionInfo;
  readonly #reader: HeadReader;
  /** Whether a head is waited for. */
  #waiting = false;
  /** Why it was given up, or `null`; and what resolves then. */
  #reason: string | null = null;
  readonly #gone = Promise.withResolvers<void>();

  constructor(options: WebOptions, shared: Shared, channel: Channel, who: ConnectionInfo) {
    this.#options = options;
    this.#shared = shared;
    this.#channel = withWriteTimeout(channel, options.readerTimeout ?? 10_000);
    this.#who = who;
    this.host = who.connection.host ?? hostOf(who.peer);
    this.#reader = new HeadReader(this.#channel);
  }

  /** Answers one request after the other. */
  async run(): Promise<void> {
    const { requestLimits } = this.#shared;
    try {
      for (;;) {
        requestLimits.begin(this);
        const request = await this.#next();
        if (request === null) return;
        requestLimits.begin(this);
        if (!await this.#serve(request)) return;
        if (this.#reader.begun) await Promise.race([requestLimits.turn(), this.#gone.promise]);
      }
    } catch (error) {
      throw this.#reason === null ? error : new HttpError(408, this.#reason);
    } finally {
      requestLimits.end(this);
    }
  }

  /** Closes the connection; one that waits for the rest of its request is told why, if it can be. */
  giveUp(reason: string): void {
    this.#reason = reason;
    this.#gone.resolve();
    if (this.#waiting && this.#reader.begun) {
      this.#options.onAnswer(this.#who, null, 408);
      const answer = formatAnswer(refusal(new HttpError(408, reason)), { persistent: false });
      this.#channel.write(answer).catch(() => {}); // it takes what the system takes at once
    }
    closeQuietly(this.#channel);
  }

  /**
   * Resolves to the next request, or `null` if there is none before the server stops, or the
   * connection is given up.
   */
  async #next(): Promise<RequestHead | null> {
    const { stop } = this.#options;
    if (stop.aborted) return null;
    const leave = () => closeQuietly(this.#channel);
    stop.addEventListener("abort", leave);
    this.#waiting = true;
    try {
      return await this.#reader.next();
    } catch (error) {
      if (stop.aborted || (this.#reason !== null && !this.#reader.begun)) return null;
      if (error instanceof HttpError) await this.#refuse(error);
      throw error;
    } finally {
      this.#waiting = false;
      this.received = this.#reader.bytes;
      stop.removeEventListener("abort", leave);
    }
  }

  /** Says that what has come is no request. */
  async #refuse(error: HttpError): Promise<void> {
    this.#waiting = false;
    const bytes = formatAnswer(refusal(error), { persistent: false });
    this.#options.onAnswer(this.#who, null, error.status);
    await writeAll(this.#channel, bytes);
    this.sent += bytes.length;
    await linger(this.#channel);
  }

  /** Answers a request; resolves to whether there may be another one. */
  async #serve(request: RequestHead): Promise<boolean> {
    try {
      checkRequest(request, this.#options);
      if (request.path === "/ws") {
        await this.#talk(request, await this.#upgrade(request));
        return false;
      }
      if (request.path === "/events" && request.method === "GET") {
        await this.#tellEvents(request);
        return false;
      }
      return await this.#send(request, answerTo(request, this.#options));
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      return await this.#send(request, refusal(error));
    }
  }

  /** Sends an answer; resolves to whether there may be another request. */
  async #send(request: RequestHead, answer: Answer): Promise<boolean> {
    const { stop, onAnswer } = this.#options;
    const persistent = request.persistent && !stop.aborted;
    const bytes = formatAnswer(answer, { head: request.method === "HEAD", persistent });
    onAnswer(this.#who, request, answer.status);
    await writeAll(this.#channel, bytes);
    this.sent += bytes.length;
    if (request.hasContent) await linger(this.#channel);
    return persistent;
  }

  /** Begins what lasts as long as the client likes. */
  #converse(): void {
    if (this.#shared.requestLimits.converse(this)) return;
    throw new HttpError(503, "as many conversations are open as may be");
  }

  /** Makes the connection a WebSocket (RFC 6455, section 4.2); resolves to its number. */
  async #upgrade(request: RequestHead): Promise<number> {
    const started = performance.now();
    const key = keyOf(request);
    if (!this.#options.accepting()) throw new HttpError(503, "the server stops");
    this.#converse();
    await this.#send(request, {
      status: 101,
      fields: {
        Upgrade: "websocket",
        Connection: "Upgrade",
        "Sec-WebSocket-Accept": await acceptKey(key),
      },
      content: null,
    });
    this.#options.traffic.sums.web.latency.observe((performance.now() - started) / 1000);
    return this.#options.onUpgrade(this.#who);
  }

  async #talk({ query }: RequestHead, number: number): Promise<void> {
    const { answer, traffic, stop } = this.#options;
    const { readQueue, tabs } = this.#shared;
    const session = new WebSocketSession(this.#channel, {
      answer,
      pingInterval: this.#options.pingInterval ?? null,
      count: (received, sent) => traffic.count("web", number, received, sent),
    });
    const leave = () => void session.close(CLOSE.goingAway, "the server stops");
    const tab = tabOf(query);
    if (tab !== null) tabs.set(tab, number);
    stop.addEventListener("abort", leave);
    if (stop.aborted) leave();
    readQueue.enter();
    try {
      const channel = withPrefix(this.#channel, this.#reader.rest());
      await session.run(new Receiver(channel, new Uint8Array(BUFFER_SIZE), readQueue));
      await linger(this.#channel);
    } catch (error) {
      if (error instanceof WebSocketError) {
        this.#shared.requestLimits.begin(this); // the conversation is over
        await linger(this.#channel);
      }
      throw error;
    } finally {
      readQueue.leave();
      stop.removeEventListener("abort", leave);
      if (tab !== null && tabs.get(tab) === number) tabs.delete(tab);
      this.received = session.received;
      this.sent = session.sent;
    }
  }

  /** Tells a page what goes through the server until one of both goes. */
  async #tellEvents(request: RequestHead): Promise<void> {
    this.#converse();
    await this.#send({ ...request, persistent: false }, answerTo(request, this.#options));
    const { traffic, address, protocol, draining, stop } = this.#options;
    const tab = tabOf(request.query);
    const gone = new AbortController();
    const writable = {
      write: async (bytes: Uint8Array) => {
        const count = await this.#channel.write(bytes);
        this.sent += count;
        return count;
      },
    };
    const listening = this.#channel.read(new Uint8Array(1)).then(
      () => gone.abort(),
      () => gone.abort(),
    );
    try {
      await writeEvents(writable, {
        traffic,
        address,
        protocol,
        draining,
        stop: AbortSignal.any([stop, gone.signal]),
        own: () => tab === null ? null : this.#shared.tabs.get(tab) ?? null,
      });
    } catch (error) {
      if (!gone.signal.aborted || error instanceof SlowReaderError) throw error;
    } finally {
      closeQuietly(this.#channel);
      await listening;
    }
  }
}

/** Returns what a page calls itself, so that it finds its own row, or `null`. */
function tabOf(query: string): string | null {
  return query.match(/^tab=([\w-]{1,40})$/)?.[1] ?? null;
}
