/**
 * The output of `netkit arp`: the rows as a table, as CSV and as JSON, and the hints about them.
 *
 * @module
 */
import { type Column, formatColumns } from "../cli/columns.ts";
import { formatCsv } from "../cli/csv.ts";
import { type Io, say } from "../cli/io.ts";
import { formatJson } from "../cli/json.ts";
import { escapeLine } from "../text/escape.ts";
import { wrap } from "../text/layout.ts";
import { labelOf } from "./address.ts";
import type { NeighbourRow } from "./classify.ts";
import { hintsOf } from "./hints.ts";
import type { Options } from "./options.ts";
import { recordOf, ROW_FIELDS } from "./record.ts";

const COLUMNS: readonly Column<NeighbourRow>[] = [
  ["Address", labelOf],
  ["MAC", (row) => row.mac],
  ["Interface", (row) => row.interface],
  ["State", (row) => row.state],
  ["Kind", (row) => row.kind],
  ["Name", (row) => row.name],
  ["Vendor", (row) => row.vendor],
  ["Expires", ({ expiresSeconds: left }) => left === null ? null : left > 0 ? `${left} s` : "now"],
  ["Age", ({ ageSeconds }) => ageSeconds === null ? null : `${ageSeconds} s`],
  ["Flags", (row) => row.flags.join(", ")],
];

/** Returns the rows in the form that the options ask for, with line ends. */
export function formatRows(
  rows: readonly NeighbourRow[],
  { json, csv }: Pick<Options, "json" | "csv">,
  io: Io,
): string {
  if (json) return formatRecords(rows);
  return csv ? formatCells(rows) : formatColumns(COLUMNS, rows, io);
}

/** Returns a JSON array with a row a line. */
function formatRecords(rows: readonly NeighbourRow[]): string {
  if (rows.length === 0) return "[]\n";
  return `[\n${rows.map((row) => formatJson(recordOf(ROW_FIELDS, row))).join(",\n")}\n]\n`;
}

/** Returns the fields of the JSON as CSV; an array is one cell with blanks between. */
function formatCells(rows: readonly NeighbourRow[]): string {
  const cells = rows.map((row) =>
    ROW_FIELDS.map(({ of }) => of(row)).map((value) =>
      value instanceof Array ? value.join(" ") : value
    )
  );
  return formatCsv([ROW_FIELDS.map(({ name }) => name), ...cells]);
}

/** Prints the hints about the rows that are shown to standard error. */
export async function sayHints(
  table: readonly NeighbourRow[],
  shown: readonly NeighbourRow[],
  io: Io,
): Promise<void> {
  for (const { says, rows } of hintsOf(table)) {
    if (!rows.some((row) => shown.includes(row))) continue;
    for (const line of wrap(escapeLine(`hint: ${says}`), io.columns())) await say(io, line);
  }
}
