/**
 * The slow protocols of a link, of which LACP is one: several cables become one link (IEEE 802.1AX).
 *
 * @module
 */
import { formatMac } from "../address/mac.ts";
import { field, type FieldSpec, type HeaderTable, headerTable } from "./field.ts";
import { keyOf, NO_KEY, SPACE } from "./keys.ts";
import type { Protocol } from "./protocol.ts";

const SUBTYPES: Readonly<Record<number, string>> = { 1: "LACP", 2: "marker", 3: "OAM", 10: "OSSP" };

/** The slow protocols. */
export const SLOW: Protocol = {
  name: "slow",
  title: "slow protocols",
  model: "link",
  table: headerTable(field("slow.subtype", 8, "hex", "which of them", { names: SUBTYPES })),
  next: (bytes, start) => bytes[start] === 1 ? keyOf(SPACE.inside, 2) : NO_KEY,
  line({ start }, bytes, line) {
    const subtype = bytes[start]!;
    line.what = SUBTYPES[subtype] ?? `slow protocol ${subtype}`;
  },
};

const BITS = ["expired", "defaulted", "distributing", "collecting"];
const STATE = [...BITS, "synchronization", "aggregation", "timeout", "activity"];

/** Returns the fields of one of both ends. */
function end(name: string, words: string): FieldSpec[] {
  return [
    field("lacp.tlv_type", 8, "hex", "the kind of information"),
    field("lacp.tlv_length", 8, "hex", "bytes of it, with these"),
    field(`lacp.${name}.sys_priority`, 16, "decimal", `priority of ${words}`),
    field(`lacp.${name}.sysid`, 48, "mac", words),
    field(`lacp.${name}.key`, 16, "decimal", "links with the same can be one"),
    field(`lacp.${name}.port_priority`, 16, "decimal", "priority of its port"),
    field(`lacp.${name}.port`, 16, "decimal", "its port"),
    ...STATE.map((bit) => field(`lacp.${name}.state.${bit}`, 1, "decimal", "1: yes")),
    field(`lacp.${name}.reserved`, 24, "bytes", "reserved"),
  ];
}

const TABLE: HeaderTable = headerTable(
  field("lacp.version", 8, "hex", "1"),
  ...end("actor", "the sender"),
  ...end("partner", "the other end, as the sender knows it"),
  field("lacp.tlv_type", 8, "hex", "the kind of information"),
  field("lacp.tlv_length", 8, "hex", "bytes of it, with these"),
  field("lacp.collector.max_delay", 16, "decimal", "tens of microseconds"),
  field("lacp.coll_reserved", 96, "bytes", "reserved"),
  field("lacp.tlv_type", 8, "hex", "the end"),
  field("lacp.tlv_length", 8, "hex", "0"),
);

/** LACP. */
export const LACP: Protocol = {
  name: "lacp",
  title: "LACP",
  model: "link",
  table: TABLE,
  size: (_bytes, start, end) => end - start,
  line({ start }, bytes, line) {
    line.what = `LACP ${formatMac(bytes.subarray(start + 5, start + 11))}, partner ` +
      formatMac(bytes.subarray(start + 25, start + 31));
  },
};
