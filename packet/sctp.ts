/**
 * SCTP: messages in streams, in chunks (RFC 9260).
 *
 * @module
 */
import { type Field, field, type FieldSpec, type HeaderTable, headerTable, raw } from "./field.ts";
import { FieldList } from "./field_list.ts";
import { u16 } from "./numbers.ts";
import { portLine } from "./ports.ts";
import type { Layer, Line, Protocol } from "./protocol.ts";

const TABLE: HeaderTable = headerTable(
  field("sctp.srcport", 16, "decimal", "the sender's port"),
  field("sctp.dstport", 16, "decimal", "the receiver's port"),
  field("sctp.verification_tag", 32, "hex", "proves that it belongs to the association"),
  field("sctp.checksum", 32, "hex", "CRC32c of all"),
);

const CHUNKS: Readonly<Record<number, string>> = {
  0: "DATA",
  1: "INIT",
  2: "INIT ACK",
  3: "SACK",
  4: "HEARTBEAT",
  5: "HEARTBEAT ACK",
  6: "ABORT",
  7: "SHUTDOWN",
  8: "SHUTDOWN ACK",
  9: "ERROR",
  10: "COOKIE ECHO",
  11: "COOKIE ACK",
  14: "SHUTDOWN COMPLETE",
  64: "I-DATA",
  128: "ASCONF ACK",
  192: "FORWARD TSN",
  193: "ASCONF",
};

const TYPE = field("sctp.chunk_type", 8, "decimal", "what the chunk is", { names: CHUNKS });
const FLAGS = field("sctp.chunk_flags", 8, "hex", "of DATA: 2 the first part, 1 the last one");
const LENGTH = field("sctp.chunk_length", 16, "decimal", "bytes of the chunk without padding");
const PADDING = raw("sctp.chunk_padding", "padding to 4 bytes");
const VALUE = raw("sctp.rest", "what it says");

/** The fields of some chunks behind type, flags and length. */
const OF_CHUNK: Readonly<Record<number, readonly FieldSpec[]>> = {
  0: [
    field("sctp.data_tsn_raw", 32, "decimal", "the number of the chunk"),
    field("sctp.data_sid", 16, "hex", "the stream"),
    field("sctp.data_ssn", 16, "decimal", "the number of the message in the stream"),
    field("sctp.data_payload_proto_id", 32, "decimal", "the protocol of the message"),
  ],
  1: init("sctp.init"),
  2: init("sctp.initack"),
  3: [
    field("sctp.sack_cumulative_tsn_ack_raw", 32, "decimal", "all up to it have arrived"),
    field("sctp.sack_a_rwnd", 32, "decimal", "bytes that may be sent"),
    field("sctp.sack_number_of_gap_blocks", 16, "decimal", "how many blocks have arrived beyond"),
    field("sctp.sack_number_of_duplicated_tsns", 16, "decimal", "how many came twice"),
  ],
};

function init(name: string): FieldSpec[] {
  return [
    field(`${name}_initiate_tag`, 32, "hex", "the tag that proves packets to the sender"),
    field(`${name}_credit`, 32, "decimal", "bytes that may be sent"),
    field(`${name}_nr_out_streams`, 16, "decimal", "streams that it sends"),
    field(`${name}_nr_in_streams`, 16, "decimal", "streams that it takes"),
    field(`${name}_initial_tsn`, 32, "decimal", "the number of its first chunk"),
  ];
}

const DATA = 0;
const CONTENT = raw("sctp.rest", "the message");

function chunks({ body }: Layer, bytes: Uint8Array, at: number): Field[] {
  const list = new FieldList(bytes, at, body);
  while (list.left >= 4) {
    const type = bytes[list.at]!;
    const length = u16(bytes, list.at + 2);
    const end = list.at + length;
    if (length < 4) break;
    for (const spec of [TYPE, FLAGS, LENGTH]) list.take(spec);
    for (const spec of OF_CHUNK[type] ?? []) if (list.at + spec.bits / 8 <= end) list.take(spec);
    list.bytes(type === DATA ? CONTENT : VALUE, end - list.at);
    list.bytes(PADDING, -length & 3);
  }
  return list.fields;
}

/** The most chunks that a line names. */
const MAX_NAMED = 4;

function addLine({ start, body }: Layer, bytes: Uint8Array, line: Line): void {
  portLine(start, bytes, line);
  const names: string[] = [];
  for (let at = start + TABLE.size; at + 4 <= body && names.length < MAX_NAMED;) {
    const type = bytes[at]!;
    names.push(CHUNKS[type] ?? `chunk ${type}`);
    at += Math.max(4, u16(bytes, at + 2) + 3 & ~3);
  }
  line.what = `SCTP ${names.join(", ")}`;
}

/** SCTP. */
export const SCTP: Protocol = {
  name: "sctp",
  title: "SCTP",
  pdu: "packet",
  model: "transport",
  table: TABLE,
  size: (_bytes, start, end) => end - start,
  rest: chunks,
  others: [TYPE, FLAGS, LENGTH, PADDING, ...Object.values(OF_CHUNK).flat()],
  checksum: { offset: 8, covers: "content", isCrc: true },
  line: addLine,
  build: {},
};
