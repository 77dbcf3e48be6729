/**
 * The inputs of `ipinfo`, and those that are the entries of a list, line by line.
 *
 * @module
 */
import type { ParseError } from "../address/parse_error.ts";
import type { Io } from "../cli/io.ts";
import { readFileLineGroups, readLineGroups } from "./line_groups.ts";
import { type ListEntry, parseListLine, wholeLine } from "./list_line.ts";

/** A text that should be an address, a network or a range. */
export interface Input {
  /** The text. */
  readonly text: string;
  /** The line of the list that it is from, counted from 1; `null` for an operand. */
  readonly line: number | null;
  /** The name behind it in the list, empty if there is none. */
  readonly label: string;
  /** The fault that was found before its meaning was looked for, or `null`. */
  readonly fault: ParseError | null;
}

/**
 * The reading of a line of a list: an address with a name behind it; one text without a comment, as an
 * operand is then, too; or one text as it stands, and operands are files with such lines.
 */
export type LineRule = "entry" | "whole" | "raw";

const PARSERS: Readonly<Record<LineRule, (line: string) => ListEntry | null>> = {
  entry: parseListLine,
  whole: wholeLine,
  raw: (text) => ({ text, label: "", fault: null }),
};

/**
 * Yields the entries of the list in the file at `path`, or on standard input if that is `null`, in groups of
 * those that come together.
 *
 * @throws {UserError} When it cannot be read.
 */
export async function* readList(
  path: string | null,
  rule: LineRule,
  io: Io,
): AsyncGenerator<readonly Input[]> {
  const parse = PARSERS[rule];
  let line = 0;
  for await (const group of path === null ? readLineGroups(io) : readFileLineGroups(path, io)) {
    const inputs: Input[] = [];
    for (const text of group) {
      line++;
      const entry = parse(text);
      if (entry !== null) inputs.push({ ...entry, line });
    }
    yield inputs;
  }
}
