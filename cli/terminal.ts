/**
 * Text as a terminal shows it: escaped, coloured, wrapped, measured in columns.
 *
 * @module
 */
import * as colors from "@std/fmt/colors";
import { unicodeWidth } from "@std/cli/unicode-width";
import type { Io, Output } from "./io.ts";

/**
 * Control characters (C0 without line feed and tab, DEL, C1), line and paragraph separators, and the
 * characters that turn the direction of text (Unicode Standard Annex 9), which can hide what is there.
 */
export const UNSAFE =
  // deno-lint-ignore no-control-regex -- control characters are what this is about
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, "0")}`
    : `\\u${code.toString(16).padStart(4, "0")}`;
}

/**
 * Returns `text` with everything that could command a terminal written out (`\x1b`, `\u202e`).
 * Line feeds and tabs stay.
 */
export function escapeControls(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
}

/** Returns `text` on one line: escaped like `escapeControls`, line feeds and tabs, too. */
export function escapeLine(text: string): string {
  return escapeControls(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

/** Bytes from outside, as text for a terminal: decoded as UTF-8 and escaped, in any cut. */
export class TerminalText {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // a mark is shown, not lost
  #carriageReturn = "";

  /** Returns what `bytes` complete. CRLF becomes LF; what is not UTF-8 becomes U+FFFD. */
  push(bytes: Uint8Array): string {
    const text = this.#carriageReturn + this.#decoder.decode(bytes, { stream: true });
    this.#carriageReturn = text.endsWith("\r") ? "\r" : "";
    const whole = this.#carriageReturn === "" ? text : text.slice(0, -1);
    return escapeControls(whole.replaceAll("\r\n", "\n"));
  }

  /** Returns what is left at the end. */
  end(): string {
    return escapeControls(this.#carriageReturn + this.#decoder.decode());
  }
}

/** Styles of text; each returns its argument unchanged where colours are off. */
export type Palette = Readonly<
  Record<"bold" | "dim" | "red" | "green" | "yellow" | "blue" | "cyan", (text: string) => string>
>;

function plain(text: string): string {
  return text;
}

/** Styles that change nothing. */
export const PLAIN: Palette = {
  bold: plain,
  dim: plain,
  red: plain,
  green: plain,
  yellow: plain,
  blue: plain,
  cyan: plain,
};

/** Returns the styles for `output`: colours on a terminal that can show them and without `NO_COLOR` (no-color.org). */
export function palette(io: Io, output: Output): Palette {
  const coloured = output.isTerminal() && !io.env("NO_COLOR") && io.env("TERM") !== "dumb";
  return coloured ? colors : PLAIN;
}

/** Returns how many columns `text` takes; Chinese characters take two. */
export function width(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : unicodeWidth(text);
}

/** Returns `text` cut to `columns`, with an ellipsis where something was cut off. */
export function cut(text: string, columns: number): string {
  let kept = "";
  let used = 0;
  for (const character of text) {
    used += width(character);
    if (used > columns) return columns > 0 ? `${kept}…` : "";
    if (used < columns) kept += character;
  }
  return text;
}

/** Returns `text` filled with blanks to `columns`. */
export function pad(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - width(text)));
}

/**
 * Breaks `text` at blanks into lines of at most `columns`; a longer word stands alone. Several
 * blanks count as one.
 */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const word of text.split(" ").filter((word) => word !== "")) {
    const more = width(word);
    if (line !== "" && used + 1 + more > columns) {
      lines.push(line);
      line = "";
      used = 0;
    }
    used += line === "" ? more : 1 + more;
    line += line === "" ? word : ` ${word}`;
  }
  return [...lines, line];
}

/**
 * Lays `rows` out in aligned columns, two blanks apart; the last column is cut where a line would
 * grow longer than `columns`. Cells may not contain styles; `style` gets each finished line.
 */
export function formatTable(
  rows: readonly (readonly string[])[],
  columns: number,
  style: (line: string, row: number) => string = plain,
): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => widths[i] = Math.max(widths[i] ?? 0, width(cell)));
  }
  return rows.map((row, i) => {
    const line = row.map((cell, j) => j === row.length - 1 ? cell : pad(cell, widths[j]! + 2)).join(
      "",
    );
    return `${style(cut(line.trimEnd(), columns), i)}\n`;
  }).join("");
}
