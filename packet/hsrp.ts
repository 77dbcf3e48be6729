/**
 * HSRP: several routers share an address, one answers for it; Cisco's forerunner of VRRP (RFC 2281).
 *
 * @module
 */
import { formatQuickIpv4 } from "../address/ipv4.ts";
import { field, type HeaderTable, headerTable } from "./field.ts";
import { u32 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";

const OPCODES: Readonly<Record<number, string>> = { 0: "hello", 1: "coup", 2: "resign" };
const STATES: Readonly<Record<number, string>> = {
  0: "initial",
  1: "learn",
  2: "listen",
  4: "speak",
  8: "standby",
  16: "active",
};

const TABLE: HeaderTable = headerTable(
  field("hsrp.version", 8, "decimal", "0"),
  field("hsrp.opcode", 8, "decimal", "the type of message", { names: OPCODES }),
  field("hsrp.state", 8, "decimal", "the sender's state", { names: STATES }),
  field("hsrp.hellotime", 8, "decimal", "seconds between two"),
  field("hsrp.holdtime", 8, "decimal", "seconds for which it is valid"),
  field("hsrp.priority", 8, "decimal", "the highest becomes active"),
  field("hsrp.group", 8, "decimal", "the group of routers"),
  field("hsrp.reserved", 8, "decimal", "reserved"),
  field("hsrp.auth_data", 64, "bytes", "a password, readable by all"),
  field("hsrp.virt_ip", 32, "ipv4", "the address that they share"),
);

/** HSRP, version 1; what is no message of it is content. */
export const HSRP: Protocol = {
  name: "hsrp",
  title: "HSRP",
  model: "application",
  table: TABLE,
  read(cursor) {
    if (cursor.u8(0) === 0 && OPCODES[cursor.u8(1)] !== undefined) cursor.header(HSRP);
    return 0;
  },
  line({ start }, bytes, line) {
    const opcode = OPCODES[bytes[start + 1]!] ?? `operation ${bytes[start + 1]}`;
    const state = STATES[bytes[start + 2]!] ?? `state ${bytes[start + 2]}`;
    line.what = `HSRP ${opcode}, ${state}, group ${bytes[start + 6]}, ` +
      formatQuickIpv4(u32(bytes, start + 16));
  },
};
