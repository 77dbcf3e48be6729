/**
 * ERSPAN: a switch sends copies of frames to a monitor, in GRE (draft-foschiano-erspan).
 *
 * @module
 */
import { field, type HeaderTable, headerTable } from "./field.ts";
import { keyOf, NO_KEY, SPACE } from "./keys.ts";
import { LINK } from "./link.ts";
import { u16 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";

const FIRST = { container: [0, 2] as const };
const SECOND = { container: [2, 2] as const };
const LAST = { container: [10, 2] as const };

const HEAD = [
  field("erspan.version", 4, "decimal", "1: type II, 2: type III", FIRST),
  field("erspan.vlan", 12, "decimal", "the VLAN of the frame", FIRST),
  field("erspan.cos", 3, "decimal", "its priority", SECOND),
];

const TYPE_2: HeaderTable = headerTable(
  ...HEAD,
  field("erspan.encap", 2, "decimal", "how the frame had its tag", SECOND),
  field("erspan.truncated", 1, "decimal", "1: the frame was cut", SECOND),
  field("erspan.spanid", 10, "decimal", "the session", SECOND),
  field("erspan.reserved", 12, "decimal", "reserved", { container: [4, 4] }),
  field("erspan.index", 20, "decimal", "the port, and its direction", { container: [4, 4] }),
);

const TYPE_3: HeaderTable = headerTable(
  ...HEAD,
  field("erspan.bso", 2, "decimal", "1: a short frame, 2: too long, 3: damaged", SECOND),
  field("erspan.truncated", 1, "decimal", "1: the frame was cut", SECOND),
  field("erspan.spanid", 10, "decimal", "the session", SECOND),
  field("erspan.timestamp", 32, "decimal", "the time of the copy"),
  field("erspan.sgt", 16, "decimal", "the security group"),
  field("erspan.p", 1, "decimal", "1: the copy is an Ethernet frame", LAST),
  field("erspan.ft", 5, "decimal", "0: Ethernet, 2: IP", LAST),
  field("erspan.hw", 6, "decimal", "the hardware", LAST),
  field("erspan.direction", 1, "decimal", "0: it came in", LAST),
  field("erspan.gra", 2, "decimal", "the unit of the time", LAST),
  field("erspan.o", 1, "decimal", "1: eight bytes more", LAST),
);

/** The EtherType of both older forms. */
const TYPE_1_OR_2 = 0x88be;
/** The bit of GRE's flags for a sequence number: without one there is no header of ERSPAN (type I). */
const SEQUENCE = 0x1000;
/** The type of the frame inside type III that is IP. */
const IP_FRAME = 2;

function isType3(bytes: Uint8Array, start: number): boolean {
  return (bytes[start] ?? 0) >> 4 === 2;
}

/** ERSPAN. */
export const ERSPAN: Protocol = {
  name: "erspan",
  title: "ERSPAN",
  model: "link",
  table: (bytes, start) => isType3(bytes, start) ? TYPE_3 : TYPE_2,
  size: (bytes, start) => !isType3(bytes, start) ? 8 : bytes[start + 11]! & 1 ? 20 : 12,
  read(cursor) {
    const around = cursor.layers.at(-1);
    const ethernet = keyOf(SPACE.link, LINK.ethernet);
    const { bytes, at } = cursor;
    const isPlain = cursor.key === keyOf(SPACE.ethertype, TYPE_1_OR_2) && around?.name === "gre" &&
      (u16(bytes, around.start) & SEQUENCE) === 0;
    if (isPlain) return ethernet;
    if (!cursor.header(ERSPAN)) return NO_KEY;
    const isIp = isType3(bytes, at) && (bytes[at + 10]! >> 2 & 0x1f) === IP_FRAME;
    return isIp ? keyOf(SPACE.ethertype, 0x0800) : ethernet;
  },
  rest: () => [],
  others: [TYPE_2, TYPE_3],
  line({ start }, bytes, line) {
    line.around += `ERSPAN ${u16(bytes, start + 2) & 0x3ff}, `;
  },
};
