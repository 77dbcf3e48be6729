/**
 * QUIC: the part of the header that is not encrypted (RFC 8999, RFC 9000).
 *
 * @module
 */
import { type Field, field, gap, headerTable, raw } from "./field.ts";
import { FieldList } from "./field_list.ts";
import { u32 } from "./numbers.ts";
import type { Layer, Protocol } from "./protocol.ts";

const TYPES: Readonly<Record<number, string>> = {
  0: "initial",
  1: "0-RTT",
  2: "handshake",
  3: "retry",
};

/** The first byte of a long header; the lowest bits are masked. */
const FORM = { container: [0, 1] as const };
const LONG = headerTable(
  field("quic.header_form", 1, "decimal", "1: a long header, while the connection begins", FORM),
  field("quic.fixed_bit", 1, "decimal", "1", FORM),
  {
    ...field("quic.long.packet_type", 2, "decimal", "the kind of packet", { names: TYPES }),
    ...FORM,
  },
  gap(4),
  field("quic.version", 32, "hex", "1: RFC 9000; 0: the versions that the server knows follow"),
);
const SHORT = headerTable(
  field("quic.header_form", 1, "decimal", "0: a short header, all else is encrypted", FORM),
  field("quic.fixed_bit", 1, "decimal", "1", FORM),
  gap(6),
);
const NEGOTIATION = headerTable(
  field("quic.header_form", 1, "decimal", "1: a long header", FORM),
  gap(7),
  field("quic.version", 32, "hex", "0: the versions that the server knows follow"),
);

const DESTINATION_LENGTH = field("quic.dcil", 8, "decimal", "bytes of it");
const DESTINATION = raw("quic.dcid", "the connection, by the receiver's name for it");
const SOURCE_LENGTH = field("quic.scil", 8, "decimal", "bytes of it");
const SOURCE = raw("quic.scid", "the connection, by the sender's name for it");
const SUPPORTED = field("quic.supported_version", 32, "hex", "a version that the server knows");

function isLong(bytes: Uint8Array, start: number): boolean {
  return ((bytes[start] ?? 0) & 0x80) !== 0;
}

function rest({ start, body }: Layer, bytes: Uint8Array, at: number): Field[] {
  if (!isLong(bytes, start)) return [];
  const list = new FieldList(bytes, at, body);
  list.bytes(DESTINATION, list.take(DESTINATION_LENGTH));
  list.bytes(SOURCE, list.take(SOURCE_LENGTH));
  if (u32(bytes, start + 1) === 0) { while (list.left >= 4) list.take(SUPPORTED); }
  return list.fields;
}

/** Returns the bytes of the header in the clear. */
function headerSize(bytes: Uint8Array, start: number, end: number): number {
  if (!isLong(bytes, start)) return SHORT.size;
  if (u32(bytes, start + 1) === 0) return end - start;
  const destination = bytes[start + LONG.size] ?? 0;
  const source = bytes[start + LONG.size + 1 + destination] ?? 0;
  return Math.min(end - start, LONG.size + 2 + destination + source);
}

/** QUIC. */
export const QUIC: Protocol = {
  name: "quic",
  title: "QUIC",
  model: "transport",
  table(bytes, start) {
    if (!isLong(bytes, start)) return SHORT;
    return u32(bytes, start + 1) === 0 ? NEGOTIATION : LONG;
  },
  size: headerSize,
  read: (cursor) => {
    const first = cursor.has(7) ? cursor.u8(0) : 0;
    const isNegotiation = (first & 0x80) !== 0 && u32(cursor.bytes, cursor.at + 1) === 0;
    // Versions of Google before RFC 9000 begin with a Q and have another header.
    const isOld = (first & 0x80) !== 0 && cursor.u8(1) === 0x51;
    if (((first & 0x40) !== 0 || isNegotiation) && !isOld) cursor.header(QUIC);
    return 0;
  },
  rest,
  others: [LONG, DESTINATION_LENGTH, DESTINATION, SOURCE_LENGTH, SOURCE, SUPPORTED],
  line({ start }, bytes, line) {
    if (!isLong(bytes, start)) line.what = "QUIC, encrypted";
    else if (u32(bytes, start + 1) === 0) line.what = "QUIC version negotiation";
    else line.what = `QUIC ${TYPES[bytes[start]! >> 4 & 3]}`;
  },
};
