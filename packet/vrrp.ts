/**
 * VRRP: several routers share an address, one answers for it (RFC 3768, version 3: RFC 9568).
 *
 * @module
 */
import { type Field, field, type FieldSpec, gap, type HeaderTable, headerTable } from "./field.ts";
import { FieldList } from "./field_list.ts";
import type { Layer, Protocol } from "./protocol.ts";

const HEAD: readonly FieldSpec[] = [
  field("vrrp.version", 4, "decimal", "2 or 3"),
  field("vrrp.type", 4, "decimal", "1: I am here", { names: { 1: "advertisement" } }),
  field("vrrp.virt_rtr_id", 8, "decimal", "the virtual router"),
  field("vrrp.prio", 8, "decimal", "255: the owner of the address; 0: the router goes away"),
  field("vrrp.addr_count", 8, "decimal", "how many addresses follow"),
];
const CHECKSUM = field("vrrp.checksum", 16, "hex", "covers the message");
const V2: HeaderTable = headerTable(
  ...HEAD,
  field("vrrp.auth_type", 8, "decimal", "0: not proven"),
  field("vrrp.adver_int", 8, "decimal", "seconds between two"),
  CHECKSUM,
);
const V3: HeaderTable = headerTable(
  ...HEAD,
  gap(4),
  field("vrrp.short_adver_int", 12, "decimal", "hundredths of a second between two"),
  CHECKSUM,
);
const ADDRESS = field("vrrp.ip_addr", 32, "ipv4", "an address that they share");
const ADDRESS6 = field("vrrp.ipv6_addr", 128, "ipv6", "an address that they share");

function versionOf(bytes: Uint8Array, start: number): number {
  return (bytes[start] ?? 0) >> 4;
}

function rest({ start, body }: Layer, bytes: Uint8Array, at: number): Field[] {
  const list = new FieldList(bytes, at, body);
  const count = bytes[start + 3]!;
  const spec = versionOf(bytes, start) === 3 && list.left === 16 * count ? ADDRESS6 : ADDRESS;
  for (let left = count; left > 0 && list.left >= spec.bits / 8; left--) list.take(spec);
  return list.fields;
}

/** VRRP. */
export const VRRP: Protocol = {
  name: "vrrp",
  title: "VRRP",
  model: "network",
  table: (bytes, start) => versionOf(bytes, start) === 3 ? V3 : V2,
  size: (_bytes, start, end) => end - start,
  rest,
  others: [V2, V3, ADDRESS, ADDRESS6],
  checksum: (bytes, start) => ({
    offset: 6,
    covers: "content",
    ...versionOf(bytes, start) === 3 ? { pseudo: 112 } : {},
  }),
  line({ start }, bytes, line) {
    line.what = `VRRP router ${bytes[start + 1]}, priority ${bytes[start + 2]}`;
  },
};
