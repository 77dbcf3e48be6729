/**
 * The upper-case service in its readable form: a byte stream in upper case.
 *
 * Text is UTF-8 and becomes what `String.prototype.toUpperCase` makes of it (`straße` becomes
 * `STRASSE`), however the stream is cut into chunks. Bytes that are not UTF-8 pass unchanged.
 *
 * Servers answer by the kernel (`upper_kernel.ts`); this is the form for any stream, the one that is used
 * where WebAssembly has no SIMD, and the one with which tests compare the kernel.
 *
 * @module
 */
import { joined } from "../net/stream.ts";
import type { Source } from "../net/stream.ts";

const LOWER_A = 0x61;
const LETTERS = 26;
/** From `a` to `A`. */
const CASE = 0x20;

/**
 * Changes the ASCII letters a to z at the start of `bytes` in place, up to the first byte that is not ASCII.
 *
 * @returns The index of that byte, or the length when all is ASCII.
 */
function upperCaseAsciiPrefix(bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x80) return i;
    if (byte - LOWER_A >>> 0 < LETTERS) bytes[i] = byte - CASE;
  }
  return bytes.length;
}

/** Changes the ASCII letters a to z in `bytes`, in place. No other byte changes, so any cut will do. */
export function upperCaseAscii(bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i]! - LOWER_A >>> 0 < LETTERS) bytes[i]! -= CASE;
  }
}

/** The service with `a` to `z` only: changes each chunk in place. */
export async function* asciiUpperCase(source: Source): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    upperCaseAscii(chunk);
    yield chunk;
  }
}

/**
 * The service with all of Unicode.
 *
 * @example
 * ```ts
 * import { upperCase } from "./upper.ts";
 *
 * for await (const chunk of upperCase(new Response("straße, καλημέρα").body!)) {
 *   console.log(new TextDecoder().decode(chunk)); // STRASSE, ΚΑΛΗΜΈΡΑ
 * }
 * ```
 */
export async function* upperCase(source: Source): AsyncGenerator<Uint8Array> {
  const state = new UpperCase();
  for await (const chunk of source) {
    const answer = state.push(chunk);
    if (answer.length > 0) yield answer;
  }
  const rest = state.end();
  if (rest.length > 0) yield rest;
}

const NOTHING = new Uint8Array();

/** One stream on its way to upper case; it keeps at most the three bytes of an unfinished character. */
export class UpperCase {
  #unfinished: Uint8Array = NOTHING;

  /** Returns the upper case of what `chunk` completes. ASCII is changed in place and comes back as `chunk` itself. */
  push(chunk: Uint8Array): Uint8Array {
    if (this.#unfinished.length === 0 && upperCaseAsciiPrefix(chunk) === chunk.length) return chunk;
    const bytes = this.#unfinished.length === 0 ? chunk : joined(this.#unfinished, chunk);
    const end = bytes.length - unfinishedLength(bytes);
    this.#unfinished = end < bytes.length ? bytes.slice(end) : NOTHING;
    return upperCaseUtf8(bytes.subarray(0, end));
  }

  /** Returns the rest at the end of the stream: the start of a character that never came, unchanged. */
  end(): Uint8Array {
    const rest = this.#unfinished;
    this.#unfinished = NOTHING;
    return rest;
  }
}

/** `ignoreBOM` keeps a byte-order mark in the text. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
const encoder = new TextEncoder();

/**
 * Returns `bytes` in upper case. Characters may not be cut at the ends. Case is mapped character by
 * character (Unicode, section 3.13, R1: only lower-casing looks at the context), so any part of a
 * text may be mapped alone.
 */
function upperCaseUtf8(bytes: Uint8Array): Uint8Array {
  try {
    return encoder.encode(decoder.decode(bytes).toUpperCase());
  } catch {
    return upperCaseBeside(bytes);
  }
}

/** UTF-16 units that become text at a time: as many as `String.fromCharCode` takes arguments anywhere. */
const UNITS = 4096;

/** The code unit of a byte that is no UTF-8: `ESCAPE | byte`, half a surrogate pair. */
const ESCAPE = 0xdc00;

/**
 * Returns `bytes`, which are not all UTF-8, in upper case: the others stay where they are.
 *
 * They go through the text as lone surrogates, which have no upper case and stand for no character (as
 * Python's `surrogateescape` does, PEP 383). Handling each run of characters by itself would take a
 * thousand times as long where runs are short.
 */
function upperCaseBeside(bytes: Uint8Array): Uint8Array {
  const answer = new Uint8Array(3 * bytes.length);
  const units = new Uint16Array(UNITS);
  let written = 0;
  for (let at = 0; at < bytes.length;) {
    let count = 0;
    while (at < bytes.length && count < UNITS - 1) {
      const length = Math.max(0, characterLength(bytes, at));
      const point = codePointAt(bytes, at, length);
      at += length || 1;
      if (point > 0xffff) units[count++] = 0xd7c0 + (point >> 10);
      units[count++] = point > 0xffff ? 0xdc00 | point & 0x3ff : point;
    }
    const text = String.fromCharCode(...units.subarray(0, count)).toUpperCase();
    written += encodeEscaped(text, answer.subarray(written));
  }
  return answer.slice(0, written);
}

/** Returns the code point of the character of `length` bytes at `i`; the byte there, escaped, if that is 0. */
function codePointAt(bytes: Uint8Array, i: number, length: number): number {
  const lead = bytes[i]!;
  if (length === 0) return ESCAPE | lead;
  if (length === 1) return lead;
  let point = lead & (0x7f >> length);
  for (let k = 1; k < length; k++) point = point << 6 | bytes[i + k]! & 0x3f;
  return point;
}

/** Writes `text`, in which bytes are escaped, to `to`; returns how many bytes it has written. */
function encodeEscaped(text: string, to: Uint8Array): number {
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i)!;
    if (point < 0x80 || point >> 11 === 0x1b) {
      to[at++] = point; // of what is escaped, the lower eight bits
      continue;
    }
    const length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    to[at] = 0xf00 >> length | point >> 6 * (length - 1);
    for (let k = 1; k < length; k++) to[at + k] = 0x80 | point >> 6 * (length - 1 - k) & 0x3f;
    at += length;
    if (length === 4) i++;
  }
  return at;
}

/** Returns how many bytes at the end of `bytes` begin a character that is not complete: 0 to 3. */
export function unfinishedLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    if (characterLength(bytes, bytes.length - back) === UNFINISHED) return back;
  }
  return 0;
}

/** The bytes end in the middle of a character that is right so far. */
const UNFINISHED = -1;

/**
 * Returns the length of the well-formed character at `i` (Unicode, table 3-7): 1 to 4, 0 when the byte
 * there begins none or `i` is the end, `UNFINISHED` when the bytes end before the character does.
 */
function characterLength(bytes: Uint8Array, i: number): number {
  const lead = bytes[i];
  if (lead === undefined) return 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  for (let k = 1; k < length; k++) {
    const byte = bytes[i + k];
    if (byte === undefined) return UNFINISHED;
    // The second byte's range is narrower after these: no overlong forms, no surrogates, none above U+10FFFF.
    const low = k > 1 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = k > 1 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (byte < low || byte > high) return 0;
  }
  return length;
}
