/**
 * The reader of tables of unknown format, of a router, a switch or any program: the last one that is
 * tried. A line with one IP address and one MAC address is an entry; its other values are taken from
 * the columns that a heading names. A line that may be a sentence is no entry.
 *
 * @module
 */
import { addressKey } from "./address.ts";
import {
  addressIn,
  type Cell,
  cellsOf,
  isAddress,
  isOfHost,
  kindIn,
  macIn,
  stateIn,
  vlanIn,
} from "./cells.ts";
import {
  type Heading,
  type HeadingColumn,
  headingOf,
  headingOfTwo,
  splitCells,
} from "./headings.ts";
import { atLike, labelledRow, ofFirewall, spoken } from "./phrases.ts";
import { MAX_LINE, type Neighbour } from "./neighbour.ts";
import { msg } from "../text/messages.ts";
import { entry, type Value, type Values } from "./values.ts";

/** The name of the format. */
export const UNKNOWN_FORMAT: string = msg("a table of unknown format");

/** A line of a table of unknown format: an entry, a heading, or another one. */
export type UnknownLine =
  | { readonly is: "row"; readonly neighbours: readonly Neighbour[]; readonly length: number }
  | { readonly is: "heading"; readonly certain: boolean }
  | { readonly is: "other"; readonly hasAddress: boolean };

const NOTHING: UnknownLine = { is: "other", hasAddress: false };

/**
 * Returns a reader that is given the lines of a text from above, blanks at their beginnings kept, each
 * with the next one.
 */
export function unknownReader(): (line: string, next: string) => UnknownLine {
  let heading: Heading | null = null;
  let others = 0; // lines of other text since the heading or an entry below it
  const read = (line: string, next: string): UnknownLine => {
    if (line.length > MAX_LINE) return NOTHING;
    const cells = cellsOf(line);
    const hasAddress = cells.some(isAddress);
    if (!hasAddress) {
      const below = next.length > MAX_LINE || cellsOf(next).some(isAddress) ? "" : next;
      const found = headingOf(line) ?? headingOfTwo(line, below);
      if (!found) return NOTHING;
      heading = found;
      return { is: "heading", certain: found.certain };
    }
    const wrapped = wrappedRow(cells, next, heading);
    if (wrapped) return { is: "row", neighbours: [wrapped], length: 2 };
    const row = rowOf(line, cells, heading);
    const rows = row === null ? rowsOfBoth(line, cells, heading) : [row];
    const isFar = others > MOST.others && rows.some(({ mac }) => mac === null);
    if (rows.length === 0 || isFar) return { is: "other", hasAddress: cells.some(isOfHost) };
    const vlan = rows[0]!.vlan ?? vlanBelow(next);
    return { is: "row", neighbours: rows.map((each) => ({ ...each, vlan })), length: 1 };
  };
  return (line, next) => {
    const found = read(line, next);
    others = found.is === "other" ? others + Number(/[\p{L}\d]/u.test(line)) : 0;
    return found;
  };
}

/**
 * Returns the entries of a line with an IPv4 address and an IPv6 address of one host, each in a column of
 * addresses; none for any other line.
 */
function rowsOfBoth(
  line: string,
  cells: readonly Cell[],
  heading: Heading | null,
): readonly Neighbour[] {
  if (!heading?.certain) return [];
  const macs = cells.filter(({ text }) => macIn(text) !== null);
  const hosts = cells.filter((cell) =>
    addressIn(cell.text) !== null && columnOf(cell, line, heading)?.field === "address"
  );
  const versions = new Set(hosts.map(({ text }) => text.includes(":")));
  if (macs.length !== 1 || hosts.length !== 2 || versions.size !== 2) return [];
  if (!isUnder(heading, cells, hosts[0]!, macs[0])) return [];
  return hosts.flatMap((host) => columnRow(host, macs[0], line, cells, heading) ?? []);
}

/** Returns the entry of an address that stands alone, as it is too long, and of the values below it. */
function wrappedRow(
  cells: readonly Cell[],
  next: string,
  heading: Heading | null,
): Neighbour | null {
  const [address] = cells;
  if (cells.length !== 1 || addressIn(address!.text) === null || heading === null) return null;
  if (!/^\s/.test(next) || next.length > MAX_LINE) return null;
  const below = cellsOf(next);
  if (below.some(({ text }) => addressIn(text) !== null)) return null;
  if (below.filter(({ text }) => macIn(text) !== null).length !== 1) return null;
  const end = Math.min(address!.end, below[0]!.start - 1);
  return rowOf(next, [{ ...address!, end }, ...below], heading);
}

