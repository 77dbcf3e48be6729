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

/** Returns the rows to show. */
export function selectRows(
  rows: readonly NeighbourRow[],
  { options, queries }: Request,
): NeighbourRow[] {
  const versions = versionsOf(options);
  return rows.filter((row) =>
    versions.includes(row.address?.includes(":") ? 6 : 4) &&
    (queries.length > 0
      ? queries.some((query) => query.matches(row))
      : options.all || (row.kind !== "multicast" && row.kind !== "broadcast"))
  );
}
