/**
 * Neighbours: the hardware addresses that answer for network addresses. The base of all formats.
 *
 * The folder, in reading order:
 *
 *     neighbour.ts      an entry of a table, and the parts that all formats share
 *     address.ts        addresses of entries as values
 *     net_tools.ts iproute2.ts bsd.ts solaris_aix.ts windows.ts arp_scan.ts      a family of formats each
 *     records.ts key_values.ts announced.ts   entries over several lines      snmp.ts   walks of SNMP
 *     json.ts xml.ts    entries in JSON and XML of any program
 *     windows_words.ts  types and states in the languages of Windows
 *     headings.ts cells.ts values.ts phrases.ts unknown.ts    tables of unknown format: columns, cells, rows
 *     formats.ts        any text to entries
 *     merge.ts          one table of several sources        order.ts      the order of a table
 *     sources.ts        the programs and files of a system that have its table
 *     classify.ts       entries to rows: own address, gateway, multicast, broadcast
 *     mac_vendors.ts mac_vendors_data.ts      makers of network cards
 *     hints.ts          remarkable facts of a table
 *     options.ts search.ts request.ts         the command line: options, operands, both together
 *     habits.ts         options of other programs
 *     table.ts          the table of a call, from sources or a file
 *     record.ts text.ts                       JSON; table, CSV and hints
 *     changes.ts watch.ts                     --watch
 *     ask.ts            --ask
 *
 * @module
 */
import { isIPv4 } from "../address/ipv4.ts";
import { parseIpv6 } from "../address/ipv6.ts";
import { formatMac } from "../address/mac.ts";

/**
 * The states of an entry in the words of Linux (`ip-neighbour(8)`); RFC 4861, section 7.3.2, has the
 * state machine.
 */
export const NEIGHBOUR_STATES = [
  "reachable",
  "stale",
  "incomplete",
  "permanent",
  "delay",
  "probe",
  "failed",
  "noarp",
] as const;

/** One of `NEIGHBOUR_STATES`. */
export type NeighbourState = typeof NEIGHBOUR_STATES[number];

/** An entry of a neighbour table; a field is `null` where the table does not say it. */
export interface Neighbour {
  /** The IPv4 or IPv6 address as the table writes it; where it is `null`, there is a `name`. */
  readonly address: string | null;
  /** The hardware address as `formatMac` writes it. */
  readonly mac: string | null;
  /** The type of hardware in the words of the table, such as `ether` or `ethernet`. */
  readonly hardwareType: string | null;
  /** The name of the interface; in `arp -a` of Windows its IPv4 address, by which `arp -N` knows it. */
  readonly interface: string | null;
  /** The number of the interface (Windows). */
  readonly interfaceIndex: number | null;
  /** The number of the VLAN (IEEE 802.1Q), 1 to 4094. */
  readonly vlan: number | null;
  /** The state of the entry: whether the hardware address can be relied on. */
  readonly state: NeighbourState | null;
  /** The origin of the entry: learned (dynamic), or set by hand or computed (static). */
  readonly kind: "dynamic" | "static" | null;
  /** The host's name. */
  readonly name: string | null;
  /** Seconds until the entry expires, 0 if it has. */
  readonly expiresSeconds: number | null;
  /** Seconds since the neighbour was last known to be reachable. */
  readonly ageSeconds: number | null;
  /**
   * Other marks of the table: `published` (this host answers for the address), `proxy-only` (for other
   * hosts only), `invalid` (Windows), `name-truncated` (the name fills its column, so its end may be
   * missing), `local` (an address of this host), a flag of `ip-neighbour(8)` such as `router`, or of
   * Solaris: `unverified`, `old`, `delayed`, `authority`, `mapping`.
   */
  readonly flags: readonly string[];
}

/** A reader of lines (trimmed): returns the entry of a line, `null` if it has none. */
export type ReadRow = (line: string) => Neighbour | null;

/** A part of a table: one or more lines that a format has recognised. */
export interface Part {
  /** The entries in them. */
  readonly neighbours: readonly Neighbour[];
  /** The number of lines. */
  readonly length: number;
  /** The reader of the lines below until another section begins; `null` if none depends on this part. */
  readonly readBelow: ReadRow | null;
}

/** A format of neighbour tables. */
export interface NeighbourFormat {
  /** The program that writes it. */
  readonly name: string;
  /** The file in tests/testdata/arp, without its ending, that is an example of it. */
  readonly fixture: string;
  /**
   * Returns the entry, the heading or the block that begins at line `at`, or `null` if the line is
   * not certainly in this format. Only the text decides, never the system.
   */
  readonly read: (lines: readonly string[], at: number) => Part | null;
}

/** The fields of an entry that a table says. */
export type Known = { readonly [Field in keyof Neighbour]?: Neighbour[Field] | undefined };

/** The flags of nearly all entries: none. */
export const NO_FLAGS: readonly string[] = [];

