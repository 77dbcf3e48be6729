/**
 * Cisco FabricPath: Ethernet frames on their way between switches (Cisco, "FabricPath Switching
 * Configuration Guide": an outer header, of which the EtherType and the tag are read here). The outer
 * addresses are those of switches. The frame inside has its own checksum left behind its end.
 *
 * @module
 */
import { field, headerTable } from "./field.ts";
import { keyOf, SPACE } from "./keys.ts";
import { LINK } from "./link.ts";
import type { Protocol } from "./protocol.ts";

/** Cisco FabricPath. */
export const CFP: Protocol = {
  name: "cfp",
  title: "FabricPath",
  model: "link",
  table: headerTable(
    field("cfp.ftag", 10, "decimal", "the tree by which it is forwarded", { container: [0, 2] }),
    field("cfp.ttl", 6, "decimal", "hops left", { container: [0, 2] }),
  ),
  next: () => keyOf(SPACE.link, LINK.ethernet),
  line: (_layer, _bytes, line) => line.around += "FabricPath, ",
};
