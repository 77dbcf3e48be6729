/**
 * Text in the columns of a terminal: width, cutting, padding, wrapping, tables.
 *
 * The map of `text/`, texts of any kind (pure):
 *
 *     layout.ts        columns of a terminal
 *     units.ts         numbers with units and nouns
 *     escape.ts        control characters written out
 *     preview.ts       the beginning of data in a line
 *     reason.ts        system errors in words
 *     tls_reason.ts    TLS errors of clients in words
 *     code_pages.ts    the encodings of other programs' output
 *
 * @module
 */
import { unicodeWidth } from "@std/cli/unicode-width";

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
  style: (line: string, row: number) => string = (line) => line,
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
