/**
 * OSPF: routers tell each other the network (RFC 2328, version 3: RFC 5340). The header only.
 *
 * @module
 */
import { formatQuickIpv4 } from "../address/ipv4.ts";
import { field, type FieldSpec, type HeaderTable, headerTable } from "./field.ts";
import { u16, u32 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";

const MESSAGES: Readonly<Record<number, string>> = {
  1: "hello",
  2: "database description",
  3: "link state request",
  4: "link state update",
  5: "link state acknowledgment",
};
const AUTHENTICATION = { 0: "none", 1: "password", 2: "cryptographic" };
const CRYPTOGRAPHIC = 2;

const HEAD: readonly FieldSpec[] = [
  field("ospf.version", 8, "decimal", "2 for IPv4, 3 for IPv6"),
  field("ospf.msg", 8, "decimal", "the message", { names: MESSAGES }),
  field("ospf.packet_length", 16, "decimal", "bytes of the message with this header"),
  field("ospf.srcrouter", 32, "ipv4", "the router that sent it, by its number"),
  field("ospf.area_id", 32, "ipv4", "the area"),
  field("ospf.checksum", 16, "hex", "covers the message"),
];
const V2: HeaderTable = headerTable(
  ...HEAD,
  field("ospf.auth.type", 16, "decimal", "how it is proven", { names: AUTHENTICATION }),
  field("ospf.auth.none", 64, "bytes", "empty"),
);
/** With a password or a signature, the last field is another one. */
const V2_OTHER: HeaderTable = headerTable(...V2.fields.slice(0, -1));
const V3: HeaderTable = headerTable(
  ...HEAD,
  field("ospf.instance_id", 8, "decimal", "which OSPF on this link"),
  field("ospf.reserved", 8, "bytes", "reserved"),
);

/** OSPF. */
export const OSPF: Protocol = {
  name: "ospf",
  title: "OSPF",
  model: "network",
  table(bytes, start) {
    if (bytes[start] === 3) return V3;
    return u16(bytes, start + 14) === 0 ? V2 : V2_OTHER;
  },
  others: [V2, V3],
  extent: (bytes, start) => u16(bytes, start + 2),
  checksum(bytes, start) {
    if (bytes[start] === 3) return { offset: 12, covers: "content", pseudo: 89 };
    // The authentication is not covered; a cryptographic proof takes the place of a checksum.
    return u16(bytes, start + 14) === CRYPTOGRAPHIC
      ? null
      : { offset: 12, covers: "content", except: [16, 24] };
  },
  line({ start }, bytes, line) {
    const message = MESSAGES[bytes[start + 1]!] ?? `message ${bytes[start + 1]}`;
    line.what = `OSPF v${bytes[start]} ${message}, area ${formatQuickIpv4(u32(bytes, start + 8))}`;
  },
  build: {
    table: V2,
    defaults: { "ospf.version": 2, "ospf.msg": 1 },
    lengths: (header, content) => ({ "ospf.packet_length": header + content }),
  },
};
