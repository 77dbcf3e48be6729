/**
 * The headers with fields that are always the same, as tables.
 *
 * @module
 */
import { field, type FieldSpec, type HeaderTable, headerTable } from "./field.ts";

/** What EtherTypes announce (IEEE 802 Numbers, IANA). */
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

/** What protocol numbers announce (IANA, Assigned Internet Protocol Numbers). */
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

/** What explicit congestion notification says (RFC 3168, section 5). */
const ECN = { 0: "not ECN-capable", 1: "ECT(1)", 2: "ECT(0)", 3: "congestion experienced" };

/** Differentiated services code points (IANA, DSCP). */
const DSCP: Readonly<Record<number, string>> = {
  0: "default",
  8: "CS1",
  10: "AF11",
  12: "AF12",
  14: "AF13",
  16: "CS2",
  18: "AF21",
  20: "AF22",
  22: "AF23",
  24: "CS3",
  26: "AF31",
  28: "AF32",
  30: "AF33",
  32: "CS4",
  34: "AF41",
  36: "AF42",
  38: "AF43",
  40: "CS5",
  44: "voice admit",
  46: "expedited forwarding",
  48: "CS6",
  56: "CS7",
};

const TYPE = { names: ETHERTYPES };
const NEXT = { names: PROTOCOLS };

/** Ethernet II (IEEE 802.3). */
export const ETHERNET: HeaderTable = headerTable(
  field("eth.dst", 48, "mac", "the next station on this link"),
  field("eth.src", 48, "mac", "the station that sent it onto this link"),
  field("eth.type", 16, "hex", "what the next header is", TYPE),
);

/** Ethernet with a length in place of the type (IEEE 802.3). */
export const ETHERNET_LENGTH: HeaderTable = headerTable(
  ETHERNET.fields[0]!,
  ETHERNET.fields[1]!,
  field("eth.len", 16, "decimal", "bytes behind this header, without padding"),
);

/** The VLAN tag of IEEE 802.1Q. */
export const VLAN: HeaderTable = headerTable(
  field("vlan.priority", 3, "decimal", "which frame goes first when a queue is full", {
    container: [0, 2],
  }),
  field("vlan.dei", 1, "decimal", "1: may be dropped first", { container: [0, 2] }),
  field("vlan.id", 12, "decimal", "the virtual LAN"),
  field("vlan.etype", 16, "hex", "what the next header is", TYPE),
);

/** The outer VLAN tag of IEEE 802.1ad, that of the provider. */
export const SERVICE_VLAN: HeaderTable = headerTable(
  field("ieee8021ad.priority", 3, "decimal", "which frame goes first when a queue is full"),
  field("ieee8021ad.dei", 1, "decimal", "1: may be dropped first"),
  field("ieee8021ad.id", 12, "decimal", "the virtual LAN of the provider"),
  field("ieee8021ah.etype", 16, "hex", "what the next header is", TYPE),
);

/** The first three bytes of IEEE 802.2. */
export const LLC: HeaderTable = headerTable(
  field("llc.dsap", 8, "hex", "the service at the destination"),
  field("llc.ssap", 8, "hex", "the service at the source"),
  field("llc.control", 8, "hex", "the kind of frame; 3 is a plain datagram"),
);

/** IEEE 802.2 with SNAP (RFC 1042). */
export const SNAP: HeaderTable = headerTable(
  ...LLC.fields,
  field("llc.oui", 24, "hex", "whose types these are; 0 are the EtherTypes"),
  field("llc.type", 16, "hex", "what the next header is", TYPE),
);

/** BSD loopback; the bytes are in the order of the host that captured. */
export const NULL: HeaderTable = headerTable(
  field("null.family", 32, "bytes", "the address family, in the byte order of the capturing host"),
);

/** What the packet was to the host that captured it on Linux's "any" device. */
const PACKET_TYPES = {
  0: "to us",
  1: "broadcast",
  2: "multicast",
  3: "to somebody else",
  4: "from us",
};

/** The sender's address on the link: of six bytes if it is a MAC address, else of up to eight. */
const SENDER_MAC = [
  field("sll.src.eth", 48, "mac", "the MAC address of the sender on the link"),
  field("sll.unused", 16, "bytes", "padding"),
];
const SENDER = [field("sll.src.other", 64, "bytes", "the address of the sender, padded")];

