/**
 * ICMPv6: messages about the network itself (RFC 4443), neighbour discovery (RFC 4861), and multicast
 * listeners (RFC 2710, RFC 3810).
 *
 * @module
 */
import { field, type FieldSpec, type HeaderTable, headerTable, raw } from "./field.ts";
import { type GroupRecord, RECORD_TYPES, recordFields } from "./group_records.ts";
import {
  extendedEcho,
  messageLine,
  type Messages,
  messageTables,
  readMessage,
} from "./icmp_message.ts";
import { keyOf, SPACE } from "./keys.ts";
import { ND_OPTIONS } from "./nd_options.ts";
import type { Protocol } from "./protocol.ts";

/** The types of ICMPv6 (IANA, ICMPv6 Parameters). */
const TYPES: Readonly<Record<number, string>> = {
  1: "destination unreachable",
  2: "packet too big",
  3: "time exceeded",
  4: "parameter problem",
  128: "echo request",
  129: "echo reply",
  130: "multicast listener query",
  131: "multicast listener report",
  132: "multicast listener done",
  133: "router solicitation",
  134: "router advertisement",
  135: "neighbour solicitation",
  136: "neighbour advertisement",
  137: "redirect",
  143: "multicast listener report v2",
  160: "extended echo request",
  161: "extended echo reply",
};

const CODES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  1: {
    0: "no route",
    1: "prohibited",
    2: "beyond the scope of the source",
    3: "address unreachable",
    4: "port unreachable",
    5: "source address against the policy",
    6: "route rejected",
  },
  3: { 0: "no hops left", 1: "fragments were missing" },
  4: { 0: "bad field", 1: "unknown next header", 2: "unknown option" },
};

const RESERVED: readonly FieldSpec[] = [field("icmpv6.reserved", 32, "bytes", "reserved")];
const ECHO: readonly FieldSpec[] = [
  field("icmpv6.echo.identifier", 16, "hex", "which program asked"),
  field("icmpv6.echo.sequence_number", 16, "decimal", "which question of it"),
];
const LISTENER: readonly FieldSpec[] = [
  field("icmpv6.mld.maximum_response_delay", 16, "decimal", "milliseconds within which to answer"),
  field("icmpv6.reserved", 16, "bytes", "reserved"),
  field("icmpv6.mld.multicast_address", 128, "ipv6", "the group"),
];

/** The fields behind type, code and checksum of ICMPv6, by type (RFC 4443, 4861, 2710, 3810, 8335). */
const REST: Readonly<Record<number, readonly FieldSpec[]>> = {
  1: RESERVED,
  2: [field("icmpv6.mtu", 32, "decimal", "the longest packet that fits the next link")],
  3: RESERVED,
  4: [field("icmpv6.pointer", 32, "decimal", "which byte of the packet is wrong")],
  128: ECHO,
  129: ECHO,
  130: LISTENER,
  131: LISTENER,
  132: LISTENER,
  133: RESERVED,
  134: [
    field("icmpv6.nd.ra.cur_hop_limit", 8, "decimal", "the hop limit to use"),
    field("icmpv6.nd.ra.flag", 8, "hex", "how addresses are given out: 80 by DHCPv6, 40 the rest"),
    field("icmpv6.nd.ra.router_lifetime", 16, "decimal", "seconds as default router"),
    field("icmpv6.nd.ra.reachable_time", 32, "decimal", "milliseconds a neighbour counts as there"),
    field("icmpv6.nd.ra.retrans_timer", 32, "decimal", "milliseconds between two solicitations"),
  ],
  135: [...RESERVED, field("icmpv6.nd.ns.target_address", 128, "ipv6", "whose MAC is asked for")],
  136: [
    field(
      "icmpv6.nd.na.flag",
      32,
      "hex",
      "80: router, 40: solicited, 20: override, in the first byte",
    ),
    field("icmpv6.nd.na.target_address", 128, "ipv6", "whose MAC it is"),
  ],
  137: [
    ...RESERVED,
    field("icmpv6.nd.rd.target_address", 128, "ipv6", "the better next hop"),
    field("icmpv6.rd.na.destination_address", 128, "ipv6", "for packets to this address"),
  ],
  143: [
    field("icmpv6.reserved", 16, "bytes", "reserved"),
    field("icmpv6.mldr.nb_mcast_records", 16, "decimal", "how many groups follow"),
  ],
  160: extendedEcho("icmpv6", ECHO[0]!),
  161: extendedEcho("icmpv6", ECHO[0]!),
};

const MESSAGES: Messages = { name: "icmpv6", types: TYPES, codes: CODES, rest: REST };
const TABLES = messageTables(MESSAGES);

function tableAt(bytes: Uint8Array, start: number): HeaderTable {
  return TABLES.get(bytes[start] ?? 0) ?? TABLES.get(-1)!;
}

/** The types that quote the packet that they are about (RFC 4443, section 3). */
const QUOTING: ReadonlySet<number> = new Set([1, 2, 3, 4]);

/** The types of neighbour discovery, whose fixed part is followed by options. */
function hasOptions(type: number): boolean {
  return type >= 133 && type <= 137;
}

/** The type whose fixed part is followed by records. */
const REPORT = 143;

const RECORD: GroupRecord = {
  head: headerTable(
    field("icmpv6.mldr.mar.record_type", 8, "decimal", "what changes", { names: RECORD_TYPES }),
    field("icmpv6.mldr.mar.aux_data_len", 8, "decimal", "4-byte words of auxiliary data"),
    field("icmpv6.mldr.mar.nb_sources", 16, "decimal", "how many sources follow"),
    field("icmpv6.mldr.mar.multicast_address", 128, "ipv6", "the group"),
  ),
  source: headerTable(field("icmpv6.mldr.mar.source_address", 128, "ipv6", "a source")),
  auxiliary: raw("icmpv6.mldr.mar.auxiliary_data", "auxiliary data"),
};

/** ICMPv6. */
export const ICMPV6: Protocol = {
  name: "icmpv6",
  title: "ICMPv6",
  pdu: "message",
  model: "network",
  table: tableAt,
  size(bytes, start, end) {
    const type = bytes[start]!;
    const least = tableAt(bytes, start).size;
    return hasOptions(type) || type === REPORT ? Math.max(least, end - start) : least;
  },
  read: (cursor) => readMessage(cursor, ICMPV6, QUOTING, keyOf(SPACE.ethertype, 0x86dd)),
  options: (bytes, start) =>
    hasOptions(bytes[start]!)
      ? { family: ND_OPTIONS, start: start + tableAt(bytes, start).size }
      : null,
  others: [...TABLES.values(), ND_OPTIONS, RECORD.head, RECORD.source, RECORD.auxiliary],
  rest: ({ start, body }, bytes, at) =>
    bytes[start] === REPORT ? recordFields(RECORD, bytes, at, body) : [],
  checksum: { offset: 2, covers: "content", pseudo: 58 },
  line: ({ start }, bytes, line) => messageLine("ICMPv6", MESSAGES, start, bytes, line),
  build: {
    table: TABLES.get(128)!,
    defaults: {
      "icmpv6.type": 128,
      "icmpv6.echo.identifier": 1,
      "icmpv6.echo.sequence_number": 1,
    },
  },
};
