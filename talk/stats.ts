/**
 * Times and amounts of a conversation, as text and as JSON.
 *
 * @module
 */
import type { JsonField } from "../cli/command.ts";
import { formatJson } from "../cli/json.ts";
import { documentationOf, type Field, recordOf } from "../cli/record.ts";
import { msg, translate } from "../text/messages.ts";
import { formatBytes, formatDuration } from "../text/units.ts";
import type { Measured } from "./measurement.ts";

/** Times and amounts of a conversation that is over, with the address of the peer. */
export interface Stats extends Measured {
  /** The address of the peer, or `null` without a connection. */
  readonly peer: string | null;
  /** The application protocol that TLS has agreed on (ALPN), or `null`. */
  readonly alpn: string | null;
}

/** The part that the peer plays: it names the address. */
export type PeerRole = "server" | "client";

/** A row of the statistics: a line of the text and a field of the JSON. */
export interface Row<T = Stats> extends Field<T> {
  /** The name in the text. */
  readonly label: string;
  /** Returns the value in the text, or `null` to leave the line out. */
  readonly text: (stats: T) => string | null;
}

/** Times that a conversation may not come to, and the one that it always has. */
type Time = "lookUp" | "connect" | "handshake" | "firstByte" | "total";

function time<N extends Time>(
  name: N,
  label: string,
  field: string,
  says: string,
): Row<Readonly<Record<N, number | null>>> {
  return {
    name: field,
    type: name === "total" ? "number" : "number or null",
    says,
    label,
    of: (stats) => rounded(stats[name]),
    text: ({ [name]: value }) => value === null ? null : formatDuration(value),
  };
}

function amount(name: "sent" | "received"): Row {
  return {
    name: name === "sent" ? "bytes_out" : "bytes_in",
    type: "number",
    says: `bytes ${name}`,
    label: name === "sent" ? msg("sent") : msg("received"),
    of: (stats) => stats[name],
    text: (stats) => formatBytes(stats[name]),
  };
}

/** The times of the way to a connection, which are fields of `client --check --json` as well. */
export const CONNECT_TIMES: readonly Row<Pick<Stats, "lookUp" | "connect" | "handshake">>[] = [
  time("lookUp", msg("look-up"), "look_up_ms", "until the name was resolved"),
  time("connect", msg("connect"), "connect_ms", "until the connection was there"),
  time("handshake", msg("handshake"), "handshake_ms", "until TLS was agreed"),
];

/** The application protocol, which is a field of `client --check --json` as well. */
export const ALPN: Row<Pick<Stats, "alpn">> = {
  name: "alpn",
  type: "string or null",
  says: "the application protocol that TLS has agreed on (ALPN)",
  label: "ALPN",
  of: ({ alpn }) => alpn,
  text: ({ alpn }) => alpn,
};

/** The statistics in their order. */
const ROWS: readonly Row[] = [
  {
    name: "peer",
    type: "string or null",
    says: "the address of the other end; null without a connection",
    label: msg("server"),
    of: ({ peer }) => peer,
    text: ({ peer }) => peer,
  },
  ...CONNECT_TIMES,
  ALPN,
  time("firstByte", msg("first byte"), "first_byte_ms", "until the first byte was received"),
  time("total", msg("total"), "total_ms", "until the end; all times are since the start"),
  amount("sent"),
  amount("received"),
];

/** The fields of `formatStatsJson`. */
export const STATS_FIELDS: readonly JsonField[] = documentationOf(ROWS);

/** The least columns of the labels. */
const LABEL = 10;

/** Resolves to `stats` in lines, without those that did not come to be. */
export async function formatStats(
  stats: Stats,
  peerRole: PeerRole = "server",
): Promise<string> {
  const { pad, width } = await import("../text/layout.ts"); // not needed before the end
  const rows = ROWS.map(({ name, label, text }) =>
    [translate(name === "peer" ? peerRole : label), text(stats)] as const
  ).filter(([, value]) => value !== null);
  const widest = Math.max(LABEL, ...rows.map(([label]) => width(label)));
  return rows.map(([label, value]) => `${pad(label, widest)}  ${value}`).join("\n");
}

/** Returns `stats` as a JSON object on one line; times have three decimals. */
export function formatStatsJson(stats: Stats): string {
  return formatJson(recordOf(ROWS, stats));
}

function rounded(milliseconds: number | null): number | null {
  return milliseconds === null ? null : Math.round(milliseconds * 1000) / 1000;
}
