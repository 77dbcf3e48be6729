/**
 * Ethernet (IEEE 802.3): the frame of a link, from one station to the next.
 *
 * @module
 */
import { field, type HeaderTable, headerTable } from "./field.ts";
import { ETHERTYPES, FIRST_ETHERTYPE, SPACE } from "./keys.ts";
import { u16 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";

const DST = field("eth.dst", 48, "mac", "the next station on this link");
const SRC = field("eth.src", 48, "mac", "the station that sent it onto this link");

const TYPED: HeaderTable = headerTable(
  DST,
  SRC,
  field("eth.type", 16, "hex", "what the next header is", { names: ETHERTYPES }),
);

const WITH_LENGTH: HeaderTable = headerTable(
  DST,
  SRC,
  field("eth.len", 16, "decimal", "bytes behind this header, without padding"),
);

/** The offset of the type, or of the length. */
const TYPE = 12;

function hasLength(bytes: Uint8Array, start: number): boolean {
  return u16(bytes, start + TYPE) < FIRST_ETHERTYPE;
}

/** Ethernet, with a type or with a length. */
export const ETHERNET: Protocol = {
  name: "eth",
  title: (bytes, start) => hasLength(bytes, start) ? "IEEE 802.3" : "Ethernet II",
  short: "Ethernet",
  pdu: "frame",
  model: "link",
  table: (bytes, start) => hasLength(bytes, start) ? WITH_LENGTH : TYPED,
  others: [TYPED, WITH_LENGTH],
  read(cursor) {
    if (!cursor.header(ETHERNET)) return 0;
    return cursor.behindType(cursor.u16(-2));
  },
  line({ start }, _, line) {
    line.link = start;
    line.from = "";
    line.what = "Ethernet";
  },
  build: {
    table: TYPED,
    announces: { field: "eth.type", space: SPACE.ethertype, nothing: 0xffff },
  },
};
