/**
 * PIM: routers agree on the way of multicast (RFC 7761; version 2).
 *
 * @module
 */
import { field, type FieldSpec, gap, type HeaderTable, headerTable, raw } from "./field.ts";
import { ipKey, NO_KEY } from "./keys.ts";
import type { OptionFamily, OptionSpec } from "./options.ts";
import type { Protocol } from "./protocol.ts";
import { t } from "../text/messages.ts";

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

function tableWith(second: FieldSpec, ...behind: readonly FieldSpec[]): HeaderTable {
  return headerTable(
    field("pim.version", 4, "decimal", "2"),
    field("pim.type", 4, "decimal", "the type of message", { names: TYPES }),
    second,
    field("pim.cksum", 16, "hex", "covers the message; of a register only its header"),
    ...behind,
  );
}

const TABLE = tableWith(field("pim.res_bytes", 8, "bytes", "reserved"));
const FLAGS = { container: [4, 4] as const };
/** A register has the packet behind its flags (RFC 7761, section 4.9.3). */
const REGISTER_TABLE = tableWith(
  field("pim.res_bytes", 8, "bytes", "reserved"),
  field("pim.register_flag.border", 1, "decimal", "1: from another domain (no longer used)", FLAGS),
  field("pim.register_flag.null_register", 1, "decimal", "1: no packet, only its addresses", FLAGS),
  gap(30),
);
/** The election of a forwarder has its kind in the second byte (RFC 5015). */
const ELECTION = 10;
const ELECTION_TABLE = tableWith(gap(8));

const KINDS: Readonly<Record<number, OptionSpec>> = {
  1: option("pim.holdtime", 16, "seconds for which the neighbour counts as there"),
  19: option("pim.dr_priority", 32, "the highest becomes the designated router"),
  20: option("pim.generation_id", 32, "another one: the neighbour has restarted"),
};
const OTHER: OptionSpec = { rest: raw("pim.rest", "not known here") };

function option(name: string, bits: number, about: string): OptionSpec {
  return { head: headerTable(field(name, bits, "decimal", about)) };
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
  kinds: [...Object.values(KINDS), OTHER],
};

function isRegister(bytes: Uint8Array, start: number): boolean {
  return (bytes[start]! & 0x0f) === REGISTER;
}

function tableFor(bytes: Uint8Array, start: number): HeaderTable {
  switch ((bytes[start] ?? 0) & 0x0f) {
    case REGISTER:
      return REGISTER_TABLE;
    case ELECTION:
      return ELECTION_TABLE;
    default:
      return TABLE;
  }
}

/** PIM. */
export const PIM: Protocol = {
  name: "pim",
  title: "PIM",
  model: "network",
  table: tableFor,
  refusal: (bytes, start) => bytes[start]! >> 4 === 2 ? null : t`the version is not 2`,
  size: (bytes, start, end) => isRegister(bytes, start) ? REGISTER_TABLE.size : end - start,
  next: (bytes, start, body) => isRegister(bytes, start) ? ipKey(bytes[body]) : NO_KEY,
  options: (bytes, start) =>
    (bytes[start]! & 0x0f) === HELLO ? { family: FAMILY, start: start + TABLE.size } : null,
  others: [REGISTER_TABLE, FAMILY],
  checksum: (bytes, start) => ({
    offset: 2,
    covers: "content",
    pseudo: 103,
    isPseudoIpv6: true,
    ...isRegister(bytes, start) ? { except: [8, 0xffff] } : {},
  }),
  line({ start, body, end }, bytes, line) {
    const type = bytes[start]! & 0x0f;
    if (type === REGISTER && body < end) line.around += "PIM register, ";
    line.what = `PIM ${TYPES[type] ?? `type ${type}`}`;
  },
};
