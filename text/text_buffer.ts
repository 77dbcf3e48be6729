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

/** Characters that are written, or looked for. */
const [LINE_FEED, BLANK, QUOTE, DOT, BACKSLASH, DELETE] = [0x0a, 0x20, 0x22, 0x2e, 0x5c, 0x7f];

/** The character for each byte that may be none of ASCII. */
const PRINTABLE = Uint8Array.from(
  { length: 256 },
  (_, byte) => byte >= BLANK && byte < DELETE ? byte : DOT,
);

/** The greatest number whose digits are found by 32-bit arithmetic, which is faster. */
const MAX_INT32 = 0x7fffffff;

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
    const bytes = this.#bytes;
    const end = this.#size + count;
    for (let at = this.#size; at < end; at++) bytes[at] = BLANK;
    this.#size = end;
  }

  /**
   * Adds a text in quotes, as JSON has it. `false`, and nothing is added, if it has a character that is
   * written otherwise there, or one that is no printable ASCII.
   */
  quoted(text: string): boolean {
    if (text.length > SHORT) return this.#quotedLong(text);
    this.#reserve(text.length + 2);
    const bytes = this.#bytes;
    let at = this.#size;
    bytes[at++] = QUOTE;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code < BLANK || code >= DELETE || code === QUOTE || code === BACKSLASH) return false;
      bytes[at++] = code;
    }
    bytes[at++] = QUOTE;
    this.#size = at;
    return true;
  }

  /** Does the same as `quoted` by functions of V8 and Deno, which look at many characters at once. */
  #quotedLong(text: string): boolean {
    const before = this.#size;
    const json = JSON.stringify(text);
    this.#reserve(3 * json.length);
    this.#encode(json);
    const isPlain = this.#size - before === text.length + 2 &&
      !this.#bytes.subarray(before, this.#size).includes(DELETE);
    if (!isPlain) this.#size = before;
    return isPlain;
  }

  /** Adds a number that is no fraction and not negative, with blanks before it up to `columns`. */
  number(value: number, columns = 0): void {
    if (value > MAX_INT32) return this.add(String(value).padStart(columns));
    let digits = 1;
    for (let rest = value; rest >= 10; rest = rest / 10 | 0) digits++;
    this.blanks(columns - digits);
    this.#reserve(digits);
    const bytes = this.#bytes;
    const end = this.#size + digits;
    for (let at = end - 1, rest = value; at >= this.#size; at--) {
      bytes[at] = DIGITS[rest % 10]!;
      rest = rest / 10 | 0;
    }
    this.#size = end;
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
    for (let i = start; i < end; i++) bytes[at++] = PRINTABLE[data[i]!]!;
    this.#size = at;
  }

  /** Removes the text from `start` on, a size that it had before, and returns it. */
  cut(start: number): string {
    const text = DECODER.decode(this.#bytes.subarray(start, this.#size));
    this.#size = start;
    return text;
  }

  /** The bytes so far, lent until more is added. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#size);
  }

  /** Begins anew. */
  clear(): void {
    this.#size = 0;
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
