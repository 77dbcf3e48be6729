/**
 * CAN: the bus in cars and machines (ISO 11898), as Linux captures it.
 *
 * @module
 */
import { field, gap, type HeaderTable, headerTable } from "./field.ts";
import { u32 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";

const WORD = { container: [0, 4] as const };
/** The bit of a long identifier, and the bits of a short one and of a long one. */
const EXTENDED = 0x8000_0000;
const SHORT_ID = 0x7ff;
const LONG_ID = 0x1fff_ffff;

/** Returns the table of a frame whose identifier has so many bits. */
function tableWith(bits: number): HeaderTable {
  return headerTable(
    field("can.flags.xtd", 1, "decimal", "1: the identifier has 29 bits", WORD),
    field("can.flags.rtr", 1, "decimal", "1: a remote frame, which asks for data", WORD),
    field("can.flags.err", 1, "decimal", "1: an error frame", WORD),
    gap(29 - bits),
    field("can.id", bits, "decimal", "the identifier; the lowest wins the bus", WORD),
    field("can.len", 8, "decimal", "bytes of data"),
    field("can.reserved", 24, "bytes", "reserved"),
  );
}

const SHORT = tableWith(11);
const LONG = tableWith(29);

/** CAN. */
export const CAN: Protocol = {
  name: "can",
  title: "CAN",
  model: "link",
  table: (bytes, start) => (bytes[start] ?? 0) & 0x80 ? LONG : SHORT,
  others: [SHORT, LONG],
  extent: (bytes, start) => 8 + bytes[start + 4]!,
  line({ start }, bytes, line) {
    const word = u32(bytes, start);
    const [number, digits] = word & EXTENDED ? [word & LONG_ID, 8] : [word & SHORT_ID, 3];
    line.what = `CAN 0x${number.toString(16).padStart(digits, "0")}`;
  },
};
