/**
 * Text that grows piece by piece, kept in UTF-8 as it is written: nearly all of what is printed in bulk is
 * ASCII, whose characters are the bytes.
 *
 * @module
 */
import { width } from "./layout.ts";

/** The bytes that a buffer begins with. */
const FIRST_SIZE = 16 * 1024;

/** The most characters that are copied one by one; of longer texts it is faster to have them encoded. */
const SHORT = 128;

/** The digits, as bytes of text. */
const DIGITS = new TextEncoder().encode("0123456789abcdef");

const [LINE_FEED, BLANK, DOT, DELETE] = [0x0a, 0x20, 0x2e, 0x7f];

/**
 * A text that grows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TextBuffer } from "./text_buffer.ts";
 *
 * const text = new TextBuffer();
 * text.cell("ttl", 5);
 * text.hex(Uint8Array.of(64, 6), 0, 2);
 * text.line();
 * assertEquals(text.takeText(), "ttl  40 06\n");
 * ```
 */
export class TextBuffer {
  #bytes = new Uint8Array(FIRST_SIZE);
  #size = 0;

  /** The number of bytes so far. */
  get size(): number {
    return this.#size;
  }

  /** Adds a text. */
  add(text: string): void {
    this.#reserve(3 * text.length); // the most bytes of a UTF-16 unit
    if (text.length > SHORT) return this.#encode(text);
    const bytes = this.#bytes;
    let at = this.#size;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > DELETE) return this.#encode(text);
      bytes[at++] = code;
    }
    this.#size = at;
  }

  /** Adds a text, if any, and ends the line. */
  line(text = ""): void {
    if (text !== "") this.add(text);
    this.#reserve(1);
    this.#bytes[this.#size++] = LINE_FEED;
  }

  /** Adds a text, and blanks up to `columns`. */
  cell(text: string, columns: number): void {
    const before = this.#size;
    this.add(text);
    const added = this.#size - before;
    this.blanks(columns - (added === text.length ? added : width(text)));
  }

  /** Adds blanks; none for less than one. */
  blanks(count: number): void {
    if (count <= 0) return;
    this.#reserve(count);
    const end = this.#size + count;
    for (let at = this.#size; at < end; at++) this.#bytes[at] = BLANK;
    this.#size = end;
  }

  /** Adds a number that is no fraction and not negative, with blanks before it up to `columns`. */
  number(value: number, columns: number): void {
    let digits = 1;
    for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++;
    this.blanks(columns - digits);
    this.#reserve(digits);
    this.#size += digits;
    for (let at = this.#size - 1, rest = value; digits > 0; digits--) {
      this.#bytes[at--] = DIGITS[rest % 10]!;
      rest = Math.floor(rest / 10);
    }
  }

  /** Adds the digits of `data` from `start` to `end`, in pairs with blanks between them. */
  hex(data: Uint8Array, start: number, end: number): void {
    this.#reserve(3 * (end - start));
    const bytes = this.#bytes;
    let at = this.#size;
    for (let i = start; i < end; i++) {
      if (i > start) bytes[at++] = BLANK;
      bytes[at++] = DIGITS[data[i]! >> 4]!;
      bytes[at++] = DIGITS[data[i]! & 15]!;
    }
    this.#size = at;
  }

  /** Adds `data` from `start` to `end` as ASCII, with a dot for each byte that is no character of it. */
  printable(data: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    const bytes = this.#bytes;
    let at = this.#size;
    for (let i = start; i < end; i++) {
      const byte = data[i]!;
      bytes[at++] = byte >= BLANK && byte < DELETE ? byte : DOT;
    }
    this.#size = at;
  }

  /** Removes the text from `start` on, a size that it had before, and returns it. */
  cut(start: number): string {
    const text = DECODER.decode(this.#bytes.subarray(start, this.#size));
    this.#size = start;
    return text;
  }

  /** Returns the bytes so far, which belong to the caller, and begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#size);
    this.#size = 0;
    return taken;
  }

  /** Returns the text so far, and begins anew. */
  takeText(): string {
    return this.cut(0);
  }

  #encode(text: string): void {
    this.#size += ENCODER.encodeInto(text, this.#bytes.subarray(this.#size)).written;
  }

  /** Makes room for `count` more bytes. */
  #reserve(count: number): void {
    const needed = this.#size + count;
    if (needed <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    bytes.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = bytes;
  }
}

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });
