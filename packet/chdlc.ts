/**
 * Cisco HDLC: packets on a serial line, with an EtherType.
 *
 * @module
 */
import { field, headerTable } from "./field.ts";
import { ETHERTYPES, keyOf, SPACE } from "./keys.ts";
import { u16 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";

/** The protocol for addresses and keep-alives, which has the EtherType of RARP. */
const SLARP = 0x8035;

/** Cisco HDLC. */
export const CHDLC: Protocol = {
  name: "chdlc",
  title: "Cisco HDLC",
  model: "link",
  table: headerTable(
    field("chdlc.address", 8, "hex", "0x0f: unicast, 0x8f: multicast"),
    field("chdlc.control", 8, "hex", "0"),
    field("chdlc.protocol", 16, "hex", "what the next header is", {
      names: { ...ETHERTYPES, [SLARP]: "SLARP" },
    }),
  ),
  next(bytes, start) {
    const type = u16(bytes, start + 2);
    return type === SLARP ? 0 : keyOf(SPACE.ethertype, type);
  },
  line({ start }, bytes, line) {
    line.what = u16(bytes, start + 2) === SLARP ? "Cisco HDLC keep-alive" : "Cisco HDLC";
  },
};
