/**
 * TCP (RFC 9293).
 *
 * @module
 */
import { field, formatFlags, type HeaderTable, headerTable, raw } from "./field.ts";
import { u16, u32 } from "./numbers.ts";
import type { OptionFamily, OptionSpec } from "./options.ts";
import { behindPorts, portLine } from "./ports.ts";
import { SPACE } from "./keys.ts";
import type { Layer, Line, Protocol } from "./protocol.ts";

/** The header without options (RFC 9293, section 3.1). */
const TABLE: HeaderTable = headerTable(
  field("tcp.srcport", 16, "decimal", "the sender's port"),
  field("tcp.dstport", 16, "decimal", "the receiver's port"),
  field("tcp.seq_raw", 32, "decimal", "the number of the first byte of data"),
  field("tcp.ack_raw", 32, "decimal", "the number of the byte that is expected next"),
  field("tcp.hdr_len", 4, "decimal", "bytes of this header; on the wire in units of 4", {
    unit: 4,
  }),
  field("tcp.flags", 12, "flags", "what this segment does"),
  field(
    "tcp.window_size_value",
    16,
    "decimal",
    "bytes that may be sent without waiting, before scaling",
  ),
  field("tcp.checksum", 16, "hex", "covers addresses, header and data"),
  field("tcp.urgent_pointer", 16, "decimal", "where urgent data ends, with URG"),
);

/** The options of TCP (IANA, TCP Option Kind Numbers). */
const KINDS: Readonly<Record<number, OptionSpec>> = {
  0: { name: "tcp.options.eol", about: "the end of the options" },
  1: { name: "tcp.options.nop", about: "padding" },
  2: {
    name: "tcp.options.mss",
    about: "maximum segment size (RFC 9293, section 3.7.1)",
    head: headerTable(
      field("tcp.options.mss_val", 16, "decimal", "the most bytes of data to send in a segment"),
    ),
  },
  3: {
    name: "tcp.options.wscale",
    about: "window scale (RFC 7323)",
    head: headerTable(
      field("tcp.options.wscale.shift", 8, "decimal", "windows count in 2 to this power bytes"),
    ),
  },
  4: { name: "tcp.options.sack_perm", about: "selective acknowledgments are welcome (RFC 2018)" },
  5: {
    name: "tcp.options.sack",
    about: "what has arrived behind a gap (RFC 2018)",
    repeated: headerTable(
      field("tcp.options.sack_le", 32, "decimal", "the first byte of a block"),
      field("tcp.options.sack_re", 32, "decimal", "the byte behind it"),
    ),
  },
  8: {
    name: "tcp.options.timestamp",
    about: "measures the round trip (RFC 7323)",
    head: headerTable(
      field("tcp.options.timestamp.tsval", 32, "decimal", "the sender's clock"),
      field("tcp.options.timestamp.tsecr", 32, "decimal", "the last one received, sent back"),
    ),
  },
  19: {
    name: "tcp.options.md5",
    about: "signature (RFC 2385)",
    rest: raw("tcp.options.md5.digest", "the digest"),
  },
  28: {
    name: "tcp.options.user_to",
    about: "user time-out (RFC 5482)",
  },
  30: { name: "tcp.options.mptcp", about: "Multipath TCP (RFC 8684)" },
  34: {
    name: "tcp.options.tfo",
    about: "TCP Fast Open (RFC 7413)",
    rest: raw("tcp.options.tfo.cookie", "proves that the client was here before"),
  },
  253: experimental(),
  254: experimental(),
};

function experimental(): OptionSpec {
  return {
    name: "tcp.options.experimental",
    about: "an experiment (RFC 6994)",
    head: headerTable(field("tcp.options.experimental.exid", 16, "hex", "which one")),
    rest: raw("tcp.options.experimental.data", "its data"),
  };
}

const UNKNOWN: OptionSpec = {
  name: "tcp.options.unknown",
  about: "an option not known here",
  rest: raw("tcp.options.unknown.payload", "its data"),
};

const OPTIONS: OptionFamily = {
  end: 0,
  single: [0, 1],
  size: (length) => length,
  specOf: (kind) => KINDS[kind] ?? UNKNOWN,
  kinds: [...Object.values(KINDS), UNKNOWN],
};

function addLine({ start }: Layer, bytes: Uint8Array, line: Line): void {
  portLine(start, bytes, line);
  line.what = `TCP ${formatFlags(u16(bytes, start + 12) & 0x0fff)}`;
  if (!line.wide) return;
  const ack = bytes[start + 13]! & 0x10 ? ` ack=${u32(bytes, start + 8)}` : "";
  line.what += ` seq=${u32(bytes, start + 4)}${ack} win=${u16(bytes, start + 14)}`;
}

/** TCP. */
export const TCP: Protocol = {
  name: "tcp",
  title: "TCP",
  pdu: "segment",
  model: "transport",
  table: TABLE,
  size: (bytes, start) => (bytes[start + 12]! >> 4) * 4,
  read: (cursor) => behindPorts(cursor, TCP, SPACE.tcpPort),
  options: (_, start) => ({ family: OPTIONS, start: start + TABLE.size }),
  others: [OPTIONS],
  checksum: { offset: 16, covers: "content", pseudo: 6 },
  line: addLine,
  build: {
    defaults: { "tcp.flags": 0x018, "tcp.window_size_value": 65535 }, // PSH, ACK
    lengths: (header) => ({ "tcp.hdr_len": header / 4 }),
  },
};
