/**
 * Tables for a person, in which columns without content are left out.
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";
import { formatTable } from "../text/layout.ts";
import { inLocale, type Io } from "./io.ts";
import { columnsOf, palette } from "./terminal.ts";
import { translate } from "../text/messages.ts";

/** A column: its heading, and the text that it shows of a row, `null` for nothing. */
export type Column<T> = readonly [heading: string, cell: (row: T) => string | null];

/**
 * Returns `rows` as a table with headings, escaped, no wider than the terminal and in signs of the locale;
 * nothing without rows. An empty cell is "-"; a column that has nothing in any row is left out.
 */
export function formatColumns<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  io: Io,
): string {
  const shown = columns.filter(([, cell]) => rows.some((row) => cell(row)));
  if (shown.length === 0) return "";
  const { bold } = palette(io, io.stdout);
  const table = formatTable(
    [
      shown.map(([heading]) => translate(heading)),
      ...cellsOf(shown.map(([, cell]) => cell), rows),
    ],
    columnsOf(io.stdout, io),
    (line, i) => i === 0 ? bold(line) : line,
  );
  return inLocale(table, io);
}

/** Returns the cells of rows, escaped; in long tables most are like those above, and escaped but once. */
function cellsOf<T>(columns: readonly Column<T>[1][], rows: readonly T[]): string[][] {
  const above = columns.map((): string | null => null);
  const escaped = columns.map(() => "-");
  return rows.map((row) => {
    for (let i = 0; i < columns.length; i++) {
      const text = columns[i]!(row) || "-";
      if (text !== above[i]) escaped[i] = escapeLine(text);
      above[i] = text;
    }
    return escaped.slice();
  });
}
