/**
 * The extension headers of IPv6 (RFC 8200, section 4).
 *
 * @module
 */
import { field, type HeaderTable, headerTable, raw } from "./field.ts";
import { keyOf, PROTOCOLS, SPACE } from "./keys.ts";
import { u16 } from "./numbers.ts";
import type { OptionFamily, OptionSpec } from "./options.ts";
import type { Build, Protocol } from "./protocol.ts";

const NEXT = { names: PROTOCOLS };

function start(name: string): HeaderTable {
  return headerTable(
    field(`${name}.nxt`, 8, "decimal", "what the next header is", NEXT),
    field(`${name}.len`, 8, "decimal", "bytes of this header in units of 8, without the first 8"),
  );
}

const ROUTING = headerTable(
  ...start("ipv6.routing").fields,
  field("ipv6.routing.type", 8, "decimal", "the kind of routing header", {
    names: {
      0: "source route, deprecated",
      2: "mobile IPv6",
      3: "RPL",
      4: "segment routing",
      253: "experiment",
    },
  }),
  field("ipv6.routing.segleft", 8, "decimal", "nodes still to be visited"),
);

const FRAGMENT = headerTable(
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
);

const KINDS: Readonly<Record<number, OptionSpec>> = {
  0: { name: "ipv6.opt.pad1", about: "padding" },
  1: { name: "ipv6.opt", about: "padding", rest: raw("ipv6.opt.padn", "zeros") },
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
  0xc9: {
    name: "ipv6.opt",
    about: "a mobile host away from home (RFC 6275)",
    head: headerTable(
      field(
        "ipv6.opt.mipv6.home_address",
        128,
        "ipv6",
        "its home address, the sender to checksums",
      ),
    ),
  },
};

const UNKNOWN: OptionSpec = { name: "ipv6.opt", about: "an option not known here" };

/** The options in the hop-by-hop and destination headers of IPv6 (RFC 8200, section 4.2). */
const OPTIONS: OptionFamily = {
  end: null,
  single: [0],
  size: (length) => length + 2,
  specOf: (kind) => KINDS[kind] ?? UNKNOWN,
  kinds: [...Object.values(KINDS), UNKNOWN],
};

/** A header with a length in units of 8 bytes. */
function extension(name: string, title: string, more: Partial<Protocol> = {}): Protocol {
  return {
    name,
    title,
    model: "network",
    table: start(name),
    // Every one has at least 8 bytes; those behind the table need not be there to tell the length.
    size: (bytes, start) => (bytes[start + 1]! + 1) * 8,
    next: (bytes, start) => keyOf(SPACE.ipv6, bytes[start]!),
    build: buildOf(name),
    ...more,
  };
}

/** Returns the building of a header that says what follows, and its own length. */
function buildOf(name: string): Build {
  return {
    announces: { field: `${name}.nxt`, space: SPACE.ipv6, nothing: 59 },
    lengths: (header) => ({ [`${name}.len`]: header / 8 - 1 }),
  };
}

const WITH_OPTIONS: Partial<Protocol> = {
  options: (_, start) => ({ family: OPTIONS, start: start + 2 }),
  others: [OPTIONS],
};

/** The hop-by-hop options. */
export const HOP_BY_HOP: Protocol = extension(
  "ipv6.hopopts",
  "IPv6 hop-by-hop options",
  WITH_OPTIONS,
);

/** The destination options. */
export const DESTINATION_OPTIONS: Protocol = extension(
  "ipv6.dstopts",
  "IPv6 destination options",
  WITH_OPTIONS,
);

/** The routing header. */
export const ROUTING_HEADER: Protocol = extension("ipv6.routing", "IPv6 routing header", {
  table: ROUTING,
  build: {
    ...buildOf("ipv6.routing"),
    // 253: for experiments (RFC 4727): without nodes to be visited any receiver passes over it.
    defaults: { "ipv6.routing.type": 253 },
  },
});

/** The fragment header. */
export const FRAGMENT_HEADER: Protocol = extension("ipv6.fraghdr", "IPv6 fragment header", {
  table: FRAGMENT,
  size: () => FRAGMENT.size,
  build: {
    defaults: { "ipv6.fraghdr.ident": 1 },
    announces: { field: "ipv6.fraghdr.nxt", space: SPACE.ipv6, nothing: 59 },
  },
  read(cursor) {
    const { bytes, at } = cursor;
    if (!cursor.header(FRAGMENT_HEADER)) return 0;
    const placement = u16(bytes, at + 2);
    if ((placement & 0xfff9) !== 0) cursor.fragment = true; // offset or "more"; neither is an atomic fragment
    const key = keyOf(SPACE.ipv6, bytes[at]!);
    return placement >> 3 > 0 ? -key : key;
  },
  line({ start }, bytes, line) {
    const placement = u16(bytes, start + 2);
    const offset = placement & 0xfff8;
    if (offset === 0 && placement & 1) line.around += "first fragment, ";
    if (offset > 0) line.what = `IPv6 fragment at byte ${offset}`;
  },
});
