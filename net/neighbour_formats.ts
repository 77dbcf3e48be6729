/**
 * From a neighbour table as a program or a kernel writes it down, in whatever format, to its entries.
 *
 * @module
 */
import { MAX_LINE, type Neighbour, type NeighbourFormat } from "./neighbours.ts";
import { bsdArp } from "./neighbour_bsd.ts";
import { ipNeigh, netToolsArp, procNetArp } from "./neighbour_linux.ts";
import { windowsArp } from "./neighbour_windows.ts";

/** A table that was read. */
export interface NeighbourTable {
  /** The name of its format. */
  readonly format: string;
  /** Its entries in its order; an address may be there once per interface, or twice. */
  readonly neighbours: readonly Neighbour[];
}

/** Every known format; the first that recognises a text reads it. */
export const NEIGHBOUR_FORMATS: readonly NeighbourFormat[] = [
  ipNeigh,
  procNetArp,
  windowsArp,
  netToolsArp,
  bsdArp,
  { name: "an empty table", recognise: saysNothing, read: () => [] },
];

/**
 * Returns the neighbour table in `text`, or `null` if it is in no known format. An empty `text` is an
 * empty table. Lines that are no entries (headings, counts) are passed over; nothing throws.
 */
export function readNeighbours(text: string): NeighbourTable | null {
  const format = NEIGHBOUR_FORMATS.find((format) => format.recognise(text));
  return format ? { format: format.name, neighbours: format.read(text) } : null;
}

/**
 * Returns the text that a program wrote: UTF-8, else GBK, the code page of Chinese Windows.
 *
 * In every other code page the ASCII characters around which tables are built survive, with one
 * exception: a letter behind an accented one may go (`dinámico` of code page 850 begins with `din`).
 */
export function decodeTable(bytes: Uint8Array): string {
  try {
    // As a stream, so that a character cut off at the end does not speak against UTF-8.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return new TextDecoder("gbk").decode(bytes);
  }
}

/**
 * Nothing at all, or the one line in which Windows ("No ARP Entries Found.", the abbreviation in
 * every language), net-tools ("arp: in 0 entries no match found.") and BusyBox say so.
 */
function saysNothing(text: string): boolean {
  const line = text.trim();
  if (line.length > MAX_LINE) return false;
  return /^(?:|[^\d\n:]*\bARP\b[^\d\n:]*|arp: in \d+ entries no match found\.)$/.test(line) ||
    /^No match found in \d+ entries$/.test(line);
}
