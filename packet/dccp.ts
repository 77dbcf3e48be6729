/**
 * DCCP: datagrams with congestion control (RFC 4340).
 *
 * @module
 */
import { field, type HeaderTable, headerTable } from "./field.ts";
import { portLine } from "./ports.ts";
import type { Protocol } from "./protocol.ts";

const TYPES: Readonly<Record<number, string>> = {
  0: "request",
  1: "response",
  2: "data",
  3: "acknowledgment",
  4: "data and acknowledgment",
  5: "close request",
  6: "close",
  7: "reset",
  8: "synchronization",
  9: "its acknowledgment",
};

const HEAD = [
  field("dccp.srcport", 16, "decimal", "the sender's port"),
  field("dccp.dstport", 16, "decimal", "the receiver's port"),
  field("dccp.data_offset", 8, "decimal", "words of 4 bytes in this header"),
  field("dccp.ccval", 4, "decimal", "for the congestion control"),
  field("dccp.cscov", 4, "decimal", "how much the checksum covers; 0: all"),
  field("dccp.checksum", 16, "hex", "covers addresses, header and data"),
  field("dccp.res1", 3, "hex", "reserved"),
  field("dccp.type", 4, "decimal", "the type of message", { names: TYPES }),
  field("dccp.x", 1, "decimal", "1: the sequence number has 48 bits"),
];
const LONG: HeaderTable = headerTable(
  ...HEAD,
  field("dccp.res2", 8, "hex", "reserved"),
  field("dccp.seq_raw", 48, "bytes", "the sequence number of the packet"),
);
const SHORT: HeaderTable = headerTable(
  ...HEAD,
  field("dccp.seq_raw", 24, "bytes", "the sequence number of the packet"),
);

function typeOf(bytes: Uint8Array, start: number): number {
  return bytes[start + 8]! >> 1 & 0x0f;
}

/** DCCP. */
export const DCCP: Protocol = {
  name: "dccp",
  title: "DCCP",
  model: "transport",
  pdu: "packet",
  table: (bytes, start) => (bytes[start + 8] ?? 0) & 1 ? LONG : SHORT,
  others: [LONG, SHORT],
  size: (bytes, start) => bytes[start + 4]! * 4,
  checksum: (bytes, start) =>
    (bytes[start + 5]! & 0x0f) === 0 ? { offset: 6, covers: "content", pseudo: 33 } : null,
  line({ start }, bytes, line) {
    portLine(start, bytes, line);
    line.what = `DCCP ${TYPES[typeOf(bytes, start)] ?? `type ${typeOf(bytes, start)}`}`;
  },
};
