/**
 * A layer of a packet: what it is, where it begins and ends, and by which number it is announced.
 *
 * @module
 */

/** The layers, called as Wireshark calls the protocols; `data` is what is in none of them. */
export type LayerName =
  | "eth"
  | "llc"
  | "null"
  | "sll"
  | "sll2"
  | "vlan"
  | "ieee8021ad"
  | "arp"
  | "ip"
  | "ipv6"
  | "ipv6.hopopts"
  | "ipv6.routing"
  | "ipv6.fraghdr"
  | "ipv6.dstopts"
  | "icmp"
  | "icmpv6"
  | "tcp"
  | "udp"
  | "data"
  | "padding";

/** A layer: its header, and what the header is in front of. Offsets are bytes from the packet's first. */
export interface Layer {
  /** What it is. */
  readonly name: LayerName;
  /** Where the header begins. */
  readonly start: number;
  /** Where the header with its options ends, at most where the captured bytes do. */
  readonly body: number;
  /** Where the content ends, at most where the captured bytes do. */
  readonly end: number;
  /**
   * Where the content ends on the wire, by the lengths in the headers, which may lie; no less than
   * `end`. More than the packet's length is a lie, more than its captured bytes is not.
   */
  readonly wireEnd: number;
  /** Whether all bytes of the header were captured, and its own length is possible. */
  readonly whole: boolean;
  /** Whether it is in a fragment of an IP packet, so that it is not all there. */
  readonly fragment: boolean;
  /** Whether it is quoted: the beginning of another packet, in an ICMP message about it. */
  readonly quoted: boolean;
}

/** EtherTypes (IEEE 802 Numbers, IANA) of the layers that are read. */
export const LAYER_BY_ETHERTYPE: Readonly<Record<number, LayerName>> = {
  0x0800: "ip",
  0x0806: "arp",
  0x86dd: "ipv6",
  0x8100: "vlan",
  0x88a8: "ieee8021ad",
};

/** The smallest EtherType; less is the length of an IEEE 802.3 frame. */
export const FIRST_ETHERTYPE = 0x600;

/** Protocol numbers (IANA, Assigned Internet Protocol Numbers) of the layers that are read. */
export const LAYER_BY_PROTOCOL: Readonly<Record<number, LayerName>> = {
  0: "ipv6.hopopts",
  1: "icmp",
  4: "ip",
  6: "tcp",
  17: "udp",
  41: "ipv6",
  43: "ipv6.routing",
  44: "ipv6.fraghdr",
  58: "icmpv6",
  60: "ipv6.dstopts",
};
