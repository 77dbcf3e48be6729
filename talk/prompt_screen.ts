/**
 * The line of a prompt on a terminal: the characters that draw it and erase it, over as many rows as it takes.
 *
 * @module
 */
import type { TerminalSize } from "../cli/raw_terminal.ts";
import { escapeControls } from "../text/escape.ts";
import { width } from "../text/layout.ts";

/** A line to be drawn: all of it, and the part before the cursor. */
export interface PromptLine {
  /** The prompt and what is typed. */
  readonly text: string;
  /** The same up to the cursor. */
  readonly before: string;
}

/** Columns between two stops of a tab. */
const TAB = 8;

/** The line that is drawn. */
export class PromptScreen {
  /** The line that is drawn, `null` if none is. */
  #drawn: PromptLine | null = null;

  /** Returns what erases the line; nothing if none is drawn. The terminal may have another width by now. */
  erase({ columns }: TerminalSize): string {
    if (this.#drawn === null) return "";
    const { row } = place(this.#drawn.before, columns);
    const last = place(this.#drawn.text, columns).row;
    this.#drawn = null;
    // Where a whole screen is erased at once, tmux keeps it in its history, and shows it again when it gets wider.
    return `${row > 0 ? `\x1b[${row}A` : ""}\r\x1b[K${last > 0 ? "\x1b[B\x1b[J\x1b[A" : ""}`;
  }

  /** Returns what draws `line` where the cursor is, at the beginning of a row. */
  draw(line: PromptLine, size: TerminalSize): string {
    const { text, before } = fitting(line, size);
    const end = place(text, size.columns);
    const cursor = place(before, size.columns);
    this.#drawn = { text, before };
    // At the last column terminals wait with the cursor: a blank takes it to the next row.
    const turn = end.column === 0 && end.row > 0 ? " \r\x1b[K" : "";
    const up = end.row - cursor.row;
    const move = cursor.row === end.row && cursor.column === end.column
      ? ""
      : `${up > 0 ? `\x1b[${up}A` : ""}\r${cursor.column > 0 ? `\x1b[${cursor.column}C` : ""}`;
    return text + turn + move;
  }

  /** Forgets the line that is drawn: it stays, and the cursor is no longer in it. */
  forget(): void {
    this.#drawn = null;
  }
}

/** Returns a line as a terminal shows it, with blanks for tabs, and no more of it than a screen has room for. */
function fitting({ text, before }: PromptLine, { columns, rows }: TerminalSize): PromptLine {
  const room = Math.max(1, (rows - 1) * columns - 1) >> 1; // a character can take two columns
  const from = Math.max(0, before.length - (room >> 1));
  const part = text.length <= room ? text : text.slice(from, from + room);
  const start = text.length <= room ? before : before.slice(from);
  return { text: shown(part), before: shown(start) };
}

/** Returns typed text such that it commands nothing, with blanks for tabs. */
function shown(text: string): string {
  const escaped = escapeControls(text).replaceAll("\n", "\\n");
  if (!escaped.includes("\t")) return escaped;
  let line = "";
  for (const part of escaped.split(/(\t)/)) {
    line += part === "\t" ? " ".repeat(TAB - width(line) % TAB) : part;
  }
  return line;
}

/** Returns the row and the column of the cursor behind `text` on a terminal of so many columns. */
export function place(
  text: string,
  columns: number,
): { readonly row: number; readonly column: number } {
  let row = 0;
  let column = 0;
  for (const character of text) {
    const wide = width(character);
    if (column + wide > columns) {
      row++;
      column = 0;
    }
    column += wide;
  }
  return column >= columns ? { row: row + 1, column: 0 } : { row, column };
}
