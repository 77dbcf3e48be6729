/**
 * The reader of neighbour tables: a text of a program or kernel, in any known format, to entries.
 *
 * @module
 */
import {
  indentedLinesOf,
  MAX_LINE,
  type Neighbour,
  type NeighbourFormat,
  type Part,
  type ReadRow,
} from "./neighbour.ts";
import { bsdArp, macosTable, ndp, openBsdArp } from "./bsd.ts";
import { ipNeigh, ipNeighBrief, ipNeighJson } from "./iproute2.ts";
import { netToolsArp, netToolsTable, procNetArp } from "./net_tools.ts";
import type { Unread } from "./merge.ts";
import { announced } from "./announced.ts";
import { arpScan } from "./arp_scan.ts";
import { aixArp, hpuxArp, solarisArp, solarisHost, solarisNdp } from "./solaris_aix.ts";
import { UNKNOWN_FORMAT, unknownReader } from "./unknown.ts";
import { json } from "./json.ts";
import { keyValues } from "./key_values.ts";
import { records } from "./records.ts";
import { snmpWalk } from "./snmp.ts";
import { getNetNeighbor, netsh, windowsArp } from "./windows.ts";
import { xml } from "./xml.ts";
import { msg } from "../text/messages.ts";

/** A neighbour table read from a text. */
export interface NeighbourTable {
  /** The names of its formats: more than one where its sections differ. */
  readonly formats: readonly string[];
  /** The entries in their order; an address may stand in several. */
  readonly neighbours: readonly Neighbour[];
  /** The lines with an address that were not understood. */
  readonly unread: Unread;
}

/** All known formats; a line belongs to the first one that recognises it. */
export const NEIGHBOUR_FORMATS: readonly NeighbourFormat[] = [
  ipNeighJson,
  json,
  ipNeigh,
  ipNeighBrief,
  procNetArp,
  aixArp,
  netToolsArp,
  netToolsTable,
  bsdArp,
  macosTable,
  openBsdArp,
  ndp,
  solarisArp,
  solarisNdp,
  solarisHost,
  hpuxArp,
  arpScan,
  netsh,
  getNetNeighbor,
  windowsArp,
  records,
  xml,
  keyValues,
  announced,
  snmpWalk,
];

/** The format of a text without entries: one that says so, or an empty one. */
const EMPTY = msg("an empty table");

/** A section of a table: its format, and the reader of its lines. */
interface Section {
  readonly format: NeighbourFormat;
  readonly readBelow: ReadRow;
}

/**
 * Returns the neighbour table in `text`, or `null` if it is in no known format. An empty `text` is an
 * empty table. Sections may be in different formats; lines in none of them are read as a table of
 * unknown format. Lines without an address (headings, sums, prompts) are passed over; nothing throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readNeighbours } from "./formats.ts";
 *
 * const table = readNeighbours("? (192.0.2.1) at 0:0:5e:0:53:1 on en0 ifscope [ethernet]")!;
 * assertEquals(table.formats, ["arp of macOS or BSD"]);
 * assertEquals(table.neighbours[0].address, "192.0.2.1");
 * assertEquals(table.neighbours[0].mac, "00:00:5e:00:53:01");
 * ```
 */
export function readNeighbours(text: string): NeighbourTable | null {
  const indented = indentedLinesOf(text);
  const lines = indented.map((line) => line.trim());
  const readUnknown = unknownReader();
  const formats = new Set<string>();
  const neighbours: Neighbour[] = [];
  const unread = { count: 0, first: 0 };
  let headed = false;
  let section: Section | null = null;
  // No line is in two formats, so the format of the last entry is tried first: that is faster.
  let order = NEIGHBOUR_FORMATS;
  for (let at = 0; at < lines.length;) {
    const found: Found | null = lines[at] === "" ? null : readPart(lines, at, section, order);
    if (found) {
      if (found.format !== order[0]) order = [found.format, ...NEIGHBOUR_FORMATS];
      formats.add(found.format.name);
      for (const neighbour of found.part.neighbours) neighbours.push(neighbour);
      section = sectionBelow(found) ?? section;
      at += found.part.length;
      continue;
    }
    const line = readUnknown(indented[at]!, indented[at + 1] ?? "");
    at += line.is === "row" ? line.length : 1;
    if (line.is === "row") {
      formats.add(UNKNOWN_FORMAT);
      neighbours.push(...line.neighbours);
    } else if (line.is === "heading") headed ||= line.certain;
    else if (line.hasAddress && !saysNothing(lines[at - 1]!) && unread.count++ === 0) {
      unread.first = at;
    }
  }
  if (formats.size > 0) return { formats: [...formats], neighbours, unread };
  if (headed && unread.count === 0) return { formats: [UNKNOWN_FORMAT], neighbours, unread };
  return lines.every(saysNothing) && lines.filter((line) => line !== "").length <= 1
    ? { formats: [EMPTY], neighbours, unread }
    : null;
}

/** The part of a table that begins at a line, and its format. */
interface Found {
  readonly format: NeighbourFormat;
  readonly part: Part;
}

function sectionBelow({ format, part }: Found): Section | null {
  return part.readBelow && { format, readBelow: part.readBelow };
}

function readPart(
  lines: readonly string[],
  at: number,
  section: Section | null,
  order: readonly NeighbourFormat[],
): Found | null {
  for (const format of order) {
    // Inside a section a line may be a row that could not be recognised on its own.
    const row = format === section?.format && lines[at]!.length <= MAX_LINE
      ? section.readBelow(lines[at]!)
      : null;
    const part = row ? { neighbours: [row], length: 1, readBelow: null } : format.read(lines, at);
    if (part) return { format, part };
  }
  return null;
}

/**
 * Whether a line means an empty table: an empty line, or the message of Windows ("No ARP Entries
 * Found.", with the abbreviation in every language), of net-tools ("arp: in 0 entries no match
 * found."), of BusyBox, or of all others for a single host ("192.0.2.1 (192.0.2.1) -- no entry").
 */
function saysNothing(line: string): boolean {
  if (line.length > MAX_LINE) return false;
  return line === "" || /\bARP\b/.test(line) && /^[^\d\n:]*$/.test(line) ||
    /^arp: in \d+ entries no match found\.$/.test(line) ||
    /^No match found in \d+ entries$/.test(line) ||
    /^\S+ \(\d+(?:\.\d+){3}\) -- \S.*$/.test(line);
}
