/**
 * The options of TCP, IPv4, IPv6 and neighbour discovery, by their kinds.
 *
 * @module
 */
import { field, type FieldSpec, headerTable } from "./field.ts";
import type { OptionFamily, OptionSpec } from "./options.ts";

function rest(name: string, about: string): FieldSpec {
  return { name, about, bits: 0, form: "bytes" };
}

/** The options of TCP (IANA, TCP Option Kind Numbers). */
const TCP_KINDS: Readonly<Record<number, OptionSpec>> = {
  0: { name: "tcp.options.eol", about: "the end of the options" },
  1: { name: "tcp.options.nop", about: "padding" },
  2: {
    name: "tcp.options.mss",
    about: "maximum segment size (RFC 9293, section 3.7.1)",
    head: headerTable(
      field("tcp.options.mss_val", 16, "decimal", "the most bytes of data to send in a segment"),
    ),
  },
  3: {
    name: "tcp.options.wscale",
    about: "window scale (RFC 7323)",
    head: headerTable(
      field("tcp.options.wscale.shift", 8, "decimal", "windows count in 2 to this power bytes"),
    ),
  },
  4: { name: "tcp.options.sack_perm", about: "selective acknowledgments are welcome (RFC 2018)" },
  5: {
    name: "tcp.options.sack",
    about: "what has arrived behind a gap (RFC 2018)",
    repeated: headerTable(
      field("tcp.options.sack_le", 32, "decimal", "the first byte of a block"),
      field("tcp.options.sack_re", 32, "decimal", "the byte behind it"),
    ),
  },
  8: {
    name: "tcp.options.timestamp",
    about: "measures the round trip (RFC 7323)",
    head: headerTable(
      field("tcp.options.timestamp.tsval", 32, "decimal", "the sender's clock"),
      field("tcp.options.timestamp.tsecr", 32, "decimal", "the last one received, sent back"),
    ),
  },
  19: {
    name: "tcp.options.md5",
    about: "signature (RFC 2385)",
    rest: rest("tcp.options.md5.digest", "the digest"),
  },
  28: {
    name: "tcp.options.user_to",
    about: "user time-out (RFC 5482)",
  },
  30: { name: "tcp.options.mptcp", about: "Multipath TCP (RFC 8684)" },
  34: {
    name: "tcp.options.tfo",
    about: "TCP Fast Open (RFC 7413)",
    rest: rest("tcp.options.tfo.cookie", "proves that the client was here before"),
  },
  253: experimental(),
  254: experimental(),
};

function experimental(): OptionSpec {
  return {
    name: "tcp.options.experimental",
    about: "an experiment (RFC 6994)",
    head: headerTable(field("tcp.options.experimental.exid", 16, "hex", "which one")),
    rest: rest("tcp.options.experimental.data", "its data"),
  };
}

const TCP_UNKNOWN: OptionSpec = {
  name: "tcp.options.unknown",
  about: "an option not known here",
  rest: rest("tcp.options.unknown.payload", "its data"),
};

/** The options of TCP. */
export const TCP_OPTIONS: OptionFamily = {
  end: 0,
  single: [0, 1],
  size: (length) => length,
  specOf: (kind) => TCP_KINDS[kind] ?? TCP_UNKNOWN,
};

const IP_KINDS: Readonly<Record<number, OptionSpec>> = {
  0: { name: "ip.options.eol", about: "the end of the options" },
  1: { name: "ip.options.nop", about: "padding" },
  7: {
    name: "ip.options.record_route",
    about: "routers note their addresses here",
    head: headerTable(field("ip.opt.ptr", 8, "decimal", "where the next one goes")),
    repeated: headerTable(field("ip.rec_rt", 32, "ipv4", "the address of a router")),
  },
  130: { name: "ip.options.security", about: "security level (RFC 791)" },
  131: route("ip.options.route", "loose source route"),
  134: { name: "ip.options.cipso", about: "commercial security" },
  136: {
    name: "ip.options.sid",
    about: "stream of SATNET",
    head: headerTable(field("ip.opt.sid", 16, "decimal", "its number")),
  },
  137: route("ip.options.source_route", "strict source route"),
  148: {
    name: "ip.options.routeralert",
    about: "routers should look into this packet (RFC 2113)",
    head: headerTable(field("ip.opt.ra", 16, "decimal", "0: every router")),
  },
};

function route(name: string, about: string): OptionSpec {
  return {
    name,
    about,
    head: headerTable(field("ip.opt.ptr", 8, "decimal", "where the next address is")),
    repeated: headerTable(field("ip.src_rt", 32, "ipv4", "an address on the way")),
  };
}

