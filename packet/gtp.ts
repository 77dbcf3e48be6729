/**
 * GTP: the packets of a mobile phone, in UDP, on their way through the operator's network (3GPP TS 29.281).
 *
 * @module
 */
import { field, gap, type HeaderTable, headerTable } from "./field.ts";
import { ipKey, NO_KEY } from "./keys.ts";
import { u16, u32 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";

const MESSAGES: Readonly<Record<number, string>> = {
  1: "echo request",
  2: "echo response",
  26: "error indication",
  254: "end marker",
  255: "packet",
};
const PACKET = 255;

const HEAD = [
  field("gtp.flags.version", 3, "decimal", "1"),
  field("gtp.flags.payload", 1, "decimal", "1: GTP, 0: GTP' for charging"),
  gap(1),
  field("gtp.flags.e", 1, "decimal", "1: another header follows"),
  field("gtp.flags.s", 1, "decimal", "1: a sequence number follows"),
  field("gtp.flags.pn", 1, "decimal", "1: an N-PDU number follows"),
  field("gtp.message", 8, "hex", "the type of message", { names: MESSAGES }),
  field("gtp.length", 16, "decimal", "bytes behind the first 8"),
  field("gtp.teid", 32, "hex", "the tunnel endpoint, by the receiver's number"),
];
const PLAIN: HeaderTable = headerTable(...HEAD);
/** With any of the three bits, all three fields are there. */
const LONG: HeaderTable = headerTable(...HEAD, gap(32));

/** GTP, version 1; another version is content. */
export const GTP: Protocol = {
  name: "gtp",
  title: "GTP",
  model: "network",
  table: (bytes, start) => (bytes[start] ?? 0) & 7 ? LONG : PLAIN,
  others: [PLAIN],
  extent: (bytes, start) => 8 + u16(bytes, start + 2),
  read(cursor) {
    const { bytes, at } = cursor;
    if (bytes[at]! >> 4 !== 3) return NO_KEY; // version 1, GTP
    const hasMore = (bytes[at]! & 4) !== 0 && bytes[at + 11] !== 0;
    if (!cursor.header(GTP) || bytes[at + 1] !== PACKET || hasMore) return NO_KEY;
    return ipKey(bytes[cursor.at]);
  },
  line({ start }, bytes, line) {
    const message = bytes[start + 1]!;
    const tunnel = `GTP 0x${u32(bytes, start + 4).toString(16)}`;
    if (message === PACKET) line.around += `${tunnel}, `;
    else line.what = `${tunnel} ${MESSAGES[message] ?? `message ${message}`}`;
  },
};
