/**
 * The headers of ARP, IP, TCP and UDP, as tables.
 *
 * @module
 */
import { field, type FieldSpec, type HeaderTable, headerTable } from "./field.ts";
import { ETHERTYPES, PROTOCOLS } from "./protocol_numbers.ts";

/** The codes of explicit congestion notification (RFC 3168, section 5). */
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
