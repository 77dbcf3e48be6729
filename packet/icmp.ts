/**
 * ICMP and ICMPv6: messages about the network itself, as tables by their types.
 *
 * @module
 */
import { field, type FieldSpec, type HeaderTable, headerTable } from "./field.ts";

/** The types of ICMP (IANA, ICMP Parameters). */
const ICMP_TYPES: Readonly<Record<number, string>> = {
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

/** The types of ICMPv6 (IANA, ICMPv6 Parameters). */
const ICMPV6_TYPES: Readonly<Record<number, string>> = {
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

/** The codes of ICMP, by type. */
const ICMP_CODES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
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

const ICMPV6_CODES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
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

/** Type, code and checksum, which all messages have. */
function head(
  name: string,
  types: Readonly<Record<number, string>>,
  codes: Readonly<Record<number, string>> = {},
): FieldSpec[] {
  return [
    field(`${name}.type`, 8, "decimal", "what it says", { names: types }),
    field(`${name}.code`, 8, "decimal", "what it says, closer", { names: codes }),
    field(`${name}.checksum`, 16, "hex", "covers the whole message"),
  ];
}

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
const EXTENDED_ECHO = (name: string, ident: FieldSpec): FieldSpec[] => [
  ident,
  field(`${name}.ext.echo.seq`, 8, "decimal", "which question of it"),
  field(`${name}.ext.echo.bits`, 8, "hex", "which interface, and its state (RFC 8335)"),
];

/** The fields behind type, code and checksum of ICMP, by type (RFC 792, 950, 1191, 1256, 8335). */
const ICMP_REST: Readonly<Record<number, readonly FieldSpec[]>> = {
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
  42: EXTENDED_ECHO("icmp", ECHO[0]!),
  43: EXTENDED_ECHO("icmp", ECHO[0]!),
};

const TOO_BIG: readonly FieldSpec[] = [
  field("icmp.unused", 16, "bytes", "reserved"),
  field("icmp.mtu", 16, "decimal", "the longest packet that fits the next link (RFC 1191)"),
];

const RESERVED: readonly FieldSpec[] = [field("icmpv6.reserved", 32, "bytes", "reserved")];
const ECHO6: readonly FieldSpec[] = [
  field("icmpv6.echo.identifier", 16, "hex", "which program asked"),
  field("icmpv6.echo.sequence_number", 16, "decimal", "which question of it"),
];
const LISTENER: readonly FieldSpec[] = [
  field("icmpv6.mld.maximum_response_delay", 16, "decimal", "milliseconds within which to answer"),
  field("icmpv6.reserved", 16, "bytes", "reserved"),
  field("icmpv6.mld.multicast_address", 128, "ipv6", "the group"),
];

/** The fields behind type, code and checksum of ICMPv6, by type (RFC 4443, 4861, 2710, 3810, 8335). */
const ICMPV6_REST: Readonly<Record<number, readonly FieldSpec[]>> = {
  1: RESERVED,
  2: [field("icmpv6.mtu", 32, "decimal", "the longest packet that fits the next link")],
  3: RESERVED,
  4: [field("icmpv6.pointer", 32, "decimal", "which byte of the packet is wrong")],
  128: ECHO6,
  129: ECHO6,
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
  160: EXTENDED_ECHO("icmpv6", ECHO6[0]!),
  161: EXTENDED_ECHO("icmpv6", ECHO6[0]!),
};

const TABLES = new Map<string, HeaderTable>();

/** Returns the table of a message with this type and code. */
export function icmpTable(name: "icmp" | "icmpv6", type: number, code: number): HeaderTable {
  const rests = name === "icmp" ? ICMP_REST : ICMPV6_REST;
  const tooBig = name === "icmp" && type === 3 && code === 4;
  // All unknown types have the same table, so that there are not more tables than types known here.
  const key = `${name} ${type in rests ? type : "unknown"} ${tooBig}`;
  let table = TABLES.get(key);
  if (table === undefined) {
    const [types, codes] = name === "icmp"
      ? [ICMP_TYPES, ICMP_CODES[type]]
      : [ICMPV6_TYPES, ICMPV6_CODES[type]];
    table = headerTable(...head(name, types, codes), ...tooBig ? TOO_BIG : rests[type] ?? []);
    TABLES.set(key, table);
  }
  return table;
}

/** The types of ICMPv6 whose fixed part is followed by options or records only. */
const ALL_HEADER: ReadonlySet<number> = new Set([133, 134, 135, 136, 137, 143]);

/** Returns the bytes of the header of a message with `type` that has `available` bytes in all. */
export function icmpSize(name: "icmp" | "icmpv6", type: number, available: number): number {
  const { size } = icmpTable(name, type, 0);
  const open = name === "icmpv6" ? ALL_HEADER.has(type) : type === 9;
  return open ? Math.max(size, available) : size;
}

/** Returns the meaning of a message's type, or `null` if it is unknown. */
export function icmpTypeName(name: "icmp" | "icmpv6", type: number): string | null {
  return (name === "icmp" ? ICMP_TYPES : ICMPV6_TYPES)[type] ?? null;
}

/** Returns the meaning of a message's code, or `null` if it is unknown. */
export function icmpCodeName(name: "icmp" | "icmpv6", type: number, code: number): string | null {
  return (name === "icmp" ? ICMP_CODES : ICMPV6_CODES)[type]?.[code] ?? null;
}
