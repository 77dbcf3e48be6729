/**
 * The layout of text: the width of an output, and colours where a terminal can show them.
 *
 * @module
 */
import * as colors from "@std/fmt/colors";
import type { Io, Output } from "./io.ts";

/**
 * Returns the most columns of a line on `output`: those of the terminal. In a pipe or a file there is no
 * limit, and nothing is cut, unless the user has set `COLUMNS`.
 */
export function columnsOf(output: Output, io: Io): number {
  return output.isTerminal() ? io.columns() : Number(io.env("COLUMNS")) || Infinity;
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
