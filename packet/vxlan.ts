/**
 * VXLAN: Ethernet frames in UDP (RFC 7348).
 *
 * @module
 */
import { field, headerTable } from "./field.ts";
import { keyOf, SPACE } from "./keys.ts";
import { LINK } from "./link.ts";
import { u32 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";

/** VXLAN. */
export const VXLAN: Protocol = {
  name: "vxlan",
  title: "VXLAN",
  model: "link",
  table: headerTable(
    field("vxlan.flags", 16, "hex", "0x0800: the network identifier is valid"),
    field("vxlan.gbp", 16, "decimal", "the group policy, if bit 0x8000 is set"),
    field("vxlan.vni", 24, "decimal", "the virtual network"),
    field("vxlan.reserved8", 8, "decimal", "reserved"),
  ),
  next: () => keyOf(SPACE.link, LINK.ethernet),
  line({ start }, bytes, line) {
    line.around += `VXLAN ${u32(bytes, start + 4) >>> 8}, `;
  },
  build: { defaults: { "vxlan.flags": 0x0800 } },
};