/** Linux cooked capture, version 1 (LINKTYPE_LINUX_SLL, tcpdump.org). */
function cooked(sender: readonly FieldSpec[]): HeaderTable {
  return headerTable(
    field("sll.pkttype", 16, "decimal", "which way it went", { names: PACKET_TYPES }),
    field("sll.hatype", 16, "decimal", "the type of the interface (ARPHRD_)"),
    field("sll.halen", 16, "decimal", "bytes of the address"),
    ...sender,
    field("sll.etype", 16, "hex", "what the next header is", TYPE),
  );
}

/** Linux cooked capture, version 2 (LINKTYPE_LINUX_SLL2, tcpdump.org). */
function cooked2(sender: readonly FieldSpec[]): HeaderTable {
  return headerTable(
    field("sll.etype", 16, "hex", "what the next header is", TYPE),
    field("sll.reserved", 16, "hex", "reserved"),
    field("sll.ifindex", 32, "decimal", "the number of the interface"),
    field("sll.hatype", 16, "decimal", "the type of the interface (ARPHRD_)"),
    field("sll.pkttype", 8, "decimal", "which way it went", { names: PACKET_TYPES }),
    field("sll.halen", 8, "decimal", "bytes of the address"),
    ...sender,
  );
}

/** Linux cooked capture, version 1, with a MAC address and with another one. */
export const SLL_ETHERNET: HeaderTable = cooked(SENDER_MAC);
export const SLL: HeaderTable = cooked(SENDER);
/** Linux cooked capture, version 2, with a MAC address and with another one. */
export const SLL2_ETHERNET: HeaderTable = cooked2(SENDER_MAC);
export const SLL2: HeaderTable = cooked2(SENDER);

const ARP_HEAD: readonly FieldSpec[] = [
  field("arp.hw.type", 16, "decimal", "the kind of link", { names: { 1: "Ethernet" } }),
  field("arp.proto.type", 16, "hex", "the protocol whose address is asked for", TYPE),
  field("arp.hw.size", 8, "decimal", "bytes of a hardware address"),
  field("arp.proto.size", 8, "decimal", "bytes of a protocol address"),
  field("arp.opcode", 16, "decimal", "who has? or: it is at", {
    names: { 1: "request", 2: "reply", 3: "reverse request", 4: "reverse reply" },
  }),
];

/** The part of ARP that does not depend on the sizes of addresses (RFC 826). */
export const ARP_ANY: HeaderTable = headerTable(...ARP_HEAD);

/** ARP for IPv4 over Ethernet (RFC 826). */
export const ARP: HeaderTable = headerTable(
  ...ARP_HEAD,
  field("arp.src.hw_mac", 48, "mac", "the sender's MAC address"),
  field("arp.src.proto_ipv4", 32, "ipv4", "the sender's IP address"),
  field("arp.dst.hw_mac", 48, "mac", "the target's MAC address; in a request unknown"),
  field("arp.dst.proto_ipv4", 32, "ipv4", "the target's IP address"),
);

/** IPv4 without options (RFC 791, section 3.1). */
export const IPV4: HeaderTable = headerTable(
  field("ip.version", 4, "decimal", "4"),
  field("ip.hdr_len", 4, "decimal", "bytes of this header; on the wire in units of 4", { unit: 4 }),
  field("ip.dsfield.dscp", 6, "decimal", "the class of service", { names: DSCP }),
  field("ip.dsfield.ecn", 2, "decimal", "lets routers report congestion", { names: ECN }),
  field("ip.len", 16, "decimal", "bytes of header and content"),
  field("ip.id", 16, "hex", "the same in all fragments of a packet"),
  field("ip.flags.rb", 1, "decimal", "reserved"),
  field("ip.flags.df", 1, "decimal", "1: routers may not fragment it"),
  field("ip.flags.mf", 1, "decimal", "1: more fragments follow"),
  field(
    "ip.frag_offset",
    13,
    "decimal",
    "where in the packet this fragment belongs, in units of 8 bytes",
  ),
  field("ip.ttl", 8, "decimal", "hops left; each router takes one"),
  field("ip.proto", 8, "decimal", "what the next header is", NEXT),
  field("ip.checksum", 16, "hex", "covers this header only"),
  field("ip.src", 32, "ipv4", "the sender"),
  field("ip.dst", 32, "ipv4", "the receiver"),
);

