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
import {
  type Slot,
  SLOT_SIZES,
  type SlotClass,
  upperCaseAnyAscii,
  type UpperKernel,
  upperKernel,
} from "./upper_kernel.ts";

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
  const pieces: Uint8Array[] = [];
  for (const { bytes } of upperCasePieces(message, options)) pieces.push(bytes.slice());
  return pieces.length === 1 ? pieces[0]! : concat(pieces);
}

/** A piece of the answer to a message. */
export interface Piece {
  /** Its bytes, to be used or copied at once: they are in memory that the next one to work will use. */
  readonly bytes: Uint8Array;
  /** Whether it is the last one. */
  readonly isLast: boolean;
}

/**
 * Yields `message` in upper case piece by piece, so that others can be served between two of them: each
 * is the answer to at most `PIECE` bytes.
 *
 * `message` stays as it is. An empty message has no pieces.
 */
export function* upperCasePieces(
  message: Uint8Array,
  { unicode = true, kernel = upperKernel() }: UpperMessageOptions = {},
): Generator<Piece> {
  for (let at = 0; at < message.length;) {
    let piece = message.subarray(at, at + PIECE);
    at += piece.length;
    if (unicode && at < message.length) { // no character is cut
      const cut = unfinishedLength(piece);
      piece = piece.subarray(0, piece.length - cut);
      at -= cut;
    }
    const isLast = at === message.length;
    const work = kernel && takeSlots(piece.length, unicode, kernel);
    if (!work) {
      yield { bytes: readably(piece, unicode), isLast };
      continue;
    }
    const bytes = byKernel(piece, unicode, kernel, work);
    for (const slot of [work.from, work.to]) if (slot) kernel.slots.give(slot, work.size);
    yield { bytes, isLast };
  }
}

/** The slots for a piece: `to` is for what does not fit in place, `null` where all does. */
interface Work {
  readonly from: Slot;
  readonly to: Slot | null;
  /** The class of both. */
  readonly size: SlotClass;
}

/** Takes the slots for a piece of `length` bytes; `null` if all are taken. */
function takeSlots(length: number, unicode: boolean, { slots }: UpperKernel): Work | null {
  const size = 3 * length + 16 <= SLOT_SIZES[1] ? 1 : 2;
  const from = slots.take(size);
  if (from === null || !unicode) return from && { from, to: null, size };
  const to = slots.take(size);
  if (to !== null) return { from, to, size };
  slots.give(from, size);
  return null;
}

/** Returns `piece` in upper case, in one of the slots. */
function byKernel(
  piece: Uint8Array,
  unicode: boolean,
  kernel: UpperKernel,
  { from, to }: Work,
): Uint8Array {
  const { length } = piece;
  from.set(piece);
  if (!unicode) upperCaseAnyAscii(from, length, kernel);
  if (to === null || kernel.ascii(from, length) === length) return from.subarray(0, length);
  const written = kernel.unicode(from, 0, length, to);
  const rest = from.subarray(kernel.consumed(), length); // a character that is never complete
  to.set(rest, written);
  return to.subarray(0, written + rest.length);
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
