/**
 * The statistics of a connection as a table of two columns, one a side.
 *
 * @module
 */
import { pad, width, wrap } from "../text/layout.ts";
import { count, formatBytes, formatDuration } from "../text/units.ts";
import type { TcpConnection } from "../tcp/connection.ts";
import type { Retransmissions, RoundTrips, SideStatistics } from "../tcp/statistics.ts";

/** The rows that are told of each side: heading, and text; an empty one in both sides is left out. */
const ROWS: readonly (readonly [string, (side: SideStatistics, bytes: number) => string])[] = [
  ["segments", ({ segments }) => `${segments}`],
  ["payload", (_, bytes) => formatBytes(bytes)],
  ["round trip", ({ roundTrips }) => roundTrips === null ? "" : formatRoundTrips(roundTrips)],
  ["sent again", ({ retransmissions }) => formatRetransmissions(retransmissions)],
  ["out of order", ({ outOfOrder }) => countOf(outOfOrder)],
  ["window filled", ({ windowFull }) => countOf(windowFull)],
  ["window closed", ({ zeroWindow }) => countOf(zeroWindow)],
];

/** Returns the statistics of a connection, in lines of at most `columns`; none if they were not kept. */
export function formatStatistics({ statistics, bytes, summary, reusesPorts }: TcpConnection, {
  columns,
  ascii,
}: { readonly columns: number; readonly ascii: boolean }): string[] {
  if (statistics === null) return [];
  const arrows = ascii ? ["client ->", "<- server"] : ["client →", "← server"];
  const rows = ROWS.map(([name, text]) =>
    [name, ...statistics.sides.map((side, i) => text(side, bytes[i]!))] as const
  ).filter(([, ...cells]) => cells.some((cell) => cell !== ""));
  const table = [["", ...arrows], ...rows];
  const widths = [0, 1].map((i) => Math.max(...table.map((row) => width(row[i]!))) + 2);
  const lines = table.flatMap((row) => {
    const cells = row.map((cell) => cell === "" ? "-" : cell);
    const head = pad(row[0]!, widths[0]!);
    const line = head + pad(row[0] === "" ? row[1]! : cells[1]!, widths[1]!) +
      (row[0] === "" ? row[2]! : cells[2]!);
    if (width(line) <= columns) return [line];
    return [head + cells[1]!, " ".repeat(widths[0]!) + cells[2]!];
  });
  const waits = [
    summary.opening && `handshake ${formatDuration(summary.opening.milliseconds)}`,
    statistics.answer > 0 && `longest wait for an answer ${formatDuration(statistics.answer)}`,
    `longest silence ${formatDuration(statistics.silence)}`,
    reusesPorts && "its ports were used before",
  ].filter((each) => each);
  return [...lines, ...wrap(waits.join("; "), columns)];
}

function countOf(number: number): string {
  return number === 0 ? "" : count(number, "time");
}

function formatRoundTrips({ count, least, mean, greatest }: RoundTrips): string {
  if (count === 1) return `${mean.toFixed(3)} ms`;
  return `${least.toFixed(3)} to ${greatest.toFixed(3)} ms, mean ${mean.toFixed(3)}`;
}

function formatRetransmissions(kinds: Retransmissions): string {
  const all = kinds.fast + kinds.timeout + kinds.spurious + kinds.other;
  if (all === 0) return "";
  const words = [
    kinds.fast > 0 && `${kinds.fast} fast`,
    kinds.timeout > 0 && `${kinds.timeout} by time-out`,
    kinds.spurious > 0 && `${kinds.spurious} spurious`,
  ].filter((each) => each);
  if (kinds.other > 0 && words.length > 0) words.push(`${kinds.other} otherwise`);
  return words.length === 0 ? countOf(all) : words.join(", ");
}
