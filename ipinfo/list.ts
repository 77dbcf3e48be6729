/**
 * The entries of a list, line by line.
 *
 * @module
 */
import type { Io } from "../cli/io.ts";
import type { Input, LineRule } from "./inputs.ts";
import { readFileLineGroups, readLineGroups } from "./line_groups.ts";
import { type ListEntry, parseListLine, wholeLine } from "./list_line.ts";

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
