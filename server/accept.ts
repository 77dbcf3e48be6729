/**
 * Accepting as an async iterator that no client can end.
 *
 * `for await (const conn of listener)` on the bare `Deno.Listener` throws when a client resets its
 * connection before it is accepted, and when file descriptors run out: then the server is gone.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import type { Connection, Listener } from "../net/connection.ts";

/** The first wait after an accept that failed, in milliseconds, doubled for each further one. */
const FIRST_WAIT = 5;
/** The longest wait, in milliseconds: Go's `http.Server` waits from 5 ms to 1 s, too. */
const LONGEST_WAIT = 1000;

/** Error names with which accept says that one client has gone: the next one can be accepted at once. */
const CLIENT_HAS_GONE = new Set(["ConnectionAborted", "ConnectionReset", "NotConnected"]);

/** An accept that failed. */
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
 * @param options.signal Ends a wait under way; closing the listener is the caller's.
 * @param options.onTrouble Told of each accept that failed.
 * @example
 * ```ts
 * import { listen } from "../net/listen.ts";
 * import { connections } from "./accept.ts";
 *
 * const listener = await listen({ transport: "tcp", hostname: "127.0.0.1", port: 0 });
 * const client = await Deno.connect({ port: Number(listener.address.split(":").at(-1)) });
 * const { signal } = new AbortController();
 * for await (const { channel, peer } of connections(listener, { signal, onTrouble: console.error })) {
 *   console.log(peer); // 127.0.0.1:51478
 *   channel.close();
 *   listener.close(); // ends the loop
 * }
 * client.close();
 * ```
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
      await delay(wait, { signal: options.signal }).catch(() => {}); // aborted: it is over
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
  }
}
