/**
 * The JSON records of `trace --json`: one for each segment, one for each connection at its end, and one
 * for a live capture at its end.
 *
 * @module
 */
import { formatTimestamp } from "../capture/timestamp.ts";
import type { JsonField } from "../cli/command.ts";
import { type Field, recordOf } from "../cli/record.ts";
import { SIDES } from "../ladder/text.ts";
import { formatFlags } from "../packet/field.ts";
import type { Step, TcpConnection } from "../tcp/connection.ts";
import type { Revision } from "../tcp/reset.ts";
import type { Both } from "../tcp/side.ts";
import { CLOCKS } from "./clocks_record.ts";
import { CONNECTION } from "./connection_record.ts";
import type { LocalProcess } from "./local_processes.ts";

/** A correction of an earlier verdict. */
interface Correction {
  readonly step: Step;
  readonly revision: Revision;
}

/** A live capture at its end. */
export interface CaptureEnd {
  /** The number of packets that were read. */
  readonly packets: number;
  /** The number of packets that the kernel dropped, `null` if that is not told. */
  readonly dropped: number | null;
}

/** The fields of a segment. */
const SEGMENT: readonly Field<Step>[] = [
  {
    name: "type",
    type: "string",
    says:
      "segment, revision of what was said before, connection at its end, capture at the end, or " +
      "clocks of two captures at the beginning",
    of: () => "segment",
  },
  {
    name: "connection",
    type: "number",
    says: "the connection, numbered from 1",
    of: ({ connection }) => connection.number,
  },
  {
    name: "number",
    type: "number",
    says: "of a segment: its packet in the capture, from 1",
    of: ({ segment }) => segment.number,
  },
  {
    name: "time",
    type: "string or null",
    says: "when it was captured (RFC 3339, UTC, nanoseconds); null for no such date",
    of: ({ segment }) => formatTimestamp(segment.time),
  },
  {
    name: "from",
    type: "string",
    says: "the side that has sent it: client or server",
    of: ({ from }) => SIDES[from],
  },
  {
    name: "flags",
    type: "array of strings",
    says: "the flags of its header",
    of: ({ segment: { flags } }) => flags === 0 ? [] : formatFlags(flags).split(","),
  },
  { name: "seq", type: "number", says: "counted from the SYN, as in Wireshark", of: (s) => s.seq },
  {
    name: "ack",
    type: "number or null",
    says: "counted from the SYN of the other end; null without the flag",
    of: ({ ack }) => ack,
  },
  {
    name: "seq_raw",
    type: "number",
    says: "the sequence number in its header",
    of: ({ segment }) => segment.seq,
  },
  {
    name: "bytes",
    type: "number",
    says: "of a segment: bytes of payload",
    of: ({ segment }) => segment.length,
  },
  {
    name: "window",
    type: "number",
    says: "the window in its header, not scaled",
    of: ({ segment }) => segment.window,
  },
  {
    name: "ttl",
    type: "number or null",
    says: "the TTL or hop limit in its header",
    of: ({ segment }) => segment.ttl,
  },
  {
    name: "ip_id",
    type: "number or null",
    says: "the identification in its IPv4 header; null with IPv6",
    of: ({ segment }) => segment.id,
  },
  {
    name: "before",
    type: "array of 2 strings",
    says: "states of client and server before it; ? if unknown",
    of: ({ before }) => before,
  },
  {
    name: "moves",
    type: "array of 2 arrays",
    says: "states that each of them then went through",
    of: ({ moves }) => moves,
  },
  {
    name: "notes",
    type: "array of strings",
    says: "retransmission, refused and so on, as in the ladder",
    of: ({ marks, event }) => event === null ? marks : [...marks, event],
  },
  {
    name: "leg",
    type: "string or null",
    says:
      "with two captures the part of its way that the record is about: sent, arrived, or both; " +
      "null with one capture",
    of: ({ passage }) => passage?.leg ?? null,
  },
  {
    name: "fate",
    type: "string or null",
    says:
      "with two captures: arrived, lost, doubled; foreign, which its sender's capture does not have; " +
      "missed, which has arrived though a capture does not have it; unknown, where the other one did " +
      "not last so long",
    of: ({ passage }) => passage?.flight.fate ?? null,
  },
  {
    name: "sent_at",
    type: "string or null",
    says: "when it was captured at its sender, on the clock at the client",
    of: ({ passage }) => timeOf(passage?.flight.sent),
  },
  {
    name: "arrived_at",
    type: "string or null",
    says: "when it was captured at its receiver, on the clock at the client",
    of: ({ passage }) => timeOf(passage?.flight.arrived),
  },
];

