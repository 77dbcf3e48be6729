/**
 * The numbers by which a header announces the next one, with their meanings.
 *
 * @module
 */

/** The EtherTypes (IEEE 802 Numbers, IANA). */
export const ETHERTYPES: Readonly<Record<number, string>> = {
  0x0800: "IPv4",
  0x0806: "ARP",
  0x0842: "Wake-on-LAN",
  0x22f0: "AVTP",
  0x8035: "RARP",
  0x8100: "802.1Q VLAN",
  0x86dd: "IPv6",
  0x8808: "Ethernet flow control",
  0x8809: "slow protocols (LACP)",
  0x8847: "MPLS",
  0x8848: "MPLS multicast",
  0x8863: "PPPoE discovery",
  0x8864: "PPPoE session",
  0x888e: "802.1X",
  0x88a8: "802.1ad VLAN",
  0x88cc: "LLDP",
  0x88e5: "MACsec",
  0x88f7: "PTP",
};

/** The protocol numbers (IANA, Assigned Internet Protocol Numbers). */
export const PROTOCOLS: Readonly<Record<number, string>> = {
  0: "hop-by-hop options",
  1: "ICMP",
  2: "IGMP",
  4: "IPv4",
  6: "TCP",
  17: "UDP",
  33: "DCCP",
  41: "IPv6",
  43: "routing header",
  44: "fragment header",
  47: "GRE",
  50: "ESP",
  51: "AH",
  58: "ICMPv6",
  59: "no next header",
  60: "destination options",
  88: "EIGRP",
  89: "OSPF",
  103: "PIM",
  112: "VRRP",
  132: "SCTP",
  136: "UDP-Lite",
};
