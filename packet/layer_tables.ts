/**
 * The table that a layer is read by: always the same for most layers, for some it depends on a field.
 *
 * @module
 */
import { FIRST_ETHERTYPE, type Layer } from "./layer.ts";
import { type HeaderTable, headerTable } from "./field.ts";
import * as headers from "./headers.ts";
import * as links from "./link_headers.ts";
import { icmpTable } from "./icmp.ts";

/** A header without fields, for content. */
const NOTHING: HeaderTable = headerTable();

/**
 * Returns the table for the fixed part of a layer's header, which begins at `start` of `bytes`. It may
 * be longer than what was captured.
 */
export function tableOf(
  { name, start }: Pick<Layer, "name" | "start">,
  bytes: Uint8Array,
): HeaderTable {
  const u8 = (offset: number) => bytes[start + offset] ?? 0;
  const u16 = (offset: number) => u8(offset) << 8 | u8(offset + 1);
  switch (name) {
    case "eth":
      return u16(12) < FIRST_ETHERTYPE ? links.ETHERNET_LENGTH : links.ETHERNET;
    case "llc":
      return u8(0) === 0xaa && u8(1) === 0xaa && u8(2) === 3 ? links.SNAP : links.LLC;
    case "sll":
      return u16(4) === 6 ? links.SLL_ETHERNET : links.SLL;
    case "sll2":
      return u8(11) === 6 ? links.SLL2_ETHERNET : links.SLL2;
    case "arp":
      return u8(4) !== 6 || u8(5) !== 4 ? headers.ARP_ANY : headers.ARP;
    case "icmp":
    case "icmpv6":
      return icmpTable(name, u8(0), u8(1));
    default:
      return FIXED[name] ?? headers.EXTENSIONS[name] ?? NOTHING;
  }
}

const FIXED: Readonly<Record<string, HeaderTable>> = {
  null: links.NULL,
  vlan: links.VLAN,
  ieee8021ad: links.SERVICE_VLAN,
  ip: headers.IPV4,
  ipv6: headers.IPV6,
  tcp: headers.TCP,
  udp: headers.UDP,
};
