/**
 * The upper-case service on whole messages: datagrams, and messages of a WebSocket.
 *
 * The kernel does the work, as on connections; where WebAssembly has no SIMD, the readable form. Both
 * answer to the last byte as `upperCase` and `asciiUpperCase` do when the message is the stream.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import { unfinishedLength, UpperCase, upperCaseAscii } from "./upper.ts";
import { SLOT_SIZES, upperCaseAnyAscii, type UpperKernel, upperKernel } from "./upper_kernel.ts";

/** The most bytes of a message that are worked on at a time: half a millisecond at worst. */
export const PIECE = 64 * 1024;

/** The choice of the service. */
export interface UpperMessageOptions {
  /** Whether all of Unicode is changed, or a to z only; all if not given. */
  readonly unicode?: boolean;
  /** The kernel, `null` for the readable form; that of this process if not given. */
  readonly kernel?: UpperKernel | null;
}

/**
 * Returns `message` in upper case, in bytes of its own: up to three times as many.
 *
 * @example
 * ```ts
 * import { upperCaseMessage } from "./upper_message.ts";
 *
 * const answer = upperCaseMessage(new TextEncoder().encode("straße"));
 * console.log(new TextDecoder().decode(answer)); // STRASSE
 * ```
 */
export function upperCaseMessage(
  message: Uint8Array,
  options: UpperMessageOptions = {},
): Uint8Array {
  const pieces = [...upperCasePieces(message, options)];
  return pieces.length === 1 ? pieces[0]! : concat(pieces);
}

/**
 * Yields `message` in upper case piece by piece, so that others can be served between two of them: each
 * is the answer to at most `PIECE` bytes.
 *
 * The pieces belong to the caller, and `message` stays as it is. An empty message has none.
 */
export function* upperCasePieces(
  message: Uint8Array,
  { unicode = true, kernel = upperKernel() }: UpperMessageOptions = {},
): Generator<Uint8Array> {
  for (let at = 0; at < message.length;) {
    let piece = message.subarray(at, at + PIECE);
    at += piece.length;
    if (unicode && at < message.length) { // no character is cut
      const cut = unfinishedLength(piece);
      piece = piece.subarray(0, piece.length - cut);
      at -= cut;
    }
    yield (kernel && byKernel(piece, unicode, kernel)) ?? readably(piece, unicode);
  }
}

/** Returns `piece` in upper case, or `null` if all slots are taken. */
function byKernel(piece: Uint8Array, unicode: boolean, kernel: UpperKernel): Uint8Array | null {
  const { slots } = kernel;
  const { length } = piece;
  const size = 3 * length + 16 <= SLOT_SIZES[1] ? 1 : 2;
  const from = slots.take(size);
  if (from === null) return null;
  from.set(piece);
  let answer: Uint8Array | null = null;
  if (!unicode) {
    upperCaseAnyAscii(from, length, kernel);
    answer = from.slice(0, length);
  } else if (kernel.ascii(from, length) === length) {
    answer = from.slice(0, length);
  } else {
    const to = slots.take(size);
    if (to !== null) {
      const written = kernel.unicode(from, 0, length, to);
      const rest = from.subarray(kernel.consumed(), length); // a character that is never complete
      to.set(rest, written);
      answer = to.slice(0, written + rest.length);
      slots.give(to, size);
    }
  }
  slots.give(from, size);
  return answer;
}

/** Returns `piece` in upper case without the kernel. */
function readably(piece: Uint8Array, unicode: boolean): Uint8Array {
  const own = piece.slice(); // ASCII is changed in place
  if (unicode) {
    const state = new UpperCase();
    const answer = state.push(own);
    return concat([answer, state.end()]);
  }
  upperCaseAscii(own);
  return own;
}
