/**
 * EIGRP: Cisco's routers tell each other the network (RFC 7868).
 *
 * @module
 */
import { field, type HeaderTable, headerTable, raw } from "./field.ts";
import { u16 } from "./numbers.ts";
import type { OptionFamily, OptionSpec } from "./options.ts";
import type { Protocol } from "./protocol.ts";

const OPCODES: Readonly<Record<number, string>> = {
  1: "update",
  2: "request",
  3: "query",
  4: "reply",
  5: "hello",
  10: "SIA query",
  11: "SIA reply",
};

const TABLE: HeaderTable = headerTable(
  field("eigrp.version", 8, "decimal", "2"),
  field("eigrp.opcode", 8, "decimal", "the type of message", { names: OPCODES }),
  field("eigrp.checksum", 16, "hex", "covers the message"),
  field("eigrp.flags", 32, "hex", "1: the first of all routes"),
  field("eigrp.seq", 32, "decimal", "its number; 0: needs no acknowledgment"),
  field("eigrp.ack", 32, "decimal", "the number that it acknowledges"),
  field("eigrp.vrid", 16, "decimal", "the virtual router"),
  field("eigrp.as", 16, "decimal", "the autonomous system"),
);

const KINDS: Readonly<Record<number, OptionSpec>> = {
  1: {
    head: headerTable(
      ...[1, 2, 3, 4, 5, 6].map((k) =>
        field(`eigrp.par.k${k}`, 8, "decimal", "weight of a metric")
      ),
      field("eigrp.par.holdtime", 16, "decimal", "seconds for which the neighbour counts as there"),
    ),
  },
};
const OTHER: OptionSpec = { rest: raw("eigrp.rest", "not known here") };

const FAMILY: OptionFamily = {
  end: null,
  single: [],
  head: headerTable(
    field("eigrp.tlv_type", 16, "hex", "the kind of information"),
    field("eigrp.tlv.len", 16, "decimal", "bytes of it, with these"),
  ),
  size: (length) => length,
  specOf: (kind) => KINDS[kind] ?? OTHER,
  kinds: [...Object.values(KINDS), OTHER],
};

/** EIGRP. */
export const EIGRP: Protocol = {
  name: "eigrp",
  title: "EIGRP",
  model: "network",
  table: TABLE,
  size: (_bytes, start, end) => end - start,
  options: (_bytes, start) => ({ family: FAMILY, start: start + TABLE.size }),
  others: [FAMILY],
  checksum: { offset: 2, covers: "content" },
  line({ start }, bytes, line) {
    const opcode = OPCODES[bytes[start + 1]!] ?? `operation ${bytes[start + 1]}`;
    line.what = `EIGRP ${opcode}, system ${u16(bytes, start + 18)}`;
  },
};
