/**
 * A layer of a packet: its name, its place, and the number by which it is announced.
 *
 * The files of this folder, in reading order:
 *
 *     captured_packet.ts   a packet as it stands in a capture
 *     layer.ts             a layer: its name and its place
 *     dissect.ts           bytes to layers
 *     field.ts             tables of fields: reading, writing, formatting
 *     headers.ts           tables of ARP, IP, TCP and UDP
 *     link_headers.ts      tables of Ethernet, VLAN, LLC, Linux cooked captures
 *     icmp.ts              tables of ICMP and ICMPv6
 *     layer_tables.ts      the table of a layer
 *     options.ts           options behind a header; option_kinds.ts has their tables
 *     fields.ts            a layer to its fields
 *     checksum.ts          the Internet checksum; checksum_status.ts verifies those of a packet
 *     problems.ts          the problems of a packet
 *     explain.ts           a packet explained: layers, fields, problems
 *     encode.ts            headers to bytes: a frame is made
 *     link.ts              link types; protocol_numbers.ts has EtherTypes and protocol numbers
 *     numbers.ts           numbers in network byte order
 *
 * @module
 */

/** The names of layers, as Wireshark calls the protocols; `data` is content that is in none of them. */
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

/** A layer: its header and its content. Offsets are bytes from the packet's first. */
export interface Layer {
  /** The name of the layer. */
  readonly name: LayerName;
  /** The offset of the header. */
  readonly start: number;
  /** The end of the header with its options, at most that of the captured bytes. */
  readonly body: number;
  /** The end of the content, at most that of the captured bytes. */
  readonly end: number;
  /**
   * The end of the content on the wire, by the lengths in the headers, which may lie; no less than
   * `end`. More than the packet's length is a lie, more than its captured bytes is not.
   */
  readonly wireEnd: number;
  /** True if all bytes of the header were captured, and its own length is possible. */
  readonly whole: boolean;
  /** True in a fragment of an IP packet: the content is not all there. */
  readonly fragment: boolean;
  /** True in the packet that an ICMP message is about, and quotes the beginning of. */
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
