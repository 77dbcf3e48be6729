/**
 * The request of a call: its options and queries, and the selection of rows by them.
 *
 * @module
 */
import type { IpVersion } from "../address/ip.ts";
import type { NeighbourRow } from "./classify.ts";
import type { Options } from "./options.ts";
import { parseRowQuery, type RowQuery } from "./search.ts";

/** A call of the command. */
export interface Request {
  /** The options; a query for a name implies `names`. */
  readonly options: Options;
  /** The queries of the operands; a row is shown if one of them matches. */
  readonly queries: readonly RowQuery[];
}

/**
 * Returns the request of a command line.
 *
 * @throws {ParseError} If an operand can only be an address or a network, and is not a valid one.
 */
export function requestOf(options: Options, operands: readonly string[]): Request {
  const queries = operands.map(parseRowQuery);
  const names = options.names || queries.some(({ by }) => by === "name");
  return { options: { ...options, names }, queries };
}

/** Returns the versions of IP that are shown. */
export function versionsOf({ ipv4, ipv6 }: Options): readonly IpVersion[] {
  return ipv4 === ipv6 ? [4, 6] : ipv4 ? [4] : [6];
}

/** The rows to show. */
export interface Selection {
  /** The rows. */
  readonly rows: readonly NeighbourRow[];
  /** The number of multicast and broadcast rows that are hidden: those that `--all` would show. */
  readonly hidden: number;
}

/** Returns the rows to show of a table. */
export function selectRows(
  table: readonly NeighbourRow[],
  { options, queries }: Request,
): Selection {
  const versions = versionsOf(options);
  const asked = table.filter((row) =>
    versions.includes(row.address?.includes(":") ? 6 : 4) &&
    (queries.length === 0 || queries.some((query) => query.matches(row)))
  );
  const rows = asked.filter((row) =>
    queries.length > 0 || options.all || (row.kind !== "multicast" && row.kind !== "broadcast")
  );
  return { rows, hidden: asked.length - rows.length };
}
