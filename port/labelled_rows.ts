/**
 * Labelled rows: the labels in a column, the texts beside it.
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";
import { fold, pad, shorten, width } from "../text/layout.ts";
import { inLocale, type Io } from "../cli/io.ts";
import { columnsOf, palette } from "../cli/terminal.ts";

/** A row of a report. */
export interface LabelledRow {
  /** The label; empty where it is that of the row above. */
  readonly label: string;
  /** The text; it is escaped. */
  readonly text: string;
  /** Whether a text of many lines is shortened: command lines can be a page. */
  readonly short: boolean;
}

/** The least columns of the labels, with the blanks behind them. */
const LABEL = 11;

/** The fewest columns for the texts, or there would be a word a line. */
const LEAST_TEXT = 20;

/** The most lines of a text that is shortened. */
const MOST_LINES = 4;

/** Lays `rows` out; `styles` gives labels a style by their text, the first one is bold. */
export function formatRows(
  rows: readonly LabelledRow[],
  styles: Readonly<Record<string, "green" | "red" | "yellow">>,
  io: Io,
): string {
  const beside = Math.max(LABEL, ...rows.map(({ label }) => width(label) + 1));
  const columns = Math.max(LEAST_TEXT, columnsOf(io.stdout, io) - beside);
  const paint = palette(io, io.stdout);
  const lines = rows.flatMap(({ label, text, short }, i) => {
    const style = paint[i === 0 ? "bold" : styles[label] ?? "dim"];
    const shown = short ? shorten(escapeLine(text), MOST_LINES * columns) : escapeLine(text);
    return fold(shown, columns).map((line, j) =>
      (j === 0 ? style(label) + pad("", beside - width(label)) : pad("", beside)) + line
    );
  });
  return inLocale(lines.map((line) => `${line.trimEnd()}\n`).join(""), io);
}
