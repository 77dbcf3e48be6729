/**
 * A layer of a packet: what it is, and where it begins and ends.
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
