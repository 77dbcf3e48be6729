/**
 * What a conversation took, as text and as JSON.
 *
 * @module
 */
import type { JsonField } from "../cli/command.ts";
import { formatJson } from "../cli/json.ts";
import { formatBytes, formatDuration } from "../text/units.ts";

/** What a conversation took; times are since its start, `null` for what it did not come to. */
export interface Stats {
  /** The address of the server. */
  readonly peer: string | null;
  /** Milliseconds until the name was resolved. */
  readonly lookUp: number | null;
  /** Milliseconds until the connection was there. */
  readonly connect: number | null;
  /** Milliseconds until TLS was agreed. */
  readonly handshake: number | null;
  /** Milliseconds until the first byte was received. */
  readonly firstByte: number | null;
  /** Milliseconds until the end. */
  readonly total: number;
  /** Bytes sent. */
  readonly sent: number;
  /** Bytes received. */
  readonly received: number;
}

/** The fields of `formatStatsJson`. */
export const STATS_FIELDS: readonly JsonField[] = [
  { name: "server", type: "string or null", says: "its address; null without a connection" },
  { name: "look_up_ms", type: "number or null", says: "until the name was resolved" },
  { name: "connect_ms", type: "number or null", says: "until the connection was there" },
  { name: "handshake_ms", type: "number or null", says: "until TLS was agreed" },
  { name: "first_byte_ms", type: "number or null", says: "until the first byte was received" },
  { name: "total_ms", type: "number", says: "until the end; all times are since the start" },
  { name: "sent_bytes", type: "number", says: "bytes sent" },
  { name: "received_bytes", type: "number", says: "bytes received" },
];

/** Returns `stats` in lines, without those that did not come to be. */
export function formatStats(stats: Stats): string {
  const rows: [string, string | null][] = [
    ["server", stats.peer],
    ["look-up", duration(stats.lookUp)],
    ["connect", duration(stats.connect)],
    ["handshake", duration(stats.handshake)],
    ["first byte", duration(stats.firstByte)],
    ["total", duration(stats.total)],
    ["sent", formatBytes(stats.sent)],
    ["received", formatBytes(stats.received)],
  ];
  return rows.filter(([, value]) => value !== null)
    .map(([name, value]) => `${name.padEnd(10)}  ${value}`).join("\n");
}

/** Returns `stats` as a JSON object on one line; times have three decimals. */
export function formatStatsJson(stats: Stats): string {
  return formatJson({
    server: stats.peer,
    look_up_ms: rounded(stats.lookUp),
    connect_ms: rounded(stats.connect),
    handshake_ms: rounded(stats.handshake),
    first_byte_ms: rounded(stats.firstByte),
    total_ms: rounded(stats.total),
    sent_bytes: stats.sent,
    received_bytes: stats.received,
  });
}

function duration(milliseconds: number | null): string | null {
  return milliseconds === null ? null : formatDuration(milliseconds);
}

function rounded(milliseconds: number | null): number | null {
  return milliseconds === null ? null : Math.round(milliseconds * 1000) / 1000;
}
