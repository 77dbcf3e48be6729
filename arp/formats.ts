/**
 * From a neighbour table as a program or a kernel writes it down, in whatever format, to its entries.
 *
 * @module
 */
import {
  linesOf,
  MAX_LINE,
  type Neighbour,
  type NeighbourFormat,
  type Part,
  type ReadRow,
} from "./neighbour.ts";
import { bsdArp, macosTable, ndp, openBsdArp } from "./bsd.ts";
import { ipNeigh, ipNeighBrief, ipNeighJson } from "./iproute2.ts";
import { netToolsArp, netToolsTable, procNetArp } from "./net_tools.ts";
import { aixArp, solarisArp, solarisHost, solarisNdp } from "./solaris_aix.ts";
import { getNetNeighbor, netsh, windowsArp } from "./windows.ts";

export { decodeTable } from "../text/code_pages.ts";

/** A table that was read. */
export interface NeighbourTable {
  /** The name of its format; where sections are in several, their names with commas. */
  readonly format: string;
  /** Its entries in its order; an address may be there once per interface, or twice. */
  readonly neighbours: readonly Neighbour[];
}

/** Every known format; what the first recognises is its. */
export const NEIGHBOUR_FORMATS: readonly NeighbourFormat[] = [
  ipNeighJson,
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
  netsh,
  getNetNeighbor,
  windowsArp,
];

/** The name of the format of a text without entries that says so, or says nothing. */
const EMPTY = "an empty table";

/** A section that has begun, and what reads its lines. */
interface Section {
  readonly format: NeighbourFormat;
  readonly readBelow: ReadRow;
}

/**
 * Returns the neighbour table in `text`, or `null` if it is in no known format. An empty `text` is an
 * empty table. Sections may be in different formats. Lines that are no entries (headings, counts,
 * prompts) are passed over; nothing throws.
 */
export function readNeighbours(text: string): NeighbourTable | null {
  const lines = linesOf(text);
  const formats = new Set<string>();
  const neighbours: Neighbour[] = [];
  let section: Section | null = null;
  // No line is in two formats, so that the one of the last entry may as well be asked first.
  let order = NEIGHBOUR_FORMATS;
  for (let at = 0; at < lines.length;) {
    const found: Found | null = lines[at] === "" ? null : readPart(lines, at, section, order);
    if (!found) {
      at++;
      continue;
    }
    if (found.format !== order[0]) order = [found.format, ...NEIGHBOUR_FORMATS];
    formats.add(found.format.name);
    for (const neighbour of found.part.neighbours) neighbours.push(neighbour);
    section = sectionBelow(found) ?? section;
    at += found.part.length;
  }
  if (formats.size > 0) return { format: [...formats].join(", "), neighbours };
  return lines.every(saysNothing) && lines.filter((line) => line !== "").length <= 1
    ? { format: EMPTY, neighbours }
    : null;
}

/** What is at a line, and in which format. */
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
    // A line without all that a row of its own needs may be one in its section.
    const row = format === section?.format && lines[at]!.length <= MAX_LINE
      ? section.readBelow(lines[at]!)
      : null;
    const part = row ? { neighbours: [row], length: 1, readBelow: null } : format.read(lines, at);
    if (part) return { format, part };
  }
  return null;
}

/**
 * Nothing at all, or the line in which Windows ("No ARP Entries Found.", the abbreviation in every
 * language), net-tools ("arp: in 0 entries no match found."), BusyBox, and for a single host all
 * others say so ("192.0.2.1 (192.0.2.1) -- no entry").
 */
function saysNothing(line: string): boolean {
  if (line.length > MAX_LINE) return false;
  return /^(?:|[^\d\n:]*\bARP\b[^\d\n:]*|arp: in \d+ entries no match found\.)$/.test(line) ||
    /^No match found in \d+ entries$/.test(line) ||
    /^\S+ \(\d+(?:\.\d+){3}\) -- \S.*$/.test(line);
}