/** Returns the VLAN in a line that has nothing else but an inner one, as below a row of Huawei VRP. */
function vlanBelow(line: string): number | null {
  return vlanIn(line.match(/^\s+(\d{1,4})\/(?:-|\d{1,4})$/)?.[1] ?? "");
}

/** Words that a sentence has and no cell of a table. */
const SENTENCE =
  /^(?:is|are|was|has|have|had|from|to|by|for|with|of|the|a|an|who|tell|moved|changed|claims|uses|sent|received|is-at|who-has|reply|request|length)$/i;

/**
 * The most words of a line that is an entry without a heading, and before its first address; the most lines
 * of other text between a heading and an entry that has no MAC address.
 */
const MOST = { words: 14, before: 4, between: 3, others: 3 } as const;

function rowOf(line: string, cells: readonly Cell[], heading: Heading | null): Neighbour | null {
  const addresses = cells.filter(({ text }) => addressIn(text) !== null);
  const macs = cells.filter(({ text }) => macIn(text) !== null);
  if (addresses.length === 0) return null;
  const hosts = hostsAmong(addresses, line, heading);
  const one = new Set(hosts.map(({ text }) => addressKey(addressIn(text)!)));
  if (one.size !== 1 || new Set(macs.map(({ text }) => macIn(text))).size > 1) return null;
  const place = hosts[0]!;
  const address = addressIn(place.text)!;
  const like = atLike(line, address) ?? spoken(line, address) ??
    (heading === null ? ofFirewall(line, address) : null);
  if (like) return like;
  if (!isSeparated(line, heading) && cells.some(isProse)) return null;
  if (cells.some(({ label }) => label !== null)) return labelledRow(address, cells);
  if (heading?.separator && !line.includes(heading.separator)) return null;
  if (heading && isUnder(heading, cells, place, macs[0])) {
    return columnRow(place, macs[0], line, cells, heading);
  }
  return macs.length === 1 && isPlain(cells, place, macs[0]!)
    ? entry(address, macIn(macs[0]!.text), { words: cells.map(({ text }) => text) })
    : null;
}

/** Returns the addresses of neighbours: not a mask, nor an address in a column of another name. */
function hostsAmong(
  addresses: readonly Cell[],
  line: string,
  heading: Heading | null,
): readonly Cell[] {
  if (heading === null) return addresses;
  const fields = addresses.map((cell) => columnOf(cell, line, heading)?.field);
  const named = addresses.filter((_, i) => fields[i] === "address");
  if (heading.certain && named.length > 0) return named;
  return addresses.filter((_, i) => fields[i] !== "mask");
}

/** Returns the column of a word, by the separators before it where the heading has some. */
function columnOf(cell: Cell, line: string, heading: Heading): HeadingColumn | null {
  if (heading.separator === null) return columnAt(cell, heading);
  let end = -1;
  const at = splitCells(line, heading.separator).findIndex((each) => {
    end += each.length + 1;
    return cell.start < end;
  });
  return heading.places[at] ?? null;
}

/** Whether a line is divided as a heading is: then the cells beside its addresses may have any words. */
function isSeparated(line: string, heading: Heading | null): boolean {
  if (heading === null || heading.separator === null) return false;
  const parts = splitCells(line, heading.separator).map((part) => part.trim());
  return parts.length === heading.places.length &&
    parts.some((part) => addressIn(part) !== null) && parts.some((part) => macIn(part) !== null);
}

/** Whether a word is a part of a sentence, or a label with a colon. */
function isProse({ text }: Cell): boolean {
  return SENTENCE.test(text) || /^[\p{L}_][\p{L}\d._-]*[:：]$/u.test(text);
}

/** Whether the addresses of a line without a heading are side by side, as in a table. */
function isPlain(cells: readonly Cell[], address: Cell, mac: Cell): boolean {
  const [first, second] = [cells.indexOf(address), cells.indexOf(mac)].toSorted((a, b) => a - b);
  const between = cells.slice(first! + 1, second);
  const names = cells.slice(0, first).filter(({ text }) => /^[a-z]{3,}$/i.test(text));
  return cells.length <= MOST.words && first! < MOST.before && names.length < 2 &&
    between.length <= MOST.between && between.every(isValue) &&
    cells.every(({ text }) => !/\P{ASCII}/u.test(text));
}

