/**
 * The statistics of a connection as a table of two columns, one a side.
 *
 * @module
 */
import { pad, width, wrap } from "../text/layout.ts";
import { count, formatBytes, formatDuration } from "../text/units.ts";
import type { TcpConnection } from "../tcp/connection.ts";
import type { Retransmissions, RoundTrips, SideStatistics } from "../tcp/statistics.ts";
import { sideName } from "./text.ts";
import { msg, t, translate } from "../text/messages.ts";

/** The rows that are told of each side: heading, and text; an empty one in both sides is left out. */
const ROWS: readonly (readonly [string, (side: SideStatistics, bytes: number) => string])[] = [
  [msg("segments"), ({ segments }) => `${segments}`],
  [msg("payload"), (_, bytes) => formatBytes(bytes)],
  [msg("round trip"), ({ roundTrips }) => roundTrips === null ? "" : formatRoundTrips(roundTrips)],
  [msg("sent again"), ({ retransmissions }) => formatRetransmissions(retransmissions)],
  [msg("out of order"), ({ outOfOrder }) => countOf(outOfOrder)],
  [msg("window filled"), ({ windowFull }) => countOf(windowFull)],
  [msg("window closed"), ({ zeroWindow }) => countOf(zeroWindow)],
];

/** Returns the statistics of a connection, in lines of at most `columns`; none if they were not kept. */
export function formatStatistics({ statistics, bytes, summary, reusesPorts }: TcpConnection, {
  columns,
  ascii,
}: { readonly columns: number; readonly ascii: boolean }): string[] {
  if (statistics === null) return [];
  const arrows = ascii
    ? [`${sideName(0)} ->`, `<- ${sideName(1)}`]
    : [`${sideName(0)} →`, `← ${sideName(1)}`];
  const rows = ROWS.map(([name, text]) =>
    [translate(name), ...statistics.sides.map((side, i) => text(side, bytes[i]!))] as const
  ).filter(([, ...cells]) => cells.some((cell) => cell !== ""));
  const table = [["", ...arrows], ...rows];
  const widths = [0, 1].map((i) => Math.max(...table.map((row) => width(row[i]!))) + 2);
  const lines = table.flatMap((row) => {
    const cells = row.map((cell) => cell === "" ? "-" : cell);
    const head = pad(row[0]!, widths[0]!);
    const line = head + pad(row[0] === "" ? row[1]! : cells[1]!, widths[1]!) +
      (row[0] === "" ? row[2]! : cells[2]!);
    if (width(line) <= columns) return [line];
    const room = Math.max(1, columns - widths[0]!);
    return [cells[1]!, cells[2]!].flatMap((cell) => wrap(cell, room))
      .map((text, i) => (i === 0 ? head : " ".repeat(widths[0]!)) + text);
  });
  const waits = [
    summary.opening && t`handshake ${formatDuration(summary.opening.milliseconds)}`,
    statistics.answer > 0 && t`longest wait for an answer ${formatDuration(statistics.answer)}`,
    t`longest silence ${formatDuration(statistics.silence)}`,
    reusesPorts && t`its ports were used before`,
  ].filter((each) => each);
  return [...lines, ...wrap(waits.join(t`; `), columns)];
}

function countOf(number: number): string {
  return number === 0 ? "" : count(number, "time");
}

function formatRoundTrips({ count, least, mean, greatest }: RoundTrips): string {
  if (count === 1) return t`${mean.toFixed(3)} ms`;
  return t`${least.toFixed(3)} to ${greatest.toFixed(3)} ms, mean ${mean.toFixed(3)}`;
}

function formatRetransmissions(kinds: Retransmissions): string {
  const all = kinds.fast + kinds.timeout + kinds.spurious + kinds.other;
  if (all === 0) return "";
  const words = [
    kinds.fast > 0 && t`${kinds.fast} fast`,
    kinds.timeout > 0 && t`${kinds.timeout} by time-out`,
    kinds.spurious > 0 && t`${kinds.spurious} spurious`,
  ].filter((each) => each);
  if (kinds.other > 0 && words.length > 0) words.push(t`${kinds.other} otherwise`);
  return words.length === 0 ? countOf(all) : words.join(t`, `);
}
