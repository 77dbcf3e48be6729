/**
 * GRE: packets of any protocol in IP (RFC 2784, RFC 2890), and its version for PPTP (RFC 2637).
 *
 * @module
 */
import { field, type FieldSpec, type HeaderTable, headerTable } from "./field.ts";
import { ETHERTYPES, keyOf, SPACE } from "./keys.ts";
import { u16, u32 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";

/** The bits that say which fields there are. */
const CHECKSUM = 0x8000;
const ROUTING = 0x4000;
const KEY = 0x2000;
const SEQUENCE = 0x1000;
const ACKNOWLEDGMENT = 0x0080;

/** Wireshark counts all flags as two bytes. */
const WORD = { container: [0, 2] as const };

const FLAGS: readonly FieldSpec[] = [
  field("gre.flags.checksum", 1, "decimal", "1: a checksum follows", WORD),
  field("gre.flags.routing", 1, "decimal", "1: a source route follows, deprecated", WORD),
  field("gre.flags.key", 1, "decimal", "1: a key follows", WORD),
  field("gre.flags.sequence_number", 1, "decimal", "1: a sequence number follows", WORD),
  field("gre.flags.strict_source_route", 1, "decimal", "deprecated", WORD),
  field("gre.flags.recursion_control", 3, "decimal", "deprecated", WORD),
];
const PLAIN: readonly FieldSpec[] = [
  ...FLAGS,
  field("gre.flags.reserved", 5, "decimal", "reserved", WORD),
];
const ENHANCED: readonly FieldSpec[] = [
  ...FLAGS,
  field("gre.flags.ack", 1, "decimal", "1: an acknowledgment follows", WORD),
  field("gre.flags.reserved", 4, "decimal", "reserved", WORD),
];
const TYPE: readonly FieldSpec[] = [
  field("gre.flags.version", 3, "decimal", "0, or 1 for PPTP", WORD),
  field("gre.proto", 16, "hex", "what the next header is", { names: ETHERTYPES }),
];

const TABLES = new Map<number, HeaderTable>();

/** Returns the table for these flags and this version. */
function tableFor(flags: number): HeaderTable {
  const isEnhanced = (flags & 7) === 1;
  const known = flags &
    (CHECKSUM | ROUTING | KEY | SEQUENCE | (isEnhanced ? ACKNOWLEDGMENT | 1 : 0));
  let table = TABLES.get(known);
  if (table === undefined) {
    const fields = [...isEnhanced ? ENHANCED : PLAIN, ...TYPE];
    if (known & (CHECKSUM | ROUTING)) {
      fields.push(
        field("gre.checksum", 16, "hex", "covers this header and the content"),
        field("gre.offset", 16, "decimal", "where the route goes on, or reserved"),
      );
    }
    if (isEnhanced) {
      fields.push(
        field("gre.key.payload_length", 16, "decimal", "bytes of content"),
        field("gre.key.call_id", 16, "decimal", "the call of the receiver"),
      );
    } else if (known & KEY) fields.push(field("gre.key", 32, "hex", "tells tunnels apart"));
    if (known & SEQUENCE) {
      fields.push(field("gre.sequence_number", 32, "decimal", "the number of this packet"));
    }
    if (known & ACKNOWLEDGMENT && isEnhanced) {
      fields.push(field("gre.ack_number", 32, "decimal", "the last packet that arrived"));
    }
    table = headerTable(...fields);
    TABLES.set(known, table);
  }
  return table;
}

/** GRE. */
export const GRE: Protocol = {
  name: "gre",
  title: "GRE",
  model: "network",
  table: (bytes, start) => tableFor(u16(bytes, start)),
  others: [
    tableFor(CHECKSUM | ROUTING | KEY | SEQUENCE),
    tableFor(CHECKSUM | ROUTING | SEQUENCE | ACKNOWLEDGMENT | 1),
  ],
  next: (bytes, start) =>
    u16(bytes, start) & ROUTING ? 0 : keyOf(SPACE.ethertype, u16(bytes, start + 2)),
  checksum: (bytes, start) =>
    u16(bytes, start) & CHECKSUM ? { offset: 4, covers: "content" } : null,
  line({ start }, bytes, line) {
    const flags = u16(bytes, start);
    const at = start + (flags & (CHECKSUM | ROUTING) ? 8 : 4);
    const key = flags & KEY && (flags & 7) === 0 ? ` ${u32(bytes, at)}` : "";
    line.around += `GRE${key}, `;
    line.what = "";
  },
  build: {
    table: tableFor(0),
    announces: { field: "gre.proto", space: SPACE.ethertype, nothing: 0xffff },
  },
};
