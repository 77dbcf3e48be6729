/**
 * IPv4 (RFC 791).
 *
 * @module
 */
import { formatQuickIpv4 } from "../address/ipv4.ts";
import { DSCP, ECN } from "./dsfield.ts";
import { field, type HeaderTable, headerTable } from "./field.ts";
import { keyOf, PROTOCOLS, SPACE } from "./keys.ts";
import { u16, u32 } from "./numbers.ts";
import type { OptionFamily, OptionSpec } from "./options.ts";
import type { Cursor, Dissected, Layer, Line, Protocol } from "./protocol.ts";
import { t } from "../text/messages.ts";

/** The header without options (RFC 791, section 3.1). */
const TABLE: HeaderTable = headerTable(
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
  field("ip.proto", 8, "decimal", "what the next header is", { names: PROTOCOLS }),
  field("ip.checksum", 16, "hex", "covers this header only"),
  field("ip.src", 32, "ipv4", "the sender"),
  field("ip.dst", 32, "ipv4", "the receiver"),
);

/** The kinds of options (IANA, IP Option Numbers). */
const KINDS: Readonly<Record<number, OptionSpec>> = {
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

/** Time stamps of routers, perhaps with their addresses (RFC 791, section 3.1). */
function timestamps(withAddress: boolean): OptionSpec {
  const time = field("ip.opt.time_stamp", 32, "decimal", "milliseconds since midnight UTC");
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

/** The option of time stamps, without addresses and with them. */
const TIMESTAMPS = [timestamps(false), timestamps(true)] as const;

const UNKNOWN: OptionSpec = { name: "ip.options.unknown", about: "an option not known here" };

/** The options of IPv4 (IANA, IP Option Numbers). */
const OPTIONS: OptionFamily = {
  end: 0,
  single: [0, 1],
  size: (length) => length,
  specOf(kind, body) {
    if (kind !== 68) return KINDS[kind] ?? UNKNOWN;
    return TIMESTAMPS[((body[1] ?? 0) & 0x0f) === 0 ? 0 : 1]; // the flag
  },
  kinds: [...Object.values(KINDS), ...TIMESTAMPS, UNKNOWN],
};

function read(cursor: Cursor): number {
  const { bytes, at } = cursor;
  if (!cursor.header(IPV4)) return 0;
  const placement = u16(bytes, at + 6);
  const isLater = (placement & 0x1fff) !== 0;
  if (isLater || (placement & 0x2000) !== 0) cursor.fragment = true;
  const key = keyOf(SPACE.ipv4, bytes[at + 9]!);
  return isLater ? -key : key;
}

function problem(
  { start, body, wireEnd, quoted }: Layer,
  { bytes, length }: Dissected,
): string | null {
  const total = u16(bytes, start + 2);
  if (total === 0) return t`total length 0: left to the network card (segmentation offload)`;
  if (total < body - start) {
    return t`total length ${total}, but the header alone has ${body - start}`;
  }
  return wireEnd > length && !quoted
    ? t`total length ${total}, only ${length - start} bytes present`
    : null;
}

function addLine({ start }: Layer, bytes: Uint8Array, line: Line): void {
  if (line.what.startsWith("IPv")) line.around += `IPv4 in ${line.what}, `;
  line.from = formatQuickIpv4(u32(bytes, start + 12));
  line.to = formatQuickIpv4(u32(bytes, start + 16));
  const placement = u16(bytes, start + 6);
  const offset = placement & 0x1fff;
  if (offset === 0 && placement & 0x2000) line.around += "first fragment, ";
  line.what = offset === 0 ? "IPv4" : `IPv4 fragment at byte ${8 * offset}`;
}

/** IPv4. */
export const IPV4: Protocol = {
  name: "ip",
  title: "IPv4",
  pdu: "packet",
  model: "network",
  table: TABLE,
  size: (bytes, start) => (bytes[start]! & 0x0f) * 4,
  extent: (bytes, start) => u16(bytes, start + 2),
  refusal: (bytes, start) =>
    bytes[start]! >> 4 === 4 ? null : t`version is ${bytes[start]! >> 4}, not 4`,
  read,
  options: (_, start) => ({ family: OPTIONS, start: start + TABLE.size }),
  others: [OPTIONS],
  checksum: { offset: 10, covers: "header" },
  problem,
  line: addLine,
  build: {
    defaults: { "ip.version": 4, "ip.flags.df": 1, "ip.ttl": 64 },
    announces: { field: "ip.proto", space: SPACE.ipv4, nothing: 59 },
    lengths: (header, content) => ({ "ip.hdr_len": header / 4, "ip.len": header + content }),
  },
};
