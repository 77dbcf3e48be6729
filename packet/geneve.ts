/**
 * Geneve: Ethernet frames and other packets in UDP, with options (RFC 8926).
 *
 * @module
 */
import { bytesField, field, headerTable, raw } from "./field.ts";
import { ETHERTYPES, keyOf, SPACE } from "./keys.ts";
import { u16, u32 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";

const OPTIONS = raw("geneve.options", "as the vendor of the switch defines them");

/** Geneve. */
export const GENEVE: Protocol = {
  name: "geneve",
  title: "Geneve",
  model: "link",
  table: headerTable(
    field("geneve.version", 2, "decimal", "0"),
    field("geneve.option.length", 6, "decimal", "bytes of options; on the wire in units of 4", {
      unit: 4,
    }),
    field("geneve.flags.oam", 1, "decimal", "1: about the tunnel itself"),
    field("geneve.flags.critical", 1, "decimal", "1: options that must be understood"),
    field("geneve.flags.reserved", 6, "decimal", "reserved"),
    field("geneve.proto_type", 16, "hex", "what the next header is", { names: ETHERTYPES }),
    field("geneve.vni", 24, "decimal", "the virtual network"),
    field("geneve.reserved", 8, "decimal", "reserved"),
  ),
  size: (bytes, start) => 8 + 4 * (bytes[start]! & 0x3f),
  rest: ({ body }, bytes, at) => [bytesField(OPTIONS, bytes, at, body - at)],
  others: [OPTIONS],
  next: (bytes, start) => keyOf(SPACE.ethertype, u16(bytes, start + 2)),
  line({ start }, bytes, line) {
    line.around += `Geneve ${u32(bytes, start + 4) >>> 8}, `;
  },
};
