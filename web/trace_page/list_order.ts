/**
 * The order of connections in the list, and which of them are in it.
 *
 * @module
 */
import type { ConnectionRow } from "../recording.ts";

/** The columns by which the list can be sorted. */
export const COLUMNS = [
  "number",
  "client",
  "server",
  "there",
  "back",
  "count",
  "time",
  "end",
] as const;
/** One of `COLUMNS`. */
export type Column = typeof COLUMNS[number];

/** Kinds of connections that can be chosen. */
export const CHOICES = ["all", "open", "closed", "reset", "refused", "half-open", "slow"] as const;
/** One of `CHOICES`. */
export type Choice = typeof CHOICES[number];

/** The order of a list. */
export interface Order {
  /** The column. */
  readonly column: Column;
  /** Whether the largest comes first. */
  readonly isDown: boolean;
}

/** Returns the rows that are of `choice` and have all words of `query` in them, in `order`. */
export function arrange(
  rows: Iterable<ConnectionRow>,
  query: string,
  choice: Choice,
  { column, isDown }: Order,
): ConnectionRow[] {
  const words = query.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const chosen = [...rows].filter((row) => isChosen(row, choice) && hasWords(row, words));
  const sign = isDown ? -1 : 1;
  return chosen.sort((one, other) =>
    sign * compare(one, other, column) || one.number - other.number
  );
}

function isChosen(row: ConnectionRow, choice: Choice): boolean {
  switch (choice) {
    case "all":
      return true;
    case "open":
      return !row.over;
    case "closed":
      return row.over && /^closed/.test(row.verdict);
    default:
      return row.kinds.includes(choice);
  }
}

function hasWords(row: ConnectionRow, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const { number, client, server, verdict, states } = row;
  const text = `#${number} ${client} ${server} ${verdict} ${states.join(" ")}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function compare(one: ConnectionRow, other: ConnectionRow, column: Column): number {
  switch (column) {
    case "number":
      return one.number - other.number;
    case "client":
      return compareText(one.client, other.client);
    case "server":
      return compareText(one.server, other.server);
    case "there":
      return one.bytes[0] - other.bytes[0];
    case "back":
      return one.bytes[1] - other.bytes[1];
    case "count":
      return one.segments - other.segments;
    case "time":
      return one.milliseconds - other.milliseconds;
    case "end":
      return compareText(one.verdict, other.verdict);
  }
}

const collator = new Intl.Collator("en", { numeric: true });

function compareText(one: string, other: string): number {
  return collator.compare(one, other);
}
