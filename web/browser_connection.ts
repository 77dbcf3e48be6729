/**
 * A connection of a browser: one request after the other, then a conversation if one is asked for.
 *
 * @module
 */
import { withoutPort } from "../server/admit.ts";
import {
  type ByteCounts,
  type ConversationOptions,
  Conversations,
  parseQuery,
  tellUntilGone,
} from "./conversation.ts";
import { HeadReader } from "./head_reader.ts";
import { type Answer, formatAnswer, HttpError, type RequestHead } from "./http.ts";
import { linger } from "./lingering_close.ts";
import { withWriteTimeout } from "./write_timeout.ts";
import { type Channel, closeQuietly, writeAll } from "../net/stream.ts";
import type { ConnectionInfo, Handler } from "../server/handler.ts";
import { withPrefix } from "../server/proxy_protocol.ts";
import { type Requester, RequestLimits } from "./request_limits.ts";
import { answerTo, checkRequest, EVENTS, keyOf, type Offer, refusal } from "./routes.ts";
import type { Traffic } from "./stats.ts";
import { chosenProtocol, originFields } from "./web_access.ts";
import { WebSocketError } from "./websocket_frame.ts";
import { acceptKey } from "./websocket_handshake.ts";
import { msg } from "../text/messages.ts";

/** A site for browsers, and its limits. */
export interface SiteOptions extends Offer {
  /** Ends all conversations. */
  readonly stop: AbortSignal;
  /** Told of each answer; `request` is `null` for bytes that were no request. */
  readonly onAnswer: (
    connection: ConnectionInfo,
    request: RequestHead | null,
    status: number,
  ) => void;
  /** The limits for unfinished requests; none but `REQUEST_TIMEOUT` if not given. */
  readonly requestLimits?: RequestLimits;
  /** Milliseconds for which a client may read nothing of its answer; 10 s if not given. */
  readonly readerTimeout?: number;
}

/** The offer of the listener for browsers of a server: a site, and conversations. */
export interface WebOptions extends SiteOptions, ConversationOptions {
  /** The counts of the server. */
  readonly traffic: Traffic;
  /** Whether the server accepts new conversations. */
  readonly accepting: () => boolean;
  /** Told when a connection has become a WebSocket; returns its number from then on. */
  readonly onUpgrade: (connection: ConnectionInfo) => number;
}

/** The conversations of a server, and what a connection needs to begin one. */
interface Service extends Pick<WebOptions, "accepting" | "onUpgrade" | "traffic"> {
  readonly conversations: Conversations;
}

/** Milliseconds that a request may take to come, and its answer to be taken. */
export const REQUEST_TIMEOUT = 15_000;

/** Returns the handler of connections of browsers to a server. */
export function webHandler(options: WebOptions): Handler {
  const { accepting, onUpgrade, traffic } = options;
  const conversations = new Conversations(options);
  return handlerOf(options, { conversations, accepting, onUpgrade, traffic });
}

/** Returns the handler of connections of browsers to a site without a service. */
export function siteHandler(options: SiteOptions): Handler {
  return handlerOf(options, null);
}

function handlerOf(options: SiteOptions, service: Service | null): Handler {
  const shared: Shared = {
    service,
    requestLimits: options.requestLimits ?? new RequestLimits(Infinity, REQUEST_TIMEOUT),
  };
  return (channel, conversation) => {
    const connection = new HttpConnection(options, shared, channel, conversation);
    connection.run().then(
      () => conversation.end(null, connection.received, connection.sent),
      (error) => conversation.end(error, connection.received, connection.sent),
    );
  };
}

/** The conversations and limits that the connections of a server share. */
interface Shared {
  /** The WebSockets and the events of the server; `null` without a service. */
  readonly service: Service | null;
  /** Closes those without a conversation when others need their places. */
  readonly requestLimits: RequestLimits;
}

/**
 * One connection of a browser.
 *
 * Life of a connection: each request is waited for, read, and answered, with a time limit for each of
 * the two; `RequestLimits` may give it up meanwhile, which closes the channel and so ends every read and
 * write. A request for `/ws` or `/events` begins a conversation, which is not limited in time and is the
 * last thing on the connection. `run` ends when the client or the server has ended; closing is the
 * server's.
 */
