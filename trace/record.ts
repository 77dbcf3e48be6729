/**
 * What `trace --json` tells: a record for each segment, and one for each connection at its end.
 *
 * @module
 */
import { formatFlags } from "../packet/field.ts";
import { SIDES } from "../ladder/text.ts";
import type { Connection, Step } from "../tcp/connection.ts";
import { formatTimestamp } from "../capture/timestamp.ts";

/** A field of a record, and what it means. */
export interface RecordField {
  /** Its name, or the names of several. */
  readonly name: string;
  /** Its type, in the words of JSON. */
  readonly type: string;
  /** What it means. */
  readonly says: string;
}

/** The fields in the order in which they are printed. */
export const TRACE_FIELDS: readonly RecordField[] = [
  { name: "type", type: "string", says: "segment, connection at its end, or capture at the end" },
  { name: "conn", type: "number", says: "the connection, numbered from 1" },
  { name: "n", type: "number", says: "of a segment: its packet in the capture, from 1" },
  { name: "time", type: "string", says: "when it was captured (RFC 3339, UTC, nanoseconds)" },
  { name: "dir", type: "string", says: "client→server or server→client" },
  { name: "flags", type: "array of strings", says: "the flags of its header" },
  {
    name: "seq, ack",
    type: "number, number or null",
    says: "counted from the SYN, as Wireshark does",
  },
  { name: "seq_raw", type: "number", says: "the sequence number in its header" },
  { name: "len, win", type: "number", says: "bytes of payload, window in the header" },
  {
    name: "before",
    type: "array of 2 strings",
    says: "states of client and server before it; ? if unknown",
  },
  { name: "moves", type: "array of 2 arrays", says: "states that each of them then went through" },
  { name: "notes", type: "array of strings", says: "retransmission, refused, … as in the ladder" },
  { name: "client, server", type: "string", says: "of a connection: address and port" },
  {
    name: "open",
    type: "object or null",
    says: "segments and ms of the handshake, if it was seen",
  },
  {
    name: "bytes",
    type: "array of 2 numbers",
    says: "payload of client and server, each byte once",
  },
  {
    name: "close",
    type: "object or null",
    says: "by (client, server, both) and segments of the close",
  },
  { name: "refused", type: "boolean", says: "whether nobody listened" },
  { name: "reset", type: "string or null", says: "who has broken it off: client or server" },
  { name: "paths", type: "array of 2 arrays", says: "all states of client and server" },
  {
    name: "presumed",
    type: "array of 2 arrays",
    says: "states behind them if the last segments arrived",
  },
  { name: "packets", type: "number", says: "of a capture: how many were read" },
  { name: "dropped", type: "number or null", says: "how many the kernel dropped; null if unknown" },
];

/** Returns the record of a segment. */
export function recordOfStep(step: Step): Readonly<Record<string, unknown>> {
  const { connection, segment, from, seq, ack, before, moves, marks, event } = step;
  const { flags, length, window } = segment;
  return {
    type: "segment",
    conn: connection.number,
    n: segment.number,
    time: formatTimestamp(segment.time),
    dir: from === 0 ? "client→server" : "server→client",
    flags: flags === 0 ? [] : formatFlags(flags).split(","),
    seq,
    ack,
    seq_raw: segment.seq,
    len: length,
    win: window,
    before,
    moves,
    notes: event === null ? marks : [...marks, event],
  };
}

/** Returns the record of a connection at its end. */
export function recordOfConnection(connection: Connection): Readonly<Record<string, unknown>> {
  const { number, ends, summary } = connection;
  const { opening, closing, reset } = summary;
  return {
    type: "connection",
    conn: number,
    client: ends[0].address,
    server: ends[1].address,
    open: opening && { segments: opening.segments, ms: opening.milliseconds },
    bytes: connection.bytes,
    close: closing && {
      by: closing.by === "both" ? "both" : SIDES[closing.by],
      segments: closing.segments,
    },
    refused: summary.isRefused,
    reset: reset === null ? null : SIDES[reset],
    paths: ends.map(({ path }) => path),
    presumed: connection.presume(),
  };
}
