/**
 * Accepting as an async iterator that no client can end.
 *
 * `for await (const conn of listener)` on the bare `Deno.Listener` throws when a client resets its
 * connection before it is accepted, and when file descriptors run out: then the server is gone.
 *
 * @module
 */
import type { Channel } from "../net/stream.ts";

/** A connection and who is at its other end. */
export interface Connection {
  /** The bytes. */
  readonly channel: Channel;
  /** The peer's address for people: `127.0.0.1:51478`. */
  readonly peer: string;
  /** The peer's IP address alone, where it has one. */
  readonly host?: string;
  /** What TLS adds, where it is spoken. */
  readonly tls?: TlsConnection;
}

/** What TLS adds to a connection. */
export interface TlsConnection {
  /**
   * Resolves when both sides have agreed. Rejects when they have not, or the client has gone, with the
   * reason in words as its message.
   */
  handshake(): Promise<void>;
  /**
   * Closes the channel as its `close()` does. Resolves to whether its descriptor is free; it may stay
   * until the client goes, which `released` tells.
   */
  release(): Promise<boolean>;
  /** Resolves when the channel has been closed and its descriptor is free. */
  readonly released: Promise<void>;
  /** Closes the channel at once, also if its descriptor stays: for the end of the program. */
  drop(): void;
  /** What is to be told of how the client has left, in words, or `null`. */
  readonly remark: string | null;
}

/** What accepts connections: the used part of a listening socket. */
export interface Listener {
  /** Where it listens, with the real port: `127.0.0.1:8000`. */
  readonly address: string;
  /** What it speaks: `TCP over IPv4`, `TLS over IPv6`, `Unix`. */
  readonly protocol: string;
  /** Whether its connections speak TLS, and have a handshake before them. */
  readonly secure?: boolean;
  /** Resolves to the next connection, or `null` once the listener is closed. */
  accept(): Promise<Connection | null>;
  /** Stops listening. */
  close(): void;
}

/** The first wait after an accept that failed, in milliseconds, doubled for each further one. */
const FIRST_WAIT = 5;
/** The longest wait, in milliseconds: Go's `http.Server` waits from 5 ms to 1 s, too. */
const LONGEST_WAIT = 1000;

/** Error names with which accept says that one client has gone: the next one can be accepted at once. */
const CLIENT_HAS_GONE = new Set(["ConnectionAborted", "ConnectionReset", "NotConnected"]);

/** What `connections` tells about an accept that failed. */
export interface AcceptTrouble {
  /** The error. */
  readonly error: unknown;
  /** Milliseconds until the next try; 0 when just the one client has gone. */
  readonly wait: number;
}

/**
 * Yields the connections that `listener` accepts until it is closed.
 *
 * When accept fails it goes on: at once when only a client has gone, otherwise, as with no file
 * descriptors left, after a wait that doubles from 5 ms to 1 s.
 *
 * @param signal Ends a wait under way; closing the listener is the caller's.
 */
export async function* connections(
  listener: Listener,
  options: { signal: AbortSignal; onTrouble: (trouble: AcceptTrouble) => void },
): AsyncGenerator<Connection> {
  let wait = FIRST_WAIT;
  while (!options.signal.aborted) {
    try {
      const connection = await listener.accept();
      if (connection === null) return;
      wait = FIRST_WAIT;
      yield connection;
    } catch (error) {
      const gone = error instanceof Error && CLIENT_HAS_GONE.has(error.name);
      options.onTrouble({ error, wait: gone ? 0 : wait });
      if (gone) continue;
      await sleep(wait, options.signal);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
  }
}

/** Resolves after `milliseconds`, or when `signal` is aborted. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end);
  });
}
