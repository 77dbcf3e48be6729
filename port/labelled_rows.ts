/**
 * Labelled rows: the labels in a column, the texts beside it.
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";
import { cut, pad, wrap } from "../text/layout.ts";
import type { Io } from "../cli/io.ts";
import { palette } from "../cli/terminal.ts";

/** A row of a report. */
export interface LabelledRow {
  /** The label; empty where it is that of the row above. */
  readonly label: string;
  /** The text; it is escaped. */
  readonly text: string;
  /** Whether a text that is too long is cut off and not wrapped: command lines can be a page. */
  readonly cut: boolean;
}

/** Columns of the labels, with the blanks behind them. */
const LABEL = 11;

/** The fewest columns for the texts, or there would be a word a line. */
const LEAST_TEXT = 20;

/** Returns how many columns there are for the texts. */
export function textColumns(io: Io): number {
  return Math.max(LEAST_TEXT, io.columns() - LABEL);
}

/** Lays `rows` out; `styles` gives labels a style by their text, the first one is bold. */
export function formatRows(
  rows: readonly LabelledRow[],
  styles: Readonly<Record<string, "green" | "red" | "yellow">>,
  io: Io,
): string {
  const columns = textColumns(io);
  const paint = palette(io, io.stdout);
  const lines = rows.flatMap(({ label, text, cut: cuts }, i) => {
    const style = paint[i === 0 ? "bold" : styles[label] ?? "dim"];
    const shown = escapeLine(text);
    return (cuts ? [shown] : wrap(shown, columns)).map((line, j) =>
      (j === 0 ? style(label) + pad("", LABEL - label.length) : pad("", LABEL)) + cut(line, columns)
    );
  });
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}
