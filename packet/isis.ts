/**
 * IS-IS: routers tell each other the network, directly on the link (ISO 10589, RFC 1195). The header only.
 *
 * @module
 */
import { field, type HeaderTable, headerTable } from "./field.ts";
import type { Protocol } from "./protocol.ts";

const TYPES: Readonly<Record<number, string>> = {
  15: "L1 hello",
  16: "L2 hello",
  17: "point-to-point hello",
  18: "L1 link state",
  20: "L2 link state",
  24: "L1 list of all",
  25: "L2 list of all",
  26: "L1 list of some",
  27: "L2 list of some",
};

const TABLE: HeaderTable = headerTable(
  field("isis.irpd", 8, "hex", "0x83, by which the network layer of OSI knows it"),
  field("isis.len", 8, "decimal", "bytes of the header"),
  field("isis.version", 8, "decimal", "1"),
  field("isis.sysid_len", 8, "decimal", "bytes of a router's number; 0: six"),
  field("isis.type.reserved", 3, "hex", "reserved"),
  field("isis.type", 5, "decimal", "the type of message", { names: TYPES }),
  field("isis.version2", 8, "decimal", "1"),
  field("isis.reserved", 8, "decimal", "reserved"),
  field("isis.max_area_adr", 8, "decimal", "the most addresses of an area; 0: three"),
);

/** The protocol of OSI's network layer that IS-IS is. */
const ISIS_NUMBER = 0x83;

/** IS-IS; other protocols of OSI's network layer are content. */
export const ISIS: Protocol = {
  name: "isis",
  title: "IS-IS",
  model: "network",
  table: TABLE,
  size: (_bytes, start, end) => end - start,
  read(cursor) {
    const { key } = cursor;
    // Cisco HDLC has a byte in front of it.
    if (cursor.u8(0) === 0x03 && cursor.u8(1) === ISIS_NUMBER) cursor.at++;
    if (cursor.u8(0) !== ISIS_NUMBER) return -key;
    cursor.header(ISIS);
    return 0;
  },
  line({ start }, bytes, line) {
    const type = bytes[start + 4]! & 0x1f;
    line.what = `IS-IS ${TYPES[type] ?? `type ${type}`}`;
  },
};
