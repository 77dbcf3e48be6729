/**
 * Long work in pieces, between which everything else in the program has its turn.
 *
 * @module
 */

/** Milliseconds of work after which the event loop has a turn: everything else waits that long, and a piece more, at most. */
const WORK = 0.5;

const NOTHING = new Uint8Array();

/** Ends with the last turn that somebody has asked for. */
let last: Promise<void> = Promise.resolve();

/** When the last turn had ended, by `performance.now`. */
let ended = 0;

/**
 * Resolves when a piece of work may follow: at once if little was done since the event loop has had its
 * turn, wherever it was done, else when it has had one.
 */
export function nextPiece(): Promise<void> {
  return last = last.then(() => performance.now() - ended < WORK ? undefined : turn());
}

/**
 * Resolves when the event loop has looked at everything that is ready. It waits for a digest, which
 * another thread makes: only when the runtime waits for such a thing, it looks at its sockets. With
 * a `MessageChannel` it never did, with `setImmediate` at every 61st turn, and a timer takes more than a
 * millisecond (Deno 2.9.6).
 */
async function turn(): Promise<void> {
  await crypto.subtle.digest("SHA-1", NOTHING);
  ended = performance.now();
}