class HttpConnection implements Requester, ByteCounts {
  /** The client's IP address. */
  readonly host: string;
  /** Bytes received; those of messages alone once it is a WebSocket. */
  received = 0;
  /** Bytes sent, likewise. */
  sent = 0;
  readonly #options: SiteOptions;
  readonly #shared: Shared;
  readonly #channel: Channel;
  readonly #info: ConnectionInfo;
  readonly #reader: HeadReader;
  /** Whether a head is waited for. */
  #waiting = false;
  /** Why it was given up, or `null`; `#gone` resolves then. */
  #reason: string | null = null;
  readonly #gone = Promise.withResolvers<void>();

  constructor(options: SiteOptions, shared: Shared, channel: Channel, info: ConnectionInfo) {
    this.#options = options;
    this.#shared = shared;
    this.#channel = withWriteTimeout(channel, options.readerTimeout ?? 10_000);
    this.#info = info;
    this.host = info.connection.host ?? withoutPort(info.peer);
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
      this.#options.onAnswer(this.#info, null, 408);
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

  /** Refuses bytes that are no request. */
  async #refuse(error: HttpError): Promise<void> {
    this.#waiting = false;
    const bytes = formatAnswer(refusal(error), { persistent: false });
    this.#options.onAnswer(this.#info, null, error.status);
    await writeAll(this.#channel, bytes);
    this.sent += bytes.length;
    await linger(this.#channel);
  }

  /** Answers a request; resolves to whether there may be another one. */
  async #serve(request: RequestHead): Promise<boolean> {
    try {
      checkRequest(request, this.#options);
      const { service } = this.#shared;
      if (request.path === "/ws" && service !== null) {
        await this.#talk(service, request, await this.#upgrade(service, request));
        return false;
      }
      const events = request.method === "GET" ? this.#eventsFor(service, request) : null;
      if (events !== null) {
        this.#converse();
        await this.#send({ ...request, persistent: false }, EVENTS);
        await events();
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
    const fields = { ...answer.fields, ...originFields(request, this.#options) };
    const head = request.method === "HEAD";
    const bytes = formatAnswer({ ...answer, fields }, { head, persistent });
    onAnswer(this.#info, request, answer.status);
    await writeAll(this.#channel, bytes);
    this.sent += bytes.length;
    if (request.hasContent) await linger(this.#channel);
    return persistent;
  }

  /** Begins a conversation, which lasts as long as the client likes. */
  #converse(): void {
    if (this.#shared.requestLimits.converse(this)) return;
    throw new HttpError(503, msg("as many conversations are open as may be"));
  }

  /** Makes the connection a WebSocket (RFC 6455, section 4.2); resolves to its number. */
  async #upgrade(service: Service, request: RequestHead): Promise<number> {
    const started = performance.now();
    const key = keyOf(request);
    if (!service.accepting()) throw new HttpError(503, msg("the server stops"));
    this.#converse();
    await this.#send(request, {
      status: 101,
      fields: {
        Upgrade: "websocket",
        Connection: "Upgrade",
        "Sec-WebSocket-Accept": await acceptKey(key),
        ...chosenProtocol(request),
      },
      content: null,
    });
    service.traffic.sums.web.latency.observe((performance.now() - started) / 1000);
    return service.onUpgrade(this.#info);
  }

  /** Talks over the WebSocket that the connection has become. */
  async #talk(
    { conversations }: Service,
    { query }: RequestHead,
    number: number,
  ): Promise<void> {
    const { requestLimits } = this.#shared;
    const channel = withPrefix(this.#channel, this.#reader.rest());
    try {
      await conversations.talk(channel, { tab: parseQuery(query).tab, number, counts: this });
    } catch (error) {
      if (error instanceof WebSocketError) {
        requestLimits.begin(this); // the conversation is over
        await linger(channel);
      }
      throw error;
    }
    await linger(channel);
  }

  /** Returns the stream of events that a request asks for, until one of both goes; `null` if it is none. */
  #eventsFor(service: Service | null, request: RequestHead): (() => Promise<void>) | null {
    const { site, stop } = this.#options;
    const write = site?.eventsFor(request) ?? null;
    if (write !== null) return () => tellUntilGone(this.#channel, this, stop, write);
    if (service === null || request.path !== "/events") return null;
    const query = parseQuery(request.query);
    return () => service.conversations.tellEvents(this.#channel, { ...query, counts: this });
  }
}
