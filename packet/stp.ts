/**
 * STP: bridges agree on links that are not used, so that there is no circle (IEEE 802.1D), and its faster
 * successor (IEEE 802.1w). Bridges of Cisco send one for each VLAN (PVST+).
 *
 * @module
 */
import { formatMac } from "../address/mac.ts";
import { field, type FieldSpec, gap, type HeaderTable, headerTable } from "./field.ts";
import { u16 } from "./numbers.ts";
import type { Layer, Line, Protocol } from "./protocol.ts";

const TYPES: Readonly<Record<number, string>> = {
  0x00: "configuration",
  0x02: "rapid or multiple spanning tree",
  0x80: "topology change",
};

const HEAD: readonly FieldSpec[] = [
  field("stp.protocol", 16, "hex", "0"),
  field("stp.version", 8, "decimal", "the protocol", { names: { 0: "STP", 2: "RSTP", 3: "MSTP" } }),
  field("stp.type", 8, "hex", "what it says", { names: TYPES }),
];

/** The port's role in RSTP. */
const ROLES = { 0: "unknown", 1: "alternate or backup", 2: "root", 3: "designated" };

const ACKNOWLEDGED = field("stp.flags.tcack", 1, "decimal", "1: a topology change is acknowledged");
const CHANGE = field("stp.flags.tc", 1, "decimal", "1: addresses are to be forgotten soon");
const FLAGS: readonly FieldSpec[] = [ACKNOWLEDGED, gap(6), CHANGE];
const RAPID_FLAGS: readonly FieldSpec[] = [
  ACKNOWLEDGED,
  field("stp.flags.agreement", 1, "decimal", "1: the proposal is taken"),
  field("stp.flags.forwarding", 1, "decimal", "1: the port forwards frames"),
  field("stp.flags.learning", 1, "decimal", "1: the port learns addresses"),
  field("stp.flags.port_role", 2, "decimal", "the role of the port", { names: ROLES }),
  field("stp.flags.proposal", 1, "decimal", "1: the port wants to forward at once"),
  CHANGE,
];

/** A bridge at `offset`: its priority in steps of 4096, the VLAN, its MAC address. */
function bridge(name: string, about: string, offset: number): FieldSpec[] {
  return [
    field(`${name}.prio`, 4, "decimal", `the priority of ${about}; less is better`, { unit: 4096 }),
    field(`${name}.ext`, 12, "decimal", "the VLAN", { container: [offset, 2] }), // as Wireshark counts
    field(`${name}.hw`, 48, "mac", about),
  ];
}

/** Times are in units of 1/256 s. */
const SECONDS = { unit: 1 / 256 };

const BODY: readonly FieldSpec[] = [
  ...bridge("stp.root", "the root of the tree", 5),
  field("stp.root.cost", 32, "decimal", "the cost of the way to the root"),
  ...bridge("stp.bridge", "the bridge that sent this", 17),
  field("stp.port", 16, "hex", "the port that sent this"),
  field("stp.msg_age", 16, "decimal", "seconds since the root has sent it", SECONDS),
  field("stp.max_age", 16, "decimal", "seconds after which it is forgotten", SECONDS),
  field("stp.hello", 16, "decimal", "seconds between two of the root's", SECONDS),
  field("stp.forward", 16, "decimal", "seconds of listening, and of learning", SECONDS),
];

const SHORT: HeaderTable = headerTable(...HEAD);
const CONFIGURATION: HeaderTable = headerTable(...HEAD, ...FLAGS, ...BODY);
const RAPID: HeaderTable = headerTable(
  ...HEAD,
  ...RAPID_FLAGS,
  ...BODY,
  field("stp.version_1_length", 8, "decimal", "0"),
);

function tableAt(bytes: Uint8Array, start: number): HeaderTable {
  const type = bytes[start + 3];
  return type === 0 ? CONFIGURATION : type === 2 ? RAPID : SHORT;
}

function addLine({ start }: Layer, bytes: Uint8Array, line: Line): void {
  const type = bytes[start + 3]!;
  const version = ({ 2: "RSTP", 3: "MSTP" } as Record<number, string>)[bytes[start + 2]!] ?? "STP";
  line.what = `${version} ${TYPES[type] ?? `type ${type}`}`;
  if (tableAt(bytes, start) === SHORT) return;
  const priority = u16(bytes, start + 5);
  line.what = `${version} root ${priority & 0xf000}/${priority & 0xfff}/${
    formatMac(bytes.subarray(start + 7, start + 13))
  }, port 0x${u16(bytes, start + 25).toString(16)}`;
}

/** STP. */
export const STP: Protocol = {
  name: "stp",
  title: "spanning tree",
  short: "STP",
  model: "link",
  table: tableAt,
  others: [CONFIGURATION, RAPID],
  line: addLine,
};
