/**
 * Linux cooked captures, those of the device "any" (LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2,
 * tcpdump.org).
 *
 * @module
 */
import { field, type FieldSpec, type HeaderTable, headerTable } from "./field.ts";
import { ETHERTYPES, FIRST_ETHERTYPE, keyOf, LLC_KEY, SPACE } from "./keys.ts";
import { u16 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";

/** The direction of a packet. */
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

const ETYPE = field("sll.etype", 16, "hex", "what the next header is", { names: ETHERTYPES });

function cooked(sender: readonly FieldSpec[]): HeaderTable {
  return headerTable(
    field("sll.pkttype", 16, "decimal", "which way it went", { names: PACKET_TYPES }),
    field("sll.hatype", 16, "decimal", "the type of the interface (ARPHRD_)"),
    field("sll.halen", 16, "decimal", "bytes of the address"),
    ...sender,
    ETYPE,
  );
}

function cooked2(sender: readonly FieldSpec[]): HeaderTable {
  return headerTable(
    ETYPE,
    field("sll.reserved", 16, "hex", "reserved"),
    field("sll.ifindex", 32, "decimal", "the number of the interface"),
    field("sll.hatype", 16, "decimal", "the type of the interface (ARPHRD_)"),
    field("sll.pkttype", 8, "decimal", "which way it went", { names: PACKET_TYPES }),
    field("sll.halen", 8, "decimal", "bytes of the address"),
    ...sender,
  );
}

const V1 = cooked(SENDER);
const V1_ETHERNET = cooked(SENDER_MAC);
const V2 = cooked2(SENDER);
const V2_ETHERNET = cooked2(SENDER_MAC);

/** Returns the key that a protocol is; less than an EtherType is no length here: 4 is LLC. */
function behind(type: number): number {
  if (type >= FIRST_ETHERTYPE) return keyOf(SPACE.ethertype, type);
  return type === 4 ? LLC_KEY : keyOf(SPACE.cooked, type);
}

/** Linux cooked capture, version 1. */
export const SLL: Protocol = {
  name: "sll",
  title: "Linux cooked v1",
  model: "link",
  table: (bytes, start) => u16(bytes, start + 4) === 6 ? V1_ETHERNET : V1,
  others: [V1, V1_ETHERNET],
  next: (bytes, start) => behind(u16(bytes, start + 14)),
};

/** Linux cooked capture, version 2. */
export const SLL2: Protocol = {
  name: "sll2",
  title: "Linux cooked v2",
  model: "link",
  table: (bytes, start) => bytes[start + 11] === 6 ? V2_ETHERNET : V2,
  others: [V2, V2_ETHERNET],
  next: (bytes, start) => behind(u16(bytes, start)),
};
