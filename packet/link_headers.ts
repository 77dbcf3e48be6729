/**
 * The headers of links, as tables.
 *
 * @module
 */
import { field, type FieldSpec, type HeaderTable, headerTable } from "./field.ts";
import { ETHERTYPES } from "./protocol_numbers.ts";

const TYPE = { names: ETHERTYPES };

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

/** The direction of a packet, as Linux's "any" device tells it. */
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

/** Linux cooked capture, version 1, with a MAC address. */
export const SLL_ETHERNET: HeaderTable = cooked(SENDER_MAC);
/** Linux cooked capture, version 1, with another kind of address. */
export const SLL: HeaderTable = cooked(SENDER);
/** Linux cooked capture, version 2, with a MAC address. */
export const SLL2_ETHERNET: HeaderTable = cooked2(SENDER_MAC);
/** Linux cooked capture, version 2, with another kind of address. */
export const SLL2: HeaderTable = cooked2(SENDER);
