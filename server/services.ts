/**
 * Services beside upper case, to learn with and to test clients: exact bytes back, no answer at all, and a
 * close that comes late.
 *
 * @module
 */
import { delay } from "@std/async/delay";
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
