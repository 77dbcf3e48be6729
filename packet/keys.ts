/**
 * Keys: the numbers by which a header announces what is inside it, each with the name of its number
 * space, as one number.
 *
 * @module
 */

/** The number spaces. */
export const SPACE = {
  /** LINKTYPE_ values (tcpdump.org). */
  link: 1,
  /** EtherTypes (IEEE 802 Numbers, IANA). */
  ethertype: 2,
  /** Protocol numbers in IPv4 (IANA, Assigned Internet Protocol Numbers). */
  ipv4: 3,
  /** The same in IPv6, where some announce extension headers. */
  ipv6: 4,
  /** Ports of UDP (IANA, Service Names and Port Numbers). */
  udpPort: 5,
  /** Ports of TCP. */
  tcpPort: 6,
  /** Protocols of PPP (IANA, PPP DLL Protocol Numbers). */
  ppp: 7,
  /** Service access points of LLC (IEEE 802.2). */
  sap: 8,
  /** Types of SNAP with the OUI of Cisco. */
  cisco: 9,
  /** Protocols of Linux cooked captures below 0x600 (tcpdump.org). */
  cooked: 10,
  /** Headers that follow without a number: 1 is the control word of a pseudowire, 2 LACP, 3 EAP. */
  inside: 11,
} as const;

/** A number space, a value of `SPACE`. */
export type Space = typeof SPACE[keyof typeof SPACE];

/** The key that announces nothing: what follows is content. */
export const NO_KEY = 0;

/** Returns the key of `number`, which has at most 16 bits, in `space`. */
export function keyOf(space: Space, number: number): number {
  return space << 16 | number;
}

/** Returns the space of a key. */
export function spaceOf(key: number): Space {
  return key >>> 16 as Space;
}

/** Returns the number that a key stands for. */
export function numberOf(key: number): number {
  return key & 0xffff;
}

/** The smallest EtherType; less is the length of an IEEE 802.3 frame. */
export const FIRST_ETHERTYPE = 0x600;

/** Returns the key of the IP packet that begins with the byte `first`, by its version; `NO_KEY` for no IP. */
export function ipKey(first: number | undefined): number {
  switch ((first ?? 0) >> 4) {
    case 4:
      return keyOf(SPACE.ethertype, 0x0800);
    case 6:
      return keyOf(SPACE.ethertype, 0x86dd);
    default:
      return NO_KEY;
  }
}

/** The key of LLC, which stands behind a length: no EtherType is 0. */
export const LLC_KEY: number = keyOf(SPACE.ethertype, 0);

/** The EtherTypes (IEEE 802 Numbers, IANA). */
export const ETHERTYPES: Readonly<Record<number, string>> = {
  0x0800: "IPv4",
  0x0806: "ARP",
  0x0842: "Wake-on-LAN",
  0x22f0: "AVTP",
  0x6003: "DECnet",
  0x6558: "Ethernet",
  0x8035: "RARP",
  0x809b: "AppleTalk",
  0x80f3: "AppleTalk ARP",
  0x8100: "802.1Q VLAN",
  0x86dd: "IPv6",
  0x8137: "IPX",
  0x8808: "Ethernet flow control",
  0x8809: "slow protocols (LACP)",
  0x8847: "MPLS",
  0x8848: "MPLS multicast",
  0x880b: "PPP",
  0x8863: "PPPoE discovery",
  0x8864: "PPPoE session",
  0x888e: "802.1X",
  0x88a2: "ATA over Ethernet",
  0x88a8: "802.1ad VLAN",
  0x88cc: "LLDP",
  0x88be: "ERSPAN",
  0x88e5: "MACsec",
  0x88f7: "PTP",
  0x8902: "connectivity fault management",
  0x893a: "IEEE 1905",
  0x9000: "loopback test",
  0x22eb: "ERSPAN type III",
  0x2001: "NHRP",
  0xfefe: "OSI network layer",
};

/** The protocol numbers (IANA, Assigned Internet Protocol Numbers). */
export const PROTOCOLS: Readonly<Record<number, string>> = {
  0: "hop-by-hop options",
  1: "ICMP",
  2: "IGMP",
  4: "IPv4",
  6: "TCP",
  8: "EGP",
  9: "IGRP",
  17: "UDP",
  33: "DCCP",
  41: "IPv6",
  43: "routing header",
  44: "fragment header",
  46: "RSVP",
  47: "GRE",
  50: "ESP",
  51: "AH",
  58: "ICMPv6",
  59: "no next header",
  60: "destination options",
  88: "EIGRP",
  89: "OSPF",
  97: "EtherIP",
  103: "PIM",
  112: "VRRP",
  108: "IPComp",
  113: "PGM",
  115: "L2TPv3",
  132: "SCTP",
  135: "mobility header",
  136: "UDP-Lite",
  143: "Ethernet",
};

/** The protocols of PPP (IANA, PPP DLL Protocol Numbers). */
export const PPP_PROTOCOLS: Readonly<Record<number, string>> = {
  0x0021: "IPv4",
  0x002d: "compressed TCP/IP",
  0x002f: "uncompressed TCP/IP",
  0x003d: "multilink PPP",
  0x0057: "IPv6",
  0x00fd: "compressed",
  0x0281: "MPLS",
  0x8021: "IPCP",
  0x8057: "IPV6CP",
  0x80fd: "CCP",
  0xc021: "LCP",
  0xc023: "PAP",
  0xc025: "link quality report",
  0xc223: "CHAP",
  0xc227: "EAP",
};

/** The service access points (IEEE 802.2). */
const SAPS: Readonly<Record<number, string>> = {
  0x06: "IPv4",
  0x42: "STP",
  0xaa: "SNAP",
  0xe0: "IPX",
  0xf0: "NetBIOS",
  0xfe: "OSI network layer",
};

/** The types of Cisco's SNAP. */
const CISCO: Readonly<Record<number, string>> = {
  0x0111: "UDLD",
  0x010b: "PVST+",
  0x2000: "CDP",
  0x2003: "VTP",
  0x2004: "DTP",
};

const COOKED: Readonly<Record<number, string>> = {
  1: "IEEE 802.3 without LLC (Novell)",
  4: "LLC",
  12: "CAN",
  13: "CAN FD",
};

/**
 * Returns what a key announces, in words: `PTP (EtherType 0x88f7)`, `IP protocol 250`. `null` for ports
 * and for no key: what is inside is the data of a program.
 */
export function keyWords(key: number): string | null {
  const number = numberOf(key);
  switch (spaceOf(key)) {
    case SPACE.link:
      return `link type ${number}`;
    case SPACE.ethertype:
      return named(ETHERTYPES[number], `EtherType 0x${number.toString(16).padStart(4, "0")}`);
    case SPACE.ipv4:
    case SPACE.ipv6:
      return named(PROTOCOLS[number], `IP protocol ${number}`);
    case SPACE.ppp:
      return named(PPP_PROTOCOLS[number], `PPP protocol 0x${number.toString(16).padStart(4, "0")}`);
    case SPACE.sap:
      return named(SAPS[number], `LLC service 0x${number.toString(16).padStart(2, "0")}`);
    case SPACE.cisco:
      return named(CISCO[number], `Cisco type 0x${number.toString(16).padStart(4, "0")}`);
    case SPACE.cooked:
      return named(COOKED[number], `Linux protocol ${number}`);
    default:
      return null;
  }
}

function named(name: string | undefined, number: string): string {
  return name === undefined ? number : `${name} (${number})`;
}