function timeOf(time: bigint | null | undefined): string | null {
  return time === null || time === undefined ? null : formatTimestamp(time);
}

/** The fields of a revision, which stands before the segment that makes it. */
const REVISION: readonly Field<Correction>[] = [
  { name: "type", type: "string", says: "", of: () => "revision" },
  { name: "connection", type: "number", says: "", of: ({ step }) => step.connection.number },
  { name: "number", type: "number", says: "", of: ({ step }) => step.segment.number },
  {
    name: "verdict",
    type: "string",
    says:
      "of a revision: not its own, refused before; of the FIN before: no socket, not taken, or hole",
    of: ({ revision }) => revision.kind,
  },
  {
    name: "side",
    type: "string",
    says: "the side in whose name the resets were sent: client or server",
    of: ({ revision }) => SIDES[revision.side],
  },
  {
    name: "resets",
    type: "number",
    says: "the number of resets that are judged anew",
    of: ({ revision }) => revision.resets,
  },
  {
    name: "reset_ttl",
    type: "array of 2 numbers or null",
    says: "their least and greatest TTL",
    of: ({ revision }) => revision.traits.ttl,
  },
  {
    name: "own_ttl",
    type: "number or null",
    says: "the TTL of the segment with which the side goes on",
    of: ({ revision }) => revision.own?.ttl ?? null,
  },
  {
    name: "reset_id",
    type: "array of 2 numbers or null",
    says: "their least and greatest identification of IPv4",
    of: ({ revision }) => revision.traits.id,
  },
  {
    name: "own_id",
    type: "number or null",
    says: "that of the segment with which the side goes on",
    of: ({ revision }) => revision.own?.id ?? null,
  },
  {
    name: "reset_window",
    type: "array of 2 numbers or null",
    says: "their least and greatest window",
    of: ({ revision }) => revision.traits.window,
  },
  {
    name: "own_window",
    type: "number or null",
    says: "the window with which the side goes on",
    of: ({ revision }) => revision.own?.window ?? null,
  },
];

/** The fields of a live capture at its end. */
const CAPTURE: readonly Field<CaptureEnd>[] = [
  { name: "type", type: "string", says: "", of: () => "capture" },
  {
    name: "packets",
    type: "number",
    says: "of a capture: how many were read",
    of: ({ packets }) => packets,
  },
  {
    name: "dropped",
    type: "number or null",
    says: "how many the kernel dropped; null if unknown",
    of: ({ dropped }) => dropped,
  },
];

/** The fields of all records in the order in which they are printed, each name once. */
export const FIELDS: readonly JsonField[] = [
  ...SEGMENT,
  ...REVISION,
  ...CONNECTION,
  ...CAPTURE,
  ...CLOCKS,
].filter(({ says }) => says !== "");

/** A record as JSON prints it. */
export type TraceRecord = Readonly<Record<string, unknown>>;

/** Returns the record of a segment. */
export function segmentRecord(step: Step): TraceRecord {
  return recordOf(SEGMENT, step);
}

/** Returns the record of the revision that a segment makes, `null` if it makes none. */
export function revisionRecord(step: Step): TraceRecord | null {
  return step.revision && recordOf(REVISION, { step, revision: step.revision });
}

/** Returns the record of a connection at its end. */
export function connectionRecord(
  connection: TcpConnection,
  processes: Both<LocalProcess | null> = [null, null],
): TraceRecord {
  return recordOf(CONNECTION, { connection, processes });
}

/** Returns the record of a live capture at its end. */
export function captureRecord(end: CaptureEnd): TraceRecord {
  return recordOf(CAPTURE, end);
}
