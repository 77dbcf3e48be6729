/**
 * LLC (IEEE 802.2), and SNAP behind it (RFC 1042), which has an EtherType again.
 *
 * @module
 */
import { field, type HeaderTable, headerTable } from "./field.ts";
import { ETHERTYPES, keyOf, SPACE } from "./keys.ts";
import type { Protocol } from "./protocol.ts";
import { u16 } from "./numbers.ts";

const PLAIN: HeaderTable = headerTable(
  field("llc.dsap", 8, "hex", "the service at the destination"),
  field("llc.ssap", 8, "hex", "the service at the source"),
  field("llc.control", 8, "hex", "the kind of frame; 3 is a plain datagram"),
);

const SNAP: HeaderTable = headerTable(
  ...PLAIN.fields,
  field("llc.oui", 24, "hex", "whose types these are; 0 are the EtherTypes"),
  field("llc.type", 16, "hex", "what the next header is", { names: ETHERTYPES }),
);

function isSnap(bytes: Uint8Array, start: number): boolean {
  return bytes[start] === 0xaa && bytes[start + 1] === 0xaa && bytes[start + 2] === 3;
}

/** LLC. */
export const LLC: Protocol = {
  name: "llc",
  title: "IEEE 802.2 LLC",
  model: "link",
  table: (bytes, start) => isSnap(bytes, start) ? SNAP : PLAIN,
  size(bytes, start) {
    if (isSnap(bytes, start)) return SNAP.size;
    // The control field has two bytes but for unnumbered frames, which end in 11.
    return (bytes[start + 2]! & 3) === 3 ? 3 : 4;
  },
  next(bytes, start) {
    const isEthertype = isSnap(bytes, start) && bytes[start + 3] === 0 &&
      u16(bytes, start + 4) === 0;
    return isEthertype ? keyOf(SPACE.ethertype, u16(bytes, start + 6)) : 0;
  },
};
