/**
 * LLC (IEEE 802.2), and SNAP behind it (RFC 1042), which has an EtherType again.
 *
 * @module
 */
import { formatMac } from "../address/mac.ts";
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

/** The OUI of Cisco. */
const CISCO = 0x00000c;
/** The OUI of Apple, whose types are EtherTypes, too. */
const BRIDGED = 0x080007;

const CISCO_SNAP: HeaderTable = headerTable(
  ...SNAP.fields.slice(0, -1),
  field("llc.cisco_pid", 16, "hex", "what the next header is, by Cisco"),
);

function isSnap(bytes: Uint8Array, start: number): boolean {
  return bytes[start] === 0xaa && bytes[start + 1] === 0xaa && bytes[start + 2] === 3;
}

function ouiOf(bytes: Uint8Array, start: number): number {
  return u16(bytes, start + 3) << 8 | bytes[start + 5]!;
}

/** LLC. */
export const LLC: Protocol = {
  name: "llc",
  title: "IEEE 802.2 LLC",
  model: "link",
  table(bytes, start) {
    if (!isSnap(bytes, start)) return PLAIN;
    return ouiOf(bytes, start) === CISCO ? CISCO_SNAP : SNAP;
  },
  others: [SNAP, CISCO_SNAP],
  size(bytes, start) {
    if (isSnap(bytes, start)) return SNAP.size;
    // The control field has two bytes but for unnumbered frames, which end in 11.
    return (bytes[start + 2]! & 3) === 3 ? 3 : 4;
  },
  next(bytes, start) {
    if (!isSnap(bytes, start)) {
      return bytes[start] === 0xff ? 0 : keyOf(SPACE.sap, bytes[start]!);
    }
    const oui = ouiOf(bytes, start);
    const type = u16(bytes, start + 6);
    if (oui === CISCO) return keyOf(SPACE.cisco, type);
    return oui === 0 || oui === BRIDGED ? keyOf(SPACE.ethertype, type) : 0;
  },
  line({ start }, bytes, line) {
    line.what = isSnap(bytes, start)
      ? `SNAP of ${formatMac(bytes.subarray(start + 3, start + 6))}, type 0x${
        u16(bytes, start + 6).toString(16).padStart(4, "0")
      }`
      : "LLC";
  },
};