/** Whether a word may stand between two addresses without a heading: a number, a state, a type. */
function isValue({ text }: Cell): boolean {
  return !/^[a-z]*[a-z]{2}$/.test(text) || stateIn(text) !== null || kindIn(text) !== null ||
    text === "ether";
}

/** Whether the words of a line can be assigned to the columns: by place, or by their number. */
function isUnder(
  heading: Heading,
  cells: readonly Cell[],
  address: Cell,
  mac: Cell | undefined,
): boolean {
  if (heading.separator !== null || cells.length === heading.columns.length) return true;
  return isAligned(heading, address, mac);
}

/** Whether an address of the line stands below its name in the heading. */
function isAligned(heading: Heading, address: Cell, mac: Cell | undefined): boolean {
  return heading.aligned && (columnAt(address, heading)?.field === "address" ||
    (mac !== undefined && columnAt(mac, heading)?.field === "mac"));
}

/** Returns the column of a word: the one whose name it overlaps most, else the nearest one. */
function columnAt(cell: Cell, { columns }: Heading): HeadingColumn | null {
  let best: HeadingColumn | null = null;
  let most = -Infinity;
  for (const column of columns) {
    const overlap = Math.min(cell.end, column.end) - Math.max(cell.start, column.start);
    if (overlap > most) [best, most] = [column, overlap];
  }
  return best;
}

function columnRow(
  address: Cell,
  mac: Cell | undefined,
  line: string,
  cells: readonly Cell[],
  heading: Heading,
): Neighbour | null {
  const all = heading.separator !== null
    ? separatedValues(line, heading)
    : isAligned(heading, address, mac)
    ? alignedValues(line, cells, heading)
    : cells.map(({ text }, i) => ({ text, column: heading.columns[i]! }));
  const known = all.filter(({ text }) =>
    text !== "" && addressIn(text) === null && macIn(text) === null
  );
  const values = Map.groupBy(known, ({ column }) => column.field);
  const words = cells.map(({ text }) => text);
  if (mac === undefined && !isWithoutMac(values, heading, known.length)) return null;
  return entry(addressIn(address.text)!, mac === undefined ? null : macIn(mac.text), {
    words,
    values,
  });
}

function separatedValues(line: string, heading: Heading): Value[] {
  return splitCells(line, heading.separator!).flatMap((cell, i) => {
    const column = heading.places[i];
    return column ? [{ text: cell.trim().replace(/^"(.*)"$/, "$1"), column }] : [];
  });
}

/** The blanks between words of one value, at most: `0h  2m 16s`. */
const VALUE_BLANKS = 2;

/** Returns the words by the columns below which they stand, several of a column with their blanks. */
function alignedValues(line: string, cells: readonly Cell[], heading: Heading): Value[] {
  const columns: HeadingColumn[] = [];
  cells.forEach((cell, i) => {
    const column = columnAt(cell, heading)!;
    const before = cells[i - 1];
    // The end of a long value reaches below the name of the addresses: `Loopback Pseudo-Interface 1`.
    const isRest = before !== undefined && cell.start === before.end + 1 && !isAddress(before) &&
      column.field === "address" && !isAddress(cell);
    columns.push(isRest ? columns[i - 1]! : column);
  });
  const groups = Map.groupBy(cells, (_, i) => columns[i]!);
  return [...groups].map(([column, group]) => {
    const gap = group.findIndex((cell, i) =>
      i > 0 && cell.start - group[i - 1]!.end > VALUE_BLANKS
    );
    const value = gap < 0 ? group : group.slice(0, gap);
    const text = value.length === 1
      ? value[0]!.text
      : line.slice(value[0]!.start, value.at(-1)!.end);
    return { column, text };
  });
}

/** Whether a line below a heading is an entry without a MAC: it says so, or that column is empty. */
function isWithoutMac(values: Values, heading: Heading, count: number): boolean {
  if (!heading.certain) return false;
  const mac = values.get("mac")?.[0]?.text;
  if (mac === undefined) return count < heading.columns.length;
  return /^(?:-+|none|n\/a)$/i.test(mac) || stateIn(mac) !== null;
}
