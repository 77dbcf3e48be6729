/**
 * EtherIP: Ethernet frames in IP (RFC 3378).
 *
 * @module
 */
import { field, headerTable } from "./field.ts";
import { keyOf, SPACE } from "./keys.ts";
import { LINK } from "./link.ts";
import type { Protocol } from "./protocol.ts";
import { t } from "../text/messages.ts";

/** EtherIP. */
export const ETHERIP: Protocol = {
  name: "etherip",
  title: "EtherIP",
  model: "network",
  table: headerTable(
    field("etherip.ver", 4, "decimal", "3", { container: [0, 2] }),
    field("etherip.reserved", 12, "hex", "zero"),
  ),
  refusal: (bytes, start) => bytes[start]! >> 4 === 3 ? null : t`the version is not 3`,
  next: () => keyOf(SPACE.link, LINK.ethernet),
  line: (_layer, _bytes, line) => line.around += "EtherIP, ",
  build: { defaults: { "etherip.ver": 3 } },
};
