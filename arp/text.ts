/**
 * The output of `netkit arp`: the rows as a table, as CSV and as JSON, and the hints about them.
 *
 * @module
 */
import { type Column, formatColumns } from "../cli/columns.ts";
import { formatCsv } from "../cli/csv.ts";
import type { Io } from "../cli/io.ts";
import { sayFolded } from "../cli/terminal.ts";
import { formatJson } from "../cli/json.ts";
import { recordOf } from "../cli/record.ts";
import { count } from "../text/units.ts";
import { labelOf } from "./address.ts";
import type { NeighbourRow } from "./classify.ts";
import { hintsOf } from "./hints.ts";
import type { Options } from "./options.ts";
import { OMISSION_FIELDS, type Omissions, ROW_FIELDS } from "./record.ts";
import { msg, t } from "../text/messages.ts";

const COLUMNS: readonly Column<NeighbourRow>[] = [
  [msg("Address"), labelOf],
  [msg("MAC"), (row) => row.mac],
  [msg("Interface"), (row) => row.interface],
  [msg("VLAN"), (row) => row.vlan === null ? null : String(row.vlan)],
  [msg("State"), (row) => row.state],
  [msg("Kind"), (row) => row.kind],
  [msg("Name"), (row) => row.name],
  [msg("Vendor"), (row) => row.vendor],
  [
    msg("Expires"),
    ({ expiresSeconds: left }) => left === null ? null : left > 0 ? `${left} s` : t`now`,
  ],
  [msg("Age"), ({ ageSeconds }) => ageSeconds === null ? null : `${ageSeconds} s`],
  [msg("Flags"), (row) => row.flags.join(", ")],
];

/** Returns the rows in the form that the options ask for, with line ends. */
export function formatRows(
  rows: readonly NeighbourRow[],
  omitted: Omissions,
  { json, csv }: Pick<Options, "json" | "csv">,
  io: Io,
): string {
  if (json) return formatRecords(rows, omitted);
  return csv ? formatCells(rows) : formatColumns(COLUMNS, rows, io);
}

/** Returns a JSON object a line: the rows, and the omissions in a last one if there are any. */
function formatRecords(rows: readonly NeighbourRow[], omitted: Omissions): string {
  const complete = omitted.hidden === 0 && omitted.unread.length === 0;
  const records = [
    ...rows.map((row) => recordOf(ROW_FIELDS, row)),
    ...(complete ? [] : [recordOf(OMISSION_FIELDS, omitted)]),
  ];
  return records.map((record) => `${formatJson(record)}\n`).join("");
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

/** Says on standard error how many rows and lines are not in the output. */
export async function sayOmissions({ hidden, unread }: Omissions, io: Io): Promise<void> {
  if (hidden > 0) {
    const rows = count(hidden, "multicast or broadcast row");
    const left = hidden === 1
      ? t`${rows} hidden; --all shows it`
      : t`${rows} hidden; --all shows them`;
    await sayFolded(io, left);
  }
  for (const { source, count: lines, first } of unread) {
    const which = lines === 1 ? t`line ${first}` : t`the first is line ${first}`;
    await sayFolded(io, t`${source}: ${count(lines, "line")} not understood, ${which}`);
  }
}

/** Prints the hints about the rows that are shown to standard error. */
export async function sayHints(
  table: readonly NeighbourRow[],
  shown: readonly NeighbourRow[],
  io: Io,
): Promise<void> {
  const visible = new Set(shown);
  for (const { says, rows } of hintsOf(table)) {
    if (!rows.some((row) => visible.has(row))) continue;
    await sayFolded(io, t`hint: ${says}`);
  }
}
