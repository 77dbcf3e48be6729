/**
 * Services beside upper case, to learn with and to test clients: exact bytes back, no answer at all, a close
 * that comes late, and a reset.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import type { Handler } from "./handler.ts";
import type { Source, Transform } from "../net/stream.ts";

/** Sends back the bytes that come, exactly. */
export function echo(source: Source): Source {
  return source;
}

/** Reads all bytes and answers none; the connection ends when the client has ended its half. */
// deno-lint-ignore require-yield -- it answers nothing
export async function* hold(source: Source): AsyncGenerator<Uint8Array> {
  for await (const _chunk of source); // it is read, so that the client does not have to wait
}

/**
 * Returns `service` such that the connection stays open for `milliseconds` after everything is answered: the
 * close then has four segments, two of each side (RFC 9293, section 3.6).
 *
 * @param stop Ends waiting.
 */
export function lingering(service: Transform, milliseconds: number, stop: AbortSignal): Transform {
  return async function* (source) {
    yield* service(source);
    await delay(milliseconds, { signal: stop }).catch(() => {}); // stopped
  };
}

/** The end of a connection that was reset, as an error of the system. */
const RESET = Object.assign(new Error("reset by this server"), { name: "ConnectionReset" });

/**
 * Returns the handler that breaks each connection off with a reset (RST; RFC 9293, section 3.10.5, ABORT),
 * `milliseconds` after it was accepted.
 *
 * @param stop Ends waiting.
 */
export function resetting(milliseconds: number, stop: AbortSignal): Handler {
  return async (_channel, conversation) => {
    if (milliseconds > 0) await delay(milliseconds, { signal: stop }).catch(() => {}); // stopped
    await conversation.connection.reset?.();
    conversation.end(RESET, 0, 0);
  };
}
