/**
 * The layout of text: the width of an output, and colours where a terminal can show them.
 *
 * @module
 */
import * as colors from "@std/fmt/colors";
import { escapeLine } from "../text/escape.ts";
import { columnsAsked, inLocale, type Io, type Output, say } from "./io.ts";

/**
 * Returns the most columns of a line on `output`: those of the terminal. In a pipe or a file there is no
 * limit, and nothing is cut, unless the user has set `COLUMNS`.
 */
export function columnsOf(output: Output, io: Io): number {
  return output.isTerminal() ? io.columns() : columnsAsked(io) ?? Infinity;
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

/** Blanks before a hint, and before each further line of an error. */
const INDENT = 2;

/** Says on standard error, in the name of `speaker`, that something failed. */
export async function sayError(io: Io, speaker: string, message: string): Promise<void> {
  for (const line of await errorLines(io, speaker, message)) await say(io, line);
}

/** Resolves to the lines that say, in the name of `speaker`, that something failed. */
export async function errorLines(io: Io, speaker: string, message: string): Promise<string[]> {
  const [first = "", ...more] = await folded(io, `${speaker}: ${escapeLine(message)}`);
  return [first.replace(`${speaker}:`, palette(io, io.stderr).red), ...more];
}

/**
 * Writes the hint of a failure to standard error, two blanks from the edge; nothing for `null`. A command
 * line in it stays on one line, which the terminal breaks where it must: it is copied whole from there.
 */
export async function sayHint(io: Io, hint: string | null): Promise<void> {
  for (const line of await hintLines(io, hint)) await say(io, line);
}

/** Resolves to the lines of the hint of a failure, as `sayHint` says them. */
export async function hintLines(io: Io, hint: string | null): Promise<readonly string[]> {
  if (hint === null) return [];
  const line = " ".repeat(INDENT) + escapeLine(hint);
  return /\b(?:netkit|sudo) |--\w/.test(hint) ? [line] : await folded(io, line);
}

/** Says a sentence on standard error, in lines of the width that `columnsOf` tells. */
export async function sayFolded(io: Io, text: string): Promise<void> {
  const columns = columnsOf(io.stderr, io);
  const line = inLocale(escapeLine(text), io);
  if (2 * line.length <= columns) return await say(io, line); // no part of it takes more than two
  const { fold } = await import("../text/layout.ts"); // not loaded for what is written to a file
  for (const each of fold(line, columns)) await say(io, each);
}

/** Resolves to `text` in lines that a terminal can show; it is one line in a pipe, where it is searched. */
async function folded(io: Io, text: string): Promise<readonly string[]> {
  if (!io.stderr.isTerminal()) return [text];
  const { fold } = await import("../text/layout.ts"); // not loaded for what is written to a file
  return fold(inLocale(text, io), io.columns(), INDENT);
}
