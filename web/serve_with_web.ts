/**
 * A server with two listeners, one for sockets and one for browsers, and one table of its connections.
 *
 * The folder, in reading order:
 *
 * - `serve_with_web.ts`, `connection_log.ts`: both listeners at once, and their one log
 * - `browser_connection.ts`, `conversation.ts`: one connection: its requests, then its conversation
 * - `head_reader.ts`, `http.ts`, `routes.ts`: HTTP/1.1, and the answer to a request
 * - `web_access.ts`, `allowed_hosts.ts`: who may look
 * - `request_limits.ts`, `write_timeout.ts`, `lingering_close.ts`: limits that a browser never notices
 * - `websocket.ts`, `websocket_frame.ts`, `websocket_handshake.ts`, `websocket_mask.ts`,
 *   `websocket_batch.ts`, `websocket_session.ts`: WebSockets
 * - `stats.ts`, `histogram.ts`, `metrics.ts`, `event_stream.ts`: counts, for Prometheus and for the page
 * - `call_journal.ts`, `call_record.ts`, `socket_states.ts`: the calls of a connection that a page opens, and the
 *   states of its sockets
 * - `resources.ts`, `page/`: the page, which runs in the browser
 * - `site.ts`, `site_server.ts`: a site beside the service, or without one
 * - `live_trace.ts`: a capture of its connections (`--trace`)
 * - `recording.ts`, `packet_text.ts`, `trace_stream.ts`, `trace_site.ts`, `trace_document.ts`,
 *   `trace_resources.ts`, `trace_page/`: the page of a recording (`trace --web`, `--html`)
 *
 * @module
 */
import type { Listener } from "../net/connection.ts";
import { withoutPort } from "../server/admit.ts";
import type { ServerEvent } from "../server/events.ts";
import { type Handler, handlerFor } from "../server/handler.ts";
import { ReadQueue } from "../server/read_queue.ts";
import { serveConnections } from "../server/serve_connections.ts";
import type { ServeOptions } from "../server/serve_options.ts";
import { asciiUpperCase } from "../server/upper.ts";
import { upperCasePieces } from "../server/upper_message.ts";
import { REQUEST_TIMEOUT, webHandler, type WebOptions } from "./browser_connection.ts";
import { ConnectionLog } from "./connection_log.ts";
import { RequestLimits } from "./request_limits.ts";
import type { LiveTrace } from "./live_trace.ts";
import type { Resource } from "./site.ts";
import { SocketStateReader, type StateSystem } from "./socket_states.ts";
import { Traffic } from "./stats.ts";
import { accessFor, type WebAccess, type WebNames } from "./web_access.ts";

/** The listener for browsers, and its limits. */
export interface WebListener {
  /** The listener. */
  readonly listener: Listener;
  /** The host on which it listens, as the user has written it. */
  readonly host: string;
  /** Further names of it, and further pages that may look; none if not given. */
  readonly names?: WebNames;
  /** Told of the token, where one is asked for: it is in no event. */
  readonly onToken?: (token: string) => void;
  /** Whether it speaks TLS. */
  readonly secure: boolean;
  /** The page's files by their paths. */
  readonly resources: ReadonlyMap<string, Resource>;
  /** The system, from which the states of sockets are read; they are not shown if it is not given. */
  readonly system?: StateSystem;
  /** The capture of the connections of sockets, which it ends; none if not given. */
  readonly trace?: LiveTrace | null;
  /** The number of connections of browsers that may be open at once. */
  readonly maxConnections: number;
  /** Its time limits, where they are not the usual ones: see `WebOptions`. */
  readonly timeouts?: Pick<WebOptions, "readerTimeout" | "pingInterval"> & {
    /** Milliseconds that a request may take to come, and its answer to be taken; 15 s if not given. */
    readonly requestTimeout?: number;
    /** Milliseconds in which an address may have more unfinished requests than its share; 5 s if not given. */
    readonly requestGrace?: number;
  };
}

const NO_NAMES: WebNames = { names: [], origins: [] };

/** Milliseconds between pings: a page whose computer went to sleep is gone within a minute. */
const PING_INTERVAL = 30_000;

/** Milliseconds that browsers have for closing in good order. */
const WEB_GRACE = 2000;

/**
 * Serves both listeners, each as `serveConnections` serves one, until `stop`. Browsers are served until
 * the connections of the other listener have ended, so that they see it draining. It closes both.
 */
export async function serveWithWeb(
  listener: Listener,
  web: WebListener,
  options: ServeOptions,
): Promise<void> {
  await new BothListeners(listener, web, options).serve();
}

/**
 * Two listeners that are served, with numbers, counts and a log in common.
 *
 * Life of both: they are served at once; `stop` lets the connections of sockets end; then `#ended` stops
 * the listener for browsers, its conversations, and the samples, and the connections of browsers end.
 */
