/**
 * Options: what follows the fixed part of a header, each with its kind and length.
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

/** What an option contains. */
interface OptionSpec {
  /** The Wireshark name of the whole option. */
  readonly name: string;
  /** What it is for. */
  readonly about: string;
  /** The fields behind kind and length. */
  readonly head?: HeaderTable;
  /** The fields that follow, as often as they fit. */
  readonly repeated?: HeaderTable;
  /** What the bytes are that are left. */
  readonly rest?: FieldSpec;
}

/** The options of one protocol: how they are laid out, and which there are. */
export interface OptionFamily {
  /** The kind that ends the options; all behind it is padding. */
  readonly end: number | null;
  /** Kinds of a single byte, without a length. */
  readonly single: readonly number[];
  /** Returns the bytes of an option with this byte as its length. */
  readonly size: (length: number) => number;
  /** Returns what an option of this kind contains; the bytes begin behind kind and length. */
  readonly specOf: (kind: number, body: Uint8Array) => OptionSpec;
}

/** An option where it stands. */
interface Placed {
  readonly kind: number;
  readonly at: number;
  readonly size: number;
}

/** Yields the options from `start` to `end`; returns what is wrong with the rest, or `null`. */
function* walk(
  family: OptionFamily,
  bytes: Uint8Array,
  start: number,
  end: number,
): Generator<Placed, string | null> {
  for (let at = start; at < end;) {
    const kind = bytes[at]!;
    if (family.single.includes(kind)) {
      yield { kind, at, size: 1 };
      at++;
      if (kind === family.end) return null;
      continue;
    }
    const length = bytes[at + 1];
    if (at + 1 >= end || length === undefined) return `option ${kind} has no length`;
    const size = family.size(length);
    if (size < 2 || at + size > end) return `option ${kind} has a bad length, ${length}`;
    yield { kind, at, size };
    at += size;
  }
  return null;
}

/** Returns what is wrong with the options from `start` to `end`, or `null`. */
export function optionProblem(
  family: OptionFamily,
  bytes: Uint8Array,
  start: number,
  end: number,
): string | null {
  const options = walk(family, bytes, start, end);
  for (;;) {
    const { done, value } = options.next();
    if (done) return value;
  }
}

/** Returns the options from `start` to `end` as fields: each one whole, then what is in it. */
export function optionFields(
  family: OptionFamily,
  bytes: Uint8Array,
  start: number,
  end: number,
): Field[] {
  const fields: Field[] = [];
  for (const { kind, at, size } of walk(family, bytes, start, end)) {
    const body = bytes.subarray(at + 2, at + size);
    const { name, about, head, repeated, rest } = family.specOf(kind, body);
    fields.push(bytesField({ name, about, bits: 8 * size, form: "bytes" }, bytes, at, size));
    let next = at + 2;
    if (head !== undefined && next + head.size <= at + size) {
      fields.push(...readTable(head, bytes, next));
      next += head.size;
    }
    while (repeated !== undefined && next + repeated.size <= at + size) {
      fields.push(...readTable(repeated, bytes, next));
      next += repeated.size;
    }
    if (rest !== undefined && next < at + size) {
      fields.push(bytesField(rest, bytes, next, at + size - next));
    }
  }
  return fields;
}

/** Returns a field that is all of `size` bytes at `pos`. */
export function bytesField(spec: FieldSpec, bytes: Uint8Array, pos: number, size: number): Field {
  return { name: spec.name, spec, bit: 0, pos, size, value: bytes.subarray(pos, pos + size) };
}

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
