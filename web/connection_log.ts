/**
 * The log of the listener for browsers, in one row with that of the listener for sockets.
 *
 * @module
 */
import type { AcceptEvent, ServerEvent } from "../server/events.ts";
import type { ConnectionInfo } from "../server/handler.ts";
import { TlsHelloError } from "./http.ts";
import type { Traffic } from "./stats.ts";

/** The numbers, counts and log that the two listeners share. */
export interface ConnectionLogOptions {
  /** Returns the number of a new connection. */
  readonly nextNumber: () => number;
  /** Told of the events of both listeners. */
  readonly tell: (event: ServerEvent) => void;
  /** The counts of both listeners. */
  readonly traffic: Traffic;
  /** Whether requests are told of, and connections that are no conversation. */
  readonly verbose: boolean;
  /** The URL that a browser opens. */
  readonly url: string;
}

/**
 * The events of the listener for browsers, among those of the other. A browser connects for the page, for
 * its files, and ahead of its next request; only its WebSockets are conversations, and the other
 * connections are told of when everything is.
 *
 * Life of an entry: a connection gets a number of the common row when it is accepted (if everything is
 * told) or becomes a WebSocket; its events carry that number; `close`, `reset` or `error` ends it.
 */
export class ConnectionLog {
  readonly #shared: ConnectionLogOptions;
  /** The numbers in the common row, by the numbers that the listener for browsers gives. */
  readonly #numbers = new Map<number, number>();

  /** Begins without connections. */
  constructor(shared: ConnectionLogOptions) {
    this.#shared = shared;
  }

  /** Tells of an event of the listener for browsers, if it is to be told. */
  tell(event: ServerEvent): void {
    const { nextNumber, tell, verbose, url } = this.#shared;
    switch (event.event) {
      case "socket":
      case "bind":
      case "listen":
        return tell({ ...event, url });
      case "drain":
      case "stop":
        return; // the other listener says so
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

  /** Tells of a connection that is a WebSocket now; returns its number. */
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