/** IPv6 (RFC 8200, section 3). */
export const IPV6: HeaderTable = headerTable(
  field("ipv6.version", 4, "decimal", "6"),
  field("ipv6.tclass", 8, "hex", "the class of service, and congestion", { container: [0, 4] }),
  field("ipv6.flow", 20, "hex", "the same in all packets of a flow"),
  field("ipv6.plen", 16, "decimal", "bytes behind this header"),
  field("ipv6.nxt", 8, "decimal", "what the next header is", NEXT),
  field("ipv6.hlim", 8, "decimal", "hops left; each router takes one"),
  field("ipv6.src", 128, "ipv6", "the sender"),
  field("ipv6.dst", 128, "ipv6", "the receiver"),
);

/** The beginning of the IPv6 extension headers (RFC 8200, section 4), by the layer's name. */
export const EXTENSIONS: Readonly<Record<string, HeaderTable>> = {
  "ipv6.hopopts": optionHeader("ipv6.hopopts"),
  "ipv6.dstopts": optionHeader("ipv6.dstopts"),
  "ipv6.routing": headerTable(
    ...optionHeader("ipv6.routing").fields,
    field("ipv6.routing.type", 8, "decimal", "the kind of routing header", {
      names: { 0: "source route, deprecated", 2: "mobile IPv6", 3: "RPL", 4: "segment routing" },
    }),
    field("ipv6.routing.segleft", 8, "decimal", "nodes still to be visited"),
  ),
  "ipv6.fraghdr": headerTable(
    field("ipv6.fraghdr.nxt", 8, "decimal", "what the next header is", NEXT),
    field("ipv6.fraghdr.reserved_octet", 8, "hex", "reserved"),
    field(
      "ipv6.fraghdr.offset",
      13,
      "decimal",
      "where in the packet this fragment belongs, in units of 8 bytes",
    ),
    field("ipv6.fraghdr.reserved_bits", 2, "decimal", "reserved", { container: [2, 2] }),
    field("ipv6.fraghdr.more", 1, "decimal", "1: more fragments follow", { container: [2, 2] }),
    field("ipv6.fraghdr.ident", 32, "hex", "the same in all fragments of a packet"),
  ),
};

function optionHeader(name: string): HeaderTable {
  return headerTable(
    field(`${name}.nxt`, 8, "decimal", "what the next header is", NEXT),
    field(`${name}.len`, 8, "decimal", "bytes of this header in units of 8, without the first 8"),
  );
}

/** TCP without options (RFC 9293, section 3.1). */
export const TCP: HeaderTable = headerTable(
  field("tcp.srcport", 16, "decimal", "the sender's port"),
  field("tcp.dstport", 16, "decimal", "the receiver's port"),
  field("tcp.seq_raw", 32, "decimal", "the number of the first byte of data"),
  field("tcp.ack_raw", 32, "decimal", "the number of the byte that is expected next"),
  field("tcp.hdr_len", 4, "decimal", "bytes of this header; on the wire in units of 4", {
    unit: 4,
  }),
  field("tcp.flags", 12, "flags", "what this segment does"),
  field(
    "tcp.window_size_value",
    16,
    "decimal",
    "bytes that may be sent without waiting, before scaling",
  ),
  field("tcp.checksum", 16, "hex", "covers addresses, header and data"),
  field("tcp.urgent_pointer", 16, "decimal", "where urgent data ends, with URG"),
);

/** UDP (RFC 768). */
export const UDP: HeaderTable = headerTable(
  field("udp.srcport", 16, "decimal", "the sender's port"),
  field("udp.dstport", 16, "decimal", "the receiver's port"),
  field("udp.length", 16, "decimal", "bytes of this header and the data"),
  field("udp.checksum", 16, "hex", "covers addresses, header and data"),
);