/** Time stamps of routers, with their addresses unless the flag is 0 (RFC 791, section 3.1). */
function timestamps(body: Uint8Array): OptionSpec {
  const time = field("ip.opt.time_stamp", 32, "decimal", "milliseconds since midnight UTC");
  const withAddress = ((body[1] ?? 0) & 0x0f) !== 0;
  return {
    name: "ip.options.timestamp",
    about: "routers note when it passed them",
    head: headerTable(
      field("ip.opt.ptr", 8, "decimal", "where the next one goes"),
      field("ip.opt.overflow", 4, "decimal", "routers for which there was no room"),
      field("ip.opt.flag", 4, "decimal", "0: times only"),
    ),
    repeated: withAddress
      ? headerTable(field("ip.opt.time_stamp_addr", 32, "ipv4", "the address of a router"), time)
      : headerTable(time),
  };
}

const IP_UNKNOWN: OptionSpec = { name: "ip.options.unknown", about: "an option not known here" };

/** The options of IPv4 (IANA, IP Option Numbers). */
export const IP_OPTIONS: OptionFamily = {
  end: 0,
  single: [0, 1],
  size: (length) => length,
  specOf: (kind, body) => kind === 68 ? timestamps(body) : IP_KINDS[kind] ?? IP_UNKNOWN,
};

const IPV6_KINDS: Readonly<Record<number, OptionSpec>> = {
  0: { name: "ipv6.opt.pad1", about: "padding" },
  1: { name: "ipv6.opt", about: "padding", rest: rest("ipv6.opt.padn", "zeros") },
  5: {
    name: "ipv6.opt",
    about: "routers should look into this packet (RFC 2711)",
    head: headerTable(field("ipv6.opt.router_alert", 16, "decimal", "0: a multicast listener")),
  },
  0xc2: {
    name: "ipv6.opt",
    about: "a packet of more than 64 KiB (RFC 2675)",
    head: headerTable(field("ipv6.opt.jumbo", 32, "decimal", "bytes behind the IPv6 header")),
  },
};

const IPV6_UNKNOWN: OptionSpec = { name: "ipv6.opt", about: "an option not known here" };

/** The options in the hop-by-hop and destination headers of IPv6 (RFC 8200, section 4.2). */
export const IPV6_OPTIONS: OptionFamily = {
  end: null,
  single: [0],
  size: (length) => length + 2,
  specOf: (kind) => IPV6_KINDS[kind] ?? IPV6_UNKNOWN,
};

const RESERVED16 = field("icmpv6.opt.reserved", 16, "bytes", "reserved");
const LIFETIME = "seconds for which it is valid";

const ND_KINDS: Readonly<Record<number, OptionSpec>> = {
  1: linkAddress("the sender's MAC address"),
  2: linkAddress("the target's MAC address"),
  3: {
    name: "icmpv6.opt",
    about: "a network on this link",
    head: headerTable(
      field("icmpv6.opt.prefix.length", 8, "decimal", "its prefix length"),
      field("icmpv6.opt.prefix.flag", 8, "hex", "80: on this link, 40: make an address from it"),
      field("icmpv6.opt.prefix.valid_lifetime", 32, "decimal", LIFETIME),
      field("icmpv6.opt.prefix.preferred_lifetime", 32, "decimal", "seconds for new connections"),
      field("icmpv6.opt.reserved", 32, "bytes", "reserved"),
      field("icmpv6.opt.prefix", 128, "ipv6", "the network"),
    ),
  },
  5: {
    name: "icmpv6.opt",
    about: "the longest packet on this link",
    head: headerTable(RESERVED16, field("icmpv6.opt.mtu", 32, "decimal", "bytes")),
  },
  14: {
    name: "icmpv6.opt",
    about: "tells an answer from an old one (RFC 3971)",
    rest: rest("icmpv6.opt.nonce", "random"),
  },
  25: {
    name: "icmpv6.opt",
    about: "name servers (RFC 8106)",
    head: headerTable(RESERVED16, field("icmpv6.opt.rdnss.lifetime", 32, "decimal", LIFETIME)),
    repeated: headerTable(field("icmpv6.opt.rdnss", 128, "ipv6", "a name server")),
  },
};

function linkAddress(about: string): OptionSpec {
  return {
    name: "icmpv6.opt",
    about,
    head: headerTable(field("icmpv6.opt.linkaddr", 48, "mac", "the address")),
  };
}

const ND_UNKNOWN: OptionSpec = { name: "icmpv6.opt", about: "an option not known here" };

/** The options of neighbour discovery (RFC 4861, section 4.6). */
export const ND_OPTIONS: OptionFamily = {
  end: null,
  single: [],
  size: (length) => 8 * length,
  specOf: (kind) => ND_KINDS[kind] ?? ND_UNKNOWN,
};
