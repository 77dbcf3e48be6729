/**
 * The columns of `ipinfo --csv`: which fields of a record are cells, and in which order.
 *
 * @module
 */
import { type CsvField, formatCsv } from "../cli/csv.ts";
import type { OperationName } from "./options.ts";

/** The columns of every table: the input that a row belongs to. */
const ORIGIN = ["input", "line", "label"];

/** The columns of a network; the first one has its address and prefix. */
const NETWORK = [
  "network",
  ...["prefix", "netmask", "wildcard", "first", "last", "broadcast", "addresses", "usable"]
    .map((name) => `network.${name}`),
];

/** The columns of an address. */
const ADDRESS = [
  ...["version", "address", "integer", "hex", "binary", "exploded", "reverse", "class"],
  ...["special.name", "role", "host_number"],
  ...NETWORK,
];

/** The columns of results that are not just networks. */
const OTHERS: Readonly<Partial<Record<ResultKind, readonly string[]>>> = {
  addresses: ADDRESS,
  machine: ["interface", "mac", "gateways", "temporary", ...ADDRESS],
  ranges: ["first", "last", "addresses"],
  hosts: ["name", "hosts", "wasted", ...NETWORK],
  count: ["version", "addresses", "ranges"],
  grep: ["found"],
  match: ["match", "match_label"],
  in: ["other", "answer", ...NETWORK],
  contains: ["other", "answer", ...NETWORK],
  overlaps: ["other", "answer", ...NETWORK],
  list: ["address"],
  map: ["free", ...NETWORK],
  calc: ["address", "difference", ...NETWORK],
  readers: ["reader", "address", "cve"],
  reverseZones: ["zone", "parent", "generate", ...NETWORK],
};

/** The results of `ipinfo`: those of an operation, addresses, this machine, or ranges. */
export type ResultKind = OperationName | "addresses" | "machine" | "ranges";

/** A table that is printed row by row. */
export interface CsvTable {
  /** The row with the names of the columns. */
  readonly head: string;
  /** Returns the row of a record, with an empty cell for each field that it has not. */
  readonly row: (record: Readonly<Record<string, unknown>>) => string;
}

/** Returns the table for results of a kind. */
export function csvTable(kind: ResultKind): CsvTable {
  const paths = [...ORIGIN, ...OTHERS[kind] ?? NETWORK].map((text) => text.split("."));
  const names = paths.map((path) => path[0] === "special" ? "special" : path.at(-1)!);
  return {
    head: formatCsv([names]),
    row: (record) => formatCsv([paths.map((path) => cellAt(record, path))]),
  };
}

/** Returns the field of `record` at `path`, as a cell. */
function cellAt(record: Readonly<Record<string, unknown>>, path: readonly string[]): CsvField {
  let value: unknown = record;
  for (const name of path) value = isRecord(value) ? value[name] : null;
  if (Array.isArray(value)) return value.join(" ");
  if (isRecord(value)) return `${value.address}/${value.prefix}`;
  return value === undefined ? null : value as CsvField;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