class BothListeners {
  readonly #listener: Listener;
  readonly #web: WebListener;
  readonly #options: ServeOptions;
  readonly #traffic = new Traffic();
  readonly #log: ConnectionLog;
  readonly #requestLimits: RequestLimits;
  readonly #access: WebAccess;
  /** Aborted when the connections of sockets have ended: then browsers have to go. */
  readonly #ended = new AbortController();
  /** The number of the last connection. */
  #count = 0;
  /** Whether new conversations are accepted. */
  #accepting = true;

  constructor(listener: Listener, web: WebListener, options: ServeOptions) {
    this.#listener = listener;
    this.#web = web;
    this.#options = options;
    this.#log = new ConnectionLog({
      nextNumber: this.#nextNumber,
      tell: this.#tell,
      traffic: this.#traffic,
      verbose: options.verbose ?? false,
      url: urlOf(web),
    });
    const { host, names = NO_NAMES } = web;
    this.#access = accessFor(host, withoutPort(web.listener.address), names);
    if (this.#access.token !== null) web.onToken?.(this.#access.token);
    const { requestTimeout = REQUEST_TIMEOUT, requestGrace } = web.timeouts ?? {};
    this.#requestLimits = new RequestLimits(web.maxConnections, requestTimeout, requestGrace);
  }

  async serve(): Promise<void> {
    const sockets = this.#serveSockets();
    const browsers = this.#serveBrowsers();
    try {
      await sockets;
    } finally {
      this.#ended.abort();
      this.#traffic.close();
      await Promise.all([browsers, this.#web.trace?.end()]);
    }
  }

  #serveSockets(): Promise<unknown> {
    const traffic = this.#traffic;
    const handler = handlerFor(this.#options.transform, new ReadQueue());
    return serveConnections(traffic.watched(this.#listener), {
      ...this.#options,
      nextNumber: this.#nextNumber,
      handler: traffic.metered(handler),
      onEvent: this.#tell,
    });
  }

  #serveBrowsers(): Promise<unknown> {
    const { transform, access, maxHandshakes, stopNow, ...options } = this.#options;
    const { listener, maxConnections } = this.#web;
    return serveConnections(listener, {
      ...(access ? { access } : {}),
      ...(maxHandshakes === undefined ? {} : { maxHandshakes }),
      transform,
      handler: this.#browserHandler(),
      stop: this.#ended.signal,
      stopNow,
      grace: WEB_GRACE,
      idleTimeout: options.idleTimeout ?? null,
      whenFull: options.whenFull ?? "wait",
      maxConnections,
      makeRoom: () => this.#requestLimits.makeRoom(),
      verbose: options.verbose ?? false,
      onEvent: (event) => this.#log.tell(event),
    });
  }

  #browserHandler(): Handler {
    const { transform, stop, idleTimeout = null } = this.#options;
    const { secure, resources, trace, timeouts = {} } = this.#web;
    const { readerTimeout, pingInterval } = timeouts;
    return webHandler({
      ...(idleTimeout === null ? { pingInterval: PING_INTERVAL } : {}), // else they would be traffic
      ...(pingInterval === undefined ? {} : { pingInterval }),
      ...(readerTimeout === undefined ? {} : { readerTimeout }),
      requestLimits: this.#requestLimits,
      answer: (message) => upperCasePieces(message, { unicode: transform !== asciiUpperCase }),
      traffic: this.#traffic,
      address: this.#listener.address,
      protocol: this.#listener.protocol.split(" ")[0]!,
      ...this.#states(),
      resources,
      ...(trace ? { site: trace.site, hasTrace: true } : {}),
      ...this.#access,
      secure,
      draining: () => stop.aborted,
      accepting: () => this.#accepting,
      stop: this.#ended.signal,
      onAnswer: (connection, request, status) => {
        this.#traffic.answered(status);
        if (request !== null) this.#log.answered(connection, request, status);
      },
      onUpgrade: (connection) => this.#log.upgraded(connection),
    });
  }

  /** Returns what reads the states of connections' sockets, where there is a system to read from. */
  #states(): Pick<WebOptions, "statesOf"> {
    const { system, listener } = this.#web;
    if (system === undefined) return {};
    const ports = { tcp: portOf(this.#listener.address), web: portOf(listener.address) };
    const reader = new SocketStateReader(system, Object.values(ports));
    return { statesOf: ({ peer, listener }) => reader.of(peer, ports[listener]) };
  }

  #nextNumber = (): number => ++this.#count;

  /** Counts an event, and tells the server's log of it. */
  #tell = (event: ServerEvent): void => {
    if (event.event === "stop") this.#accepting = false;
    this.#traffic.tell(event);
    this.#options.onEvent(event);
  };
}

/** Returns the port of a listener; NaN for a Unix socket, which no table has. */
function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(":") + 1));
}

/** Returns the URL that a browser opens. On all interfaces, that is this machine's own name for itself. */
function urlOf({ listener, secure }: WebListener): string {
  const address = listener.address.replace(/^(0\.0\.0\.0|\[::\]):/, "localhost:");
  return `${secure ? "https" : "http"}://${address}/`;
}
