/**
 * L2TP: PPP in UDP (RFC 2661; version 2).
 *
 * @module
 */
import { field, gap, type HeaderTable, headerTable } from "./field.ts";
import { keyOf, NO_KEY, SPACE } from "./keys.ts";
import { LINK } from "./link.ts";
import { u16 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";

const CONTROL = 0x8000;
const LENGTH = 0x4000;
const SEQUENCE = 0x0800;
const OFFSET = 0x0200;
const WORD = { container: [0, 2] as const };

const TABLES = new Map<number, HeaderTable>();

/** Returns the table for these flags. */
function tableFor(flags: number): HeaderTable {
  const known = flags & (LENGTH | SEQUENCE | OFFSET);
  let table = TABLES.get(known);
  if (table === undefined) {
    const numbers = known & SEQUENCE
      ? [
        field("l2tp.Ns", 16, "decimal", "the number of this message"),
        field("l2tp.Nr", 16, "decimal", "the number that is expected next"),
      ]
      : [];
    table = headerTable(
      field("l2tp.type", 1, "decimal", "1: about the tunnel, 0: data", WORD),
      field("l2tp.length_bit", 1, "decimal", "1: a length follows", WORD),
      gap(2),
      field("l2tp.seq_bit", 1, "decimal", "1: numbers follow", WORD),
      gap(1),
      field("l2tp.offset_bit", 1, "decimal", "1: a gap before the data", WORD),
      field("l2tp.priority", 1, "decimal", "1: goes first", WORD),
      gap(4),
      field("l2tp.version", 4, "decimal", "2", WORD),
      ...known & LENGTH ? [field("l2tp.length", 16, "decimal", "bytes of the message")] : [],
      field("l2tp.tunnel", 16, "decimal", "the tunnel, by the receiver's number"),
      field("l2tp.session", 16, "decimal", "the session in it"),
      ...numbers,
      ...known & OFFSET ? [field("l2tp.offset", 16, "decimal", "bytes of the gap")] : [],
    );
    TABLES.set(known, table);
  }
  return table;
}

/** L2TP; another version is content. */
export const L2TP: Protocol = {
  name: "l2tp",
  title: "L2TP",
  model: "link",
  table: (bytes, start) => tableFor(u16(bytes, start)),
  size(bytes, start) {
    const flags = u16(bytes, start);
    const { size } = tableFor(flags);
    return size + (flags & OFFSET ? u16(bytes, start + size - 2) : 0);
  },
  extent: (bytes, start) => u16(bytes, start) & LENGTH ? u16(bytes, start + 2) : -1,
  read(cursor) {
    if (!cursor.has(2) || (cursor.u8(1) & 0x0f) !== 2) return NO_KEY;
    const isControl = (cursor.u16(0) & CONTROL) !== 0;
    if (!cursor.header(L2TP) || isControl) return NO_KEY;
    return keyOf(SPACE.link, LINK.ppp);
  },
  rest: () => [],
  others: [tableFor(LENGTH | SEQUENCE | OFFSET)],
  line({ start }, bytes, line) {
    const flags = u16(bytes, start);
    const at = start + (flags & LENGTH ? 4 : 2);
    const where = `L2TP tunnel ${u16(bytes, at)}, session ${u16(bytes, at + 2)}`;
    if (flags & CONTROL) line.what = `${where}, control`;
    else line.around += `${where}, `;
  },
};
