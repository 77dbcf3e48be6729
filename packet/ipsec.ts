/**
 * IPsec: packets that are encrypted (ESP, RFC 4303) or signed (AH, RFC 4302).
 *
 * @module
 */
import { bytesField, field, type HeaderTable, headerTable, raw } from "./field.ts";
import { keyOf, PROTOCOLS, spaceOf } from "./keys.ts";
import { u32 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";

/** ESP: what is behind it is encrypted. */
export const ESP: Protocol = {
  name: "esp",
  title: "ESP",
  model: "network",
  table: headerTable(
    field("esp.spi", 32, "hex", "which agreement, by its receiver's number"),
    field("esp.sequence", 32, "decimal", "the number of this packet, against replays"),
  ),
  line({ start }, bytes, line) {
    line.what = `ESP 0x${u32(bytes, start).toString(16).padStart(8, "0")}, encrypted`;
  },
};

const AH_TABLE: HeaderTable = headerTable(
  field("ah.next_header", 8, "decimal", "what the next header is", { names: PROTOCOLS }),
  field("ah.length", 8, "decimal", "4-byte words of this header, less 2"),
  field("ah.reserved", 16, "bytes", "reserved"),
  field("ah.spi", 32, "hex", "which agreement, by its receiver's number"),
  field("ah.sequence", 32, "decimal", "the number of this packet, against replays"),
);
const SIGNATURE = raw("ah.icv", "proves who sent it, and that nobody changed it");

/** AH: what is behind it is signed. */
export const AH: Protocol = {
  name: "ah",
  title: "AH",
  model: "network",
  table: AH_TABLE,
  size: (bytes, start) => (bytes[start + 1]! + 2) * 4,
  read(cursor) {
    const { bytes, at, key } = cursor;
    return cursor.header(AH) ? keyOf(spaceOf(key), bytes[at]!) : 0;
  },
  others: [SIGNATURE],
  rest: ({ body }, bytes, at) => [bytesField(SIGNATURE, bytes, at, body - at)],
  line(_layer, _bytes, line) {
    line.around += "AH, ";
    line.what = "";
  },
};
