/**
 * A server with two doors, one for sockets and one for browsers, and one table of who is inside.
 *
 * @module
 */
import { hostOf } from "../server/admit.ts";
import { TlsHelloError } from "./http.ts";
import type { AcceptEvent, ServerEvent } from "../server/events.ts";
import { RequestLimits } from "./request_limits.ts";
import { serve, type ServeOptions } from "../server/serve_connections.ts";
import { type ConnectionInfo, handlerFor } from "../server/handler.ts";
import { Traffic } from "./stats.ts";
import { ReadQueue } from "../server/read_queue.ts";
import { asciiUpperCase } from "../server/upper.ts";
import { upperCasePieces } from "../server/upper_message.ts";
import { REQUEST_TIMEOUT, webHandler, type WebOptions } from "./browser_connection.ts";
import type { Resource } from "./routes.ts";
import { ownHosts } from "./allowed_hosts.ts";
import type { Listener } from "../net/connection.ts";

/** What the second door is like. */
export interface WebListener {
  /** Where browsers connect. */
  readonly listener: Listener;
  /** The host on which it listens, as the user has written it. */
  readonly host: string;
  /** Whether it speaks TLS. */
  readonly secure: boolean;
  /** The page's files by their paths. */
  readonly resources: ReadonlyMap<string, Resource>;
  /** How many connections of browsers may be open at once. */
  readonly maxConnections: number;
  /** How withWriteTimeout it is: see `WebOptions`. */
  readonly timeouts?: Pick<WebOptions, "readerTimeout" | "pingInterval"> & {
    /** Milliseconds that a request may take to come, and its answer to be taken; 15 s if not given. */
    readonly requestTimeout?: number;
  };
}

/** Milliseconds between pings: a page whose computer went to sleep is gone within a minute. */
const PING_INTERVAL = 30_000;

/** Milliseconds that browsers have for closing in good order. */
const WEB_GRACE = 2000;

/**
 * Serves both doors as `serve` serves one. Browsers are served as long as the door of sockets is, so
 * that they see it draining.
 */
export async function serveWithWeb(
  listener: Listener,
  web: WebListener,
  options: ServeOptions,
): Promise<void> {
  const { transform, stop, stopNow, verbose = false } = options;
  const traffic = new Traffic();
  const ended = new AbortController();
  let count = 0;
  const nextNumber = () => ++count;
  let accepting = true;
  const tell = (event: ServerEvent) => {
    if (event.event === "stop") accepting = false;
    traffic.tell(event);
    options.onEvent(event);
  };
  const log = new ConnectionLog({ nextNumber, tell, traffic, verbose, url: urlOf(web) });
  const sockets = serve(traffic.watched(listener), {
    ...options,
    nextNumber,
    handler: traffic.metered(handlerFor(transform, new ReadQueue())),
    onEvent: tell,
  });
  const { requestTimeout = REQUEST_TIMEOUT, ...timeouts } = web.timeouts ?? {};
  const requestLimits = new RequestLimits(web.maxConnections, requestTimeout);
  const { access, idleTimeout = null, maxHandshakes, whenFull = "wait" } = options;
  const browsers = serve(web.listener, {
    ...(access ? { access } : {}),
    ...(maxHandshakes === undefined ? {} : { maxHandshakes }),
    transform,
    handler: webHandler({
      ...(idleTimeout === null ? { pingInterval: PING_INTERVAL } : {}), // else they would be traffic
      ...timeouts,
      requestLimits,
      answer: (message) => upperCasePieces(message, { unicode: transform !== asciiUpperCase }),
      traffic,
      address: listener.address,
      protocol: listener.protocol.split(" ")[0]!,
      resources: web.resources,
      isOwn: ownHosts(web.host, hostOf(web.listener.address)),
      secure: web.secure,
      draining: () => stop.aborted,
      accepting: () => accepting,
      stop: ended.signal,
      onAnswer: (who, request, status) => {
        traffic.answered(status);
        if (request !== null) log.answered(who, request, status);
      },
      onUpgrade: (who) => log.upgraded(who),
    }),
    stop: ended.signal,
    stopNow,
    grace: WEB_GRACE,
    idleTimeout,
    whenFull,
    maxConnections: web.maxConnections,
    makeRoom: () => requestLimits.makeRoom(),
    verbose,
    onEvent: (event) => log.tell(event),
  });
  try {
    await sockets;
  } finally {
    ended.abort();
    traffic.close();
    await browsers;
  }
}

/** Returns what a browser opens. On all interfaces, that is this machine's own name for itself. */
function urlOf({ listener, secure }: WebListener): string {
  const address = listener.address.replace(/^(0\.0\.0\.0|\[::\]):/, "localhost:");
  return `${secure ? "https" : "http"}://${address}/`;
}

/** What the doors share. */
interface Shared {
  /** Returns the number of a new connection. */
  readonly nextNumber: () => number;
  /** Told what happens at both doors. */
  readonly tell: (event: ServerEvent) => void;
  /** What goes through both doors. */
  readonly traffic: Traffic;
  /** Whether everything is told. */
  readonly verbose: boolean;
  /** What a browser opens. */
  readonly url: string;
}

/**
 * The events of the door of browsers, among those of the other. A browser connects for the page, its
 * files, and once more for its next idea; only its WebSockets are conversations, and the others are told
 * of when everything is.
 */
class ConnectionLog {
  readonly #shared: Shared;
  /** The numbers by which connections are told of, by those that this door gives them. */
  readonly #numbers = new Map<number, number>();

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  /** Tells an event of this door, if it is to be told. */
  tell(event: ServerEvent): void {
    const { nextNumber, tell, verbose, url } = this.#shared;
    switch (event.event) {
      case "socket":
      case "bind":
      case "listen":
        return tell({ ...event, url });
      case "drain":
      case "stop":
        return; // the other door says so
      case "retry":
        return tell(event);
      case "refuse":
        return tell({ ...event, protocol: "HTTP", connection: nextNumber() });
      case "accept":
        if (verbose) this.#accept(event.connection, event.peer, "HTTP");
        return;
    }
    if (!("connection" in event) || event.connection === null) return;
    const connection = this.#numbers.get(event.connection);
    if (connection === undefined) {
      if (event.event === "error" && event.error instanceof TlsHelloError) {
        const { peer, error: { message: reason } } = event;
        tell({ event: "refuse", connection: nextNumber(), peer, reason, protocol: "HTTP" });
      }
      return;
    }
    tell({ ...event, connection });
    if (event.event !== "read" && event.event !== "write") this.#numbers.delete(event.connection);
  }

  /** Tells of an answer. */
  answered(
    { number, peer }: ConnectionInfo,
    { method, path }: { readonly method: string; readonly path: string },
    status: number,
  ): void {
    const connection = this.#numbers.get(number);
    if (connection === undefined) return;
    this.#shared.tell({ event: "request", connection, peer, method, path, status });
  }

  /** Tells that a connection is a WebSocket now; returns its number. */
  upgraded({ number, peer }: ConnectionInfo): number {
    const connection = this.#numbers.get(number);
    if (connection === undefined) return this.#accept(number, peer, "WebSocket");
    const { traffic } = this.#shared; // the log has its beginning already
    traffic.tell({ event: "accept", connection, peer, protocol: "WebSocket" });
    return connection;
  }

  #accept(number: number, peer: string, protocol: NonNullable<AcceptEvent["protocol"]>): number {
    const connection = this.#shared.nextNumber();
    this.#numbers.set(number, connection);
    this.#shared.tell({ event: "accept", connection, peer, protocol });
    return connection;
  }
}
