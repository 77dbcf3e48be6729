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

/** The key of LLC, which stands behind a length: no EtherType is 0. */
export const LLC_KEY: number = keyOf(SPACE.ethertype, 0);

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
  97: "EtherIP",
  103: "PIM",
  112: "VRRP",
  132: "SCTP",
  136: "UDP-Lite",
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
    default:
      return null;
  }
}

function named(name: string | undefined, number: string): string {
  return name === undefined ? number : `${name} (${number})`;
}
