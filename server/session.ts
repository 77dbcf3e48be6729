/**
 * A connection that a server has open, and how it ends.
 *
 * @module
 */
import type { AcceptEvent, EndEvent } from "./events.ts";
import type { Conversation } from "./handler.ts";
import { closeQuietly } from "../net/stream.ts";
import type { Connection, TlsConnection } from "../net/connection.ts";
import { t } from "../text/messages.ts";

/** Error names with which a peer breaks a connection off. */
const BROKEN_OFF = new Set(["BrokenPipe", "ConnectionAborted", "ConnectionReset", "NotConnected"]);

/** Called for a session whose handler has ended: with the error or `null`, and the bytes that went each way. */
export type OnEnd = (session: Session, error: unknown, bytesIn: number, bytesOut: number) => void;

/**
 * A connection that is open. There may be ten thousand: a field more is 80 KB.
 *
 * Life of a session: made when a connection is accepted, started when it is admitted, and forgotten when
 * its descriptor is free. `abort` closes its channel, which ends the handler, which closes the rest.
 */
export class Session implements Conversation {
  /** Its number, counted from 1. */
  readonly number: number;
  /** The connection as it was accepted. */
  readonly connection: Connection;
  /** The client's address if a proxy has named it, else `null`. */
  named: string | null = null;
  /** When it was admitted, in milliseconds of `performance.now()`. */
  started = 0;
  /** The reason why the server has closed it, or `null`. */
  reason: string | null = null;
  /** Whether its beginning and its end are told. */
  told = true;
  readonly #onEnd: OnEnd;

  /** Makes one that is not yet admitted; `onEnd` is called when its handler has ended. */
  constructor(number: number, connection: Connection, onEnd: OnEnd) {
    this.number = number;
    this.connection = connection;
    this.#onEnd = onEnd;
  }

  /** Takes the end of its handler: the error or `null`, and the bytes that went each way. */
  end(error: unknown, bytesIn: number, bytesOut: number): void {
    this.#onEnd(this, error, bytesIn, bytesOut);
  }

  /** The client's address. */
  get peer(): string {
    return this.named ?? this.connection.peer;
  }
}

/**
 * Closes a connection, and calls `then` when its descriptor is free. `inOrder`, a TLS client may take the
 * last bytes as slowly as it likes: TCP's are the system's, which has no descriptor for them.
 */
export function close({ channel, tls }: Connection, inOrder: boolean, then: () => void): void {
  if (tls === undefined) {
    closeQuietly(channel);
    return then();
  }
  const sent = inOrder ? channel.closeWrite() : Promise.resolve();
  void sent.catch(() => {}).then(() => {
    closeQuietly(channel);
    return tls.released;
  }).then(then);
}

/** The sessions of a server that are open, and the one loop that waits for them. */
export class OpenSessions {
  readonly #sessions = new Set<Session>();
  #wake = () => {};

  /** The number of them. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Whether `session` is open. */
  has(session: Session): boolean {
    return this.#sessions.has(session);
  }

  /** Adds `session`. */
  add(session: Session): void {
    this.#sessions.add(session);
  }

  /** Removes `session`, which has ended, and wakes the loop. */
  delete(session: Session): void {
    this.#sessions.delete(session);
    this.#wake();
  }

  /** Resolves when a session has ended, or at `wake`. A second call replaces the first. */
  change(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }

  /** Wakes the loop. */
  wake(): void {
    this.#wake();
  }

  /** Resolves when all have ended; aborts them after `grace` milliseconds, or at `stopNow`. */
  async drain(grace: number, stopNow: AbortSignal): Promise<void> {
    const abortAll = () => {
      for (const session of this.#sessions) {
        abort(session, t`the server stops`);
        session.connection.tls?.drop();
      }
    };
    if (stopNow.aborted) abortAll();
    const timer = setTimeout(abortAll, grace);
    stopNow.addEventListener("abort", abortAll);
    while (this.#sessions.size > 0) await this.change();
    clearTimeout(timer);
    stopNow.removeEventListener("abort", abortAll);
  }
}

const NOTHING = {};

/** Returns what an event tells of the handshake of TLS, if there was one. */
export function agreedBy(
  { tls }: { readonly tls?: TlsConnection | undefined },
): Pick<AcceptEvent, "subject" | "alpn"> {
  if (tls === undefined) return NOTHING;
  const { client = null, alpn = null } = tls.agreement ?? {};
  return { ...(client === null ? {} : { subject: client }), ...(alpn === null ? {} : { alpn }) };
}

/** Closes a connection for `reason`. */
export function abort(session: Session, reason: string): void {
  session.reason ??= reason;
  closeQuietly(session.connection.channel);
}

/** Returns the end of a connection: failed with `error`, or closed by the server for `reason`, or neither. */
export function endOf(
  error: unknown,
  reason: string | null,
): Pick<EndEvent, "event" | "reason" | "error"> {
  if (error === null || reason !== null) return { event: "close", reason, error: null };
  const broken = error instanceof Error && BROKEN_OFF.has(error.name);
  return broken ? { event: "reset", reason, error: null } : { event: "error", reason, error };
}
