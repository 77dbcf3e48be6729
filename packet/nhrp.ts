/**
 * NHRP: a router asks for the address behind which another one of its network is; the control of DMVPN
 * (RFC 2332).
 *
 * @module
 */
import { formatQuickIpv4 } from "../address/ipv4.ts";
import { type Field, field, gap, type HeaderTable, headerTable, raw } from "./field.ts";
import { FieldList } from "./field_list.ts";
import { ETHERTYPES } from "./keys.ts";
import { messageSize } from "./message_size.ts";
import { u16, u32 } from "./numbers.ts";
import type { Layer, Protocol } from "./protocol.ts";
import { t } from "../text/messages.ts";

const TYPES: Readonly<Record<number, string>> = {
  1: "resolution request",
  2: "resolution reply",
  3: "registration request",
  4: "registration reply",
  5: "purge request",
  6: "purge reply",
  7: "error indication",
  8: "traffic indication",
};

const ERROR = 7;

const TABLE: HeaderTable = headerTable(
  field("nhrp.hdr.afn", 16, "hex", "the kind of NBMA addresses; 1: IPv4"),
  field("nhrp.hdr.pro.type", 16, "hex", "the protocol above", { names: ETHERTYPES }),
  gap(40), // the protocol by SNAP, where it is 0x0080
  field("nhrp.hdr.hopcnt", 8, "decimal", "hops left"),
  field("nhrp.hdr.pktsz", 16, "decimal", "bytes of the message"),
  field("nhrp.hdr.chksum", 16, "hex", "covers the message"),
  field("nhrp.hdr.extoff", 16, "decimal", "where its extensions begin; 0: it has none"),
  field("nhrp.hdr.version", 8, "decimal", "1"),
  field("nhrp.hdr.op.type", 8, "decimal", "the type of message", { names: TYPES }),
  field("nhrp.hdr.shtl", 8, "decimal", "bytes of the sender's NBMA address"),
  field("nhrp.hdr.sstl", 8, "decimal", "bytes of its NBMA subaddress"),
);

/** The fields behind the table, where all addresses are of IPv4. */
const MANDATORY = [
  field("nhrp.src.prot.len", 8, "decimal", "bytes of the sender's address"),
  field("nhrp.dst.prot.len", 8, "decimal", "bytes of the receiver's address"),
  field("nhrp.flags", 16, "hex", "depends on the type"),
  field("nhrp.reqid", 32, "hex", "the reply has that of its request"),
  field("nhrp.src.nbma.addr", 32, "ipv4", "the sender's NBMA address"),
  field("nhrp.src.prot.addr", 32, "ipv4", "the sender"),
  field("nhrp.dst.prot.addr", 32, "ipv4", "the receiver, or the router that is asked for"),
];
const REST = raw("nhrp.rest", "clients and extensions");

/** The offset of the receiver, where all addresses are of IPv4, and the end of it. */
const RECEIVER = TABLE.size + 16;
const KNOWN = RECEIVER + 4;

/** Returns whether the mandatory part is known here: no error, and addresses of IPv4. */
function isKnown(bytes: Uint8Array, start: number, body: number): boolean {
  return start + KNOWN <= body && bytes[start + 17] !== ERROR &&
    (bytes[start + 18]! & 0x3f) === 4 && bytes[start + 19] === 0 &&
    bytes[start + 20] === 4 && bytes[start + 21] === 4;
}

function rest({ start, body }: Layer, bytes: Uint8Array, at: number): Field[] {
  const list = new FieldList(bytes, at, body);
  if (isKnown(bytes, start, body)) { for (const spec of MANDATORY) list.take(spec); }
  list.bytes(REST, list.left);
  return list.fields;
}

/** NHRP, version 1. */
export const NHRP: Protocol = {
  name: "nhrp",
  title: "NHRP",
  model: "network",
  table: TABLE,
  refusal: (bytes, start) => bytes[start + 16] === 1 ? null : t`the version is not 1`,
  ...messageSize(TABLE, (bytes, start) => u16(bytes, start + 10)),
  rest,
  others: [...MANDATORY, REST],
  checksum: { offset: 12, covers: "content" },
  line({ start, body }, bytes, line) {
    const type = bytes[start + 17]!;
    const target = isKnown(bytes, start, body)
      ? ` ${formatQuickIpv4(u32(bytes, start + RECEIVER))}`
      : "";
    line.what = `NHRP ${TYPES[type] ?? `type ${type}`}${target}`;
  },
};
