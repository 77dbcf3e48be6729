/**
 * ARP: the MAC address for an IP address (RFC 826).
 *
 * @module
 */
import { formatMac } from "../address/mac.ts";
import { formatQuickIpv4 } from "../address/ipv4.ts";
import {
  bytesField,
  type Field,
  field,
  type FieldSpec,
  type HeaderTable,
  headerTable,
  raw,
  readTable,
} from "./field.ts";
import { ETHERTYPES } from "./keys.ts";
import { u16, u32 } from "./numbers.ts";
import type { Layer, Line, Protocol } from "./protocol.ts";

const HEAD: readonly FieldSpec[] = [
  field("arp.hw.type", 16, "decimal", "the kind of link", { names: { 1: "Ethernet" } }),
  field("arp.proto.type", 16, "hex", "the protocol whose address is asked for", {
    names: ETHERTYPES,
  }),
  field("arp.hw.size", 8, "decimal", "bytes of a hardware address"),
  field("arp.proto.size", 8, "decimal", "bytes of a protocol address"),
  field("arp.opcode", 16, "decimal", "who has? or: it is at", {
    names: { 1: "request", 2: "reply", 3: "reverse request", 4: "reverse reply" },
  }),
];

/** The part of ARP that does not depend on the sizes of addresses (RFC 826). */
const ANY: HeaderTable = headerTable(...HEAD);

/** ARP for IPv4 over Ethernet (RFC 826). */
const IPV4_OVER_ETHERNET: HeaderTable = headerTable(
  ...HEAD,
  field("arp.src.hw_mac", 48, "mac", "the sender's MAC address"),
  field("arp.src.proto_ipv4", 32, "ipv4", "the sender's IP address"),
  field("arp.dst.hw_mac", 48, "mac", "the target's MAC address; in a request unknown"),
  field("arp.dst.proto_ipv4", 32, "ipv4", "the target's IP address"),
);

/** The addresses where their sizes are not those of Ethernet and IPv4. */
const ANY_ADDRESSES: readonly (readonly [name: string, about: string, size: 4 | 5])[] = [
  ["arp.src.hw", "the sender's hardware address", 4],
  ["arp.src.proto", "the sender's protocol address", 5],
  ["arp.dst.hw", "the target's hardware address", 4],
  ["arp.dst.proto", "the target's protocol address", 5],
];

function anyAddresses({ start, body }: Layer, bytes: Uint8Array, at: number): Field[] {
  const fields: Field[] = [];
  for (const [name, about, sizeAt] of ANY_ADDRESSES) {
    const size = bytes[start + sizeAt]!;
    if (at + size > body) break;
    if (sizeAt === 5 && size === 4) {
      fields.push(...readTable(headerTable(field(`${name}_ipv4`, 32, "ipv4", about)), bytes, at));
    } else if (size > 0) fields.push(bytesField(raw(name, about), bytes, at, size));
    at += size;
  }
  return fields;
}

/** Returns the bytes of a message, by the sizes of its addresses. */
function sizeOf(bytes: Uint8Array, start: number): number {
  return ANY.size + 2 * (bytes[start + 4]! + bytes[start + 5]!);
}

/** Reverse requests and replies are RARP (RFC 903): which IP address has this MAC address? */
function isReverse(bytes: Uint8Array, start: number): boolean {
  const operation = u16(bytes, start + 6);
  return operation === 3 || operation === 4;
}

function addLine({ start, body }: Layer, bytes: Uint8Array, line: Line): void {
  line.what = "ARP";
  if (body - start !== IPV4_OVER_ETHERNET.size) return;
  const operation = u16(bytes, start + 6);
  const from = formatQuickIpv4(u32(bytes, start + 14));
  if (operation === 1) {
    line.what = `ARP who has ${formatQuickIpv4(u32(bytes, start + 24))}? tell ${from}`;
  } else if (operation === 2) {
    line.what = `ARP ${from} is at ${formatMac(bytes.subarray(start + 8, start + 14))}`;
  } else if (isReverse(bytes, start)) {
    const target = formatMac(bytes.subarray(start + 18, start + 24));
    line.what = operation === 3
      ? `RARP which address has ${target}?`
      : `RARP ${target} is ${formatQuickIpv4(u32(bytes, start + 24))}`;
  } else line.what = `ARP operation ${operation}`;
}

/** ARP. */
export const ARP: Protocol = {
  name: "arp",
  title: (bytes, start) => isReverse(bytes, start) ? "RARP" : "ARP",
  short: "ARP",
  model: "link",
  table: (bytes, start) =>
    bytes[start + 4] !== 6 || bytes[start + 5] !== 4 ? ANY : IPV4_OVER_ETHERNET,
  size: sizeOf,
  extent: sizeOf, // it has no content
  rest: anyAddresses,
  others: [IPV4_OVER_ETHERNET, ...ANY_ADDRESSES.map(([name, about]) => raw(name, about))],
  line: addLine,
  build: {
    table: IPV4_OVER_ETHERNET,
    defaults: {
      "arp.hw.type": 1,
      "arp.proto.type": 0x0800,
      "arp.hw.size": 6,
      "arp.proto.size": 4,
      "arp.opcode": 1,
    },
  },
};
