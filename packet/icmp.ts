/**
 * ICMP: messages about the network itself (RFC 792).
 *
 * @module
 */
import {
  type Field,
  field,
  type FieldSpec,
  type HeaderTable,
  headerTable,
  readTable,
} from "./field.ts";
import {
  extendedEcho,
  messageLine,
  type Messages,
  messageTable,
  messageTables,
  readMessage,
} from "./icmp_message.ts";
import { keyOf, SPACE } from "./keys.ts";
import type { Layer, Protocol } from "./protocol.ts";

/** The types of ICMP (IANA, ICMP Parameters). */
const TYPES: Readonly<Record<number, string>> = {
  0: "echo reply",
  3: "destination unreachable",
  4: "source quench, deprecated",
  5: "redirect",
  8: "echo request",
  9: "router advertisement",
  10: "router solicitation",
  11: "time exceeded",
  12: "parameter problem",
  13: "timestamp request",
  14: "timestamp reply",
  17: "address mask request",
  18: "address mask reply",
  42: "extended echo request",
  43: "extended echo reply",
};

/** The codes of ICMP, by type. */
const CODES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  3: {
    0: "network unreachable",
    1: "host unreachable",
    2: "protocol unreachable",
    3: "port unreachable",
    4: "fragmentation needed, but not allowed",
    5: "source route failed",
    6: "network unknown",
    7: "host unknown",
    9: "network prohibited",
    10: "host prohibited",
    13: "prohibited by a filter",
  },
  5: { 0: "for the network", 1: "for the host" },
  11: { 0: "no hops left", 1: "fragments were missing" },
  12: { 0: "see the pointer", 1: "an option is missing", 2: "bad length" },
};

const ECHO: readonly FieldSpec[] = [
  field("icmp.ident", 16, "decimal", "which program asked"),
  field("icmp.seq", 16, "decimal", "which question of it"),
];
const TIMES: readonly FieldSpec[] = [
  ...ECHO,
  field(
    "icmp.originate_timestamp",
    32,
    "decimal",
    "milliseconds since midnight UTC, at the question",
  ),
  field("icmp.receive_timestamp", 32, "decimal", "the same when it arrived"),
  field("icmp.transmit_timestamp", 32, "decimal", "the same when the answer left"),
];
const MASK = [...ECHO, field("icmp.address_mask", 32, "ipv4", "the netmask")];
const UNUSED: readonly FieldSpec[] = [field("icmp.unused", 32, "bytes", "reserved")];
/** The fields behind type, code and checksum of ICMP, by type (RFC 792, 950, 1191, 1256, 8335). */
const REST: Readonly<Record<number, readonly FieldSpec[]>> = {
  0: ECHO,
  3: UNUSED,
  4: UNUSED,
  5: [field("icmp.redir_gw", 32, "ipv4", "the better gateway")],
  8: ECHO,
  9: [
    field("icmp.num_addrs", 8, "decimal", "how many routers follow"),
    field("icmp.addr_entry_size", 8, "decimal", "4-byte words of an entry"),
    field("icmp.lifetime", 16, "decimal", "seconds for which it is valid"),
  ],
  10: UNUSED,
  11: UNUSED,
  12: [
    field("icmp.pointer", 8, "decimal", "which byte of the packet is wrong"),
    field("icmp.unused", 24, "bytes", "reserved"),
  ],
  13: TIMES,
  14: TIMES,
  17: MASK,
  18: MASK,
  42: extendedEcho("icmp", ECHO[0]!),
  43: extendedEcho("icmp", ECHO[0]!),
};

const TOO_BIG: readonly FieldSpec[] = [
  field("icmp.unused", 16, "bytes", "reserved"),
  field("icmp.mtu", 16, "decimal", "the longest packet that fits the next link (RFC 1191)"),
];

const MESSAGES: Messages = { name: "icmp", types: TYPES, codes: CODES, rest: REST };
const TABLES = messageTables(MESSAGES);
const FRAGMENTATION_NEEDED = messageTable(MESSAGES, 3, TOO_BIG);

function tableAt(bytes: Uint8Array, start: number): HeaderTable {
  const type = bytes[start] ?? 0;
  if (type === 3 && bytes[start + 1] === 4) return FRAGMENTATION_NEEDED;
  return TABLES.get(type) ?? TABLES.get(-1)!;
}

/** The types that quote the packet that they are about. */
const QUOTING: ReadonlySet<number> = new Set([3, 4, 5, 11, 12]);

/** The type that is followed by records only. */
const ROUTER_ADVERTISEMENT = 9;

const ROUTER = headerTable(
  field("icmp.router_address", 32, "ipv4", "the address of a router"),
  field("icmp.pref_level", 32, "signed", "how much it is preferred"),
);

function routers({ start, body }: Layer, bytes: Uint8Array, at: number): Field[] {
  const fields: Field[] = [];
  if (bytes[start] === ROUTER_ADVERTISEMENT) {
    for (; at + ROUTER.size <= body; at += ROUTER.size) {
      fields.push(...readTable(ROUTER, bytes, at));
    }
  }
  return fields;
}

/** ICMP. */
export const ICMP: Protocol = {
  name: "icmp",
  title: "ICMP",
  pdu: "message",
  model: "network",
  table: tableAt,
  size(bytes, start, end) {
    const least = tableAt(bytes, start).size;
    return bytes[start] === ROUTER_ADVERTISEMENT ? Math.max(least, end - start) : least;
  },
  read: (cursor) => readMessage(cursor, ICMP, QUOTING, keyOf(SPACE.ethertype, 0x0800)),
  rest: routers,
  others: [...TABLES.values(), FRAGMENTATION_NEEDED, ROUTER],
  checksum: { offset: 2, covers: "content" },
  line: ({ start }, bytes, line) => messageLine("ICMP", MESSAGES, start, bytes, line),
  build: {
    table: TABLES.get(8)!,
    defaults: { "icmp.type": 8, "icmp.ident": 1, "icmp.seq": 1 },
  },
};
