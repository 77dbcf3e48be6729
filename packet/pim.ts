/**
 * PIM: routers agree on the way of multicast (RFC 7761; version 2).
 *
 * @module
 */
import { field, type FieldSpec, gap, type HeaderTable, headerTable, raw } from "./field.ts";
import type { OptionFamily, OptionSpec } from "./options.ts";
import type { Protocol } from "./protocol.ts";

const TYPES: Readonly<Record<number, string>> = {
  0: "hello",
  1: "register",
  2: "register stop",
  3: "join/prune",
  4: "bootstrap",
  5: "assert",
  6: "graft",
  7: "graft acknowledgment",
  8: "candidate RP",
  9: "state refresh",
  10: "forwarder election",
};

const HELLO = 0;
const REGISTER = 1;

function tableWith(second: FieldSpec): HeaderTable {
  return headerTable(
    field("pim.version", 4, "decimal", "2"),
    field("pim.type", 4, "decimal", "what it says", { names: TYPES }),
    second,
    field("pim.cksum", 16, "hex", "covers the message; of a register only its header"),
  );
}

const TABLE = tableWith(field("pim.res_bytes", 8, "bytes", "reserved"));
/** The election of a forwarder has its kind in the second byte (RFC 5015). */
const ELECTION = 10;
const ELECTION_TABLE = tableWith(gap(8));

const KINDS: Readonly<Record<number, OptionSpec>> = {
  1: option("pim.holdtime", 16, "seconds for which the neighbour counts as there"),
  19: option("pim.dr_priority", 32, "the highest becomes the designated router"),
  20: option("pim.generation_id", 32, "another one: the neighbour has restarted"),
};
const OTHER: OptionSpec = { name: null, about: "", rest: raw("pim.rest", "not known here") };

function option(name: string, bits: number, about: string): OptionSpec {
  return { name: null, about, head: headerTable(field(name, bits, "decimal", about)) };
}

const FAMILY: OptionFamily = {
  end: null,
  single: [],
  head: headerTable(
    field("pim.optiontype", 16, "decimal", "the kind of information"),
    field("pim.optionlength", 16, "decimal", "bytes of it"),
  ),
  size: (length) => length + 4,
  specOf: (kind) => KINDS[kind] ?? OTHER,
};

/** PIM. */
export const PIM: Protocol = {
  name: "pim",
  title: "PIM",
  model: "network",
  table: (bytes, start) => ((bytes[start] ?? 0) & 0x0f) === ELECTION ? ELECTION_TABLE : TABLE,
  refusal: (bytes, start) => bytes[start]! >> 4 === 2 ? null : "the version is not 2",
  size: (_bytes, start, end) => end - start,
  options: (bytes, start) =>
    (bytes[start]! & 0x0f) === HELLO ? { family: FAMILY, start: start + TABLE.size } : null,
  checksum: (bytes, start) => ({
    offset: 2,
    covers: "content",
    pseudo: 103,
    isPseudoIpv6: true,
    ...(bytes[start]! & 0x0f) === REGISTER ? { except: [8, 0xffff] } : {},
  }),
  line({ start }, bytes, line) {
    const type = bytes[start]! & 0x0f;
    line.what = `PIM ${TYPES[type] ?? `type ${type}`}`;
  },
};