/** Returns an entry with the fields in `known`; the others are `null`. */
export function neighbour(address: string | null, known: Known): Neighbour {
  return { // one by one: to spread them took a tenth of the time of a large table
    address,
    mac: known.mac ?? null,
    hardwareType: known.hardwareType ?? null,
    interface: known.interface ?? null,
    interfaceIndex: known.interfaceIndex ?? null,
    vlan: known.vlan ?? null,
    state: known.state ?? null,
    kind: known.kind ?? null,
    name: known.name ?? null,
    expiresSeconds: known.expiresSeconds ?? null,
    ageSeconds: known.ageSeconds ?? null,
    flags: known.flags ?? NO_FLAGS,
  };
}

/**
 * Returns a hardware address as `formatMac` writes it, or `null` for any other text: 6 octets
 * (Ethernet) to 20 (InfiniBand) of one or two digits, between colons or dashes.
 */
export function hardwareAddress(text: string): string | null {
  if (/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/.test(text)) return text; // written so already, most often
  if (!/^[0-9a-f]{1,2}(?:[:-][0-9a-f]{1,2}){5,19}$/i.test(text)) return null;
  return formatMac(Uint8Array.from(text.split(/[:-]/), (octet) => parseInt(octet, 16)));
}

/** Whether `text` is an IPv6 address, with or without a zone. */
export function isIPv6(text: string): boolean {
  if (!/^[0-9a-f]{0,4}:[0-9a-f:.]{1,40}(?:%[\w.:-]{1,60})?$/i.test(text)) return false;
  if (/^[^:]+(?::[^:]+){0,6}$/.test(text)) return false; // a hardware address, for example
  try {
    parseIpv6(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether `text` is an IPv4 or IPv6 address. */
export function isIP(text: string): boolean {
  return isIPv4(text) || isIPv6(text);
}

/** Returns the name of a host from the text before its address; `?` and the address are no names. */
export function hostName(name: string, address: string): string | null {
  return name === "?" || name === address ? null : name;
}

/** The host of a row: some tables have one cell for the address or, where they know it, the name. */
export interface Host {
  /** The address, `null` if there is a name in its place. */
  readonly address: string | null;
  /** The name, `null` if there is an address. */
  readonly name: string | null;
  /** `name-truncated` where the name may be cut. */
  readonly flags: readonly string[];
}

/**
 * Returns the host in `cell`, or `null` if it is neither an address nor a name.
 *
 * @param width The number of characters at which the table cuts names.
 */
export function parseHost(cell: string, width = Infinity): Host | null {
  if (isIP(cell)) return { address: cell, name: null, flags: NO_FLAGS };
  if (!/^[\p{L}\d_](?:[\p{L}\d_.-]*)$/u.test(cell) || !/\p{L}/u.test(cell)) return null;
  return {
    address: null,
    name: cell,
    flags: cell.length === width ? ["name-truncated"] : NO_FLAGS,
  };
}

/** The longest line that can be an entry: names have at most 253 characters (RFC 1035, 2.3.4). */
export const MAX_LINE = 1000;

/** The sequences with which `ip -c` colours its words (ECMA-48, section 8.3.117). */
// deno-lint-ignore no-control-regex
const COLOURS = /\x1b\[[\d;]{0,20}m/g;

/** Returns the lines of `text` without colours, and without comments and blanks at their ends. */
export function indentedLinesOf(text: string): string[] {
  const plain = text.includes("\x1b[") ? text.replace(COLOURS, "") : text;
  const lines = plain.includes("\r") ? plain.split(/\r\n|\n|\r/) : plain.split("\n");
  return lines.map((line) => withoutComment(line).trimEnd());
}

/** Returns the lines as `indentedLinesOf`, without blanks at their beginnings. */
export function linesOf(text: string): string[] {
  return indentedLinesOf(text).map((line) => line.trim());
}

/** Returns a line without a comment that a person has written behind its entry: `  # the printer`. */
function withoutComment(line: string): string {
  const at = line.indexOf("  # ");
  return at < 0 || line.slice(0, at).trim() === "" ? line : line.slice(0, at);
}

/** A format with one entry a line, recognised without the lines around it. */
export interface RowFormat {
  /** As in `NeighbourFormat`. */
  readonly name: string;
  /** As in `NeighbourFormat`. */
  readonly fixture: string;
  /** Headings: lines that are no entries and are in this format only. */
  readonly heading?: RegExp;
  /** The reader of a line. */
  readonly readRow: ReadRow;
}

/** Makes a format of rows. */
export function rowFormat({ name, fixture, heading, readRow }: RowFormat): NeighbourFormat {
  return {
    name,
    fixture,
    read(lines, at) {
      const line = lines[at]!;
      if (line.length > MAX_LINE) return null;
      const row = readRow(line);
      if (row) return { neighbours: [row], length: 1, readBelow: null };
      return heading?.test(line) ? { neighbours: [], length: 1, readBelow: null } : null;
    },
  };
}
