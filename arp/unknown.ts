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
  nameOfHost,
  NO_MAC,
  secondsIn,
  stateIn,
  vlanIn,
} from "./cells.ts";
import {
  type ColumnField,
  type Heading,
  type HeadingColumn,
  headingOf,
  splitCells,
} from "./headings.ts";
import { atLike, spoken } from "./phrases.ts";
import { MAX_LINE, type Neighbour, neighbour } from "./neighbour.ts";

/** The name of the format. */
export const UNKNOWN_FORMAT = "a table of unknown format";

/** A line of a table of unknown format: an entry, a heading, or another one. */
export type UnknownLine =
  | { readonly is: "row"; readonly neighbour: Neighbour }
  | { readonly is: "heading"; readonly certain: boolean }
  | { readonly is: "other"; readonly hasAddress: boolean };

const NOTHING: UnknownLine = { is: "other", hasAddress: false };
/** Returns a reader that is given the lines of a text from above, blanks at their beginnings kept. */
export function unknownReader(): (line: string) => UnknownLine {
  let heading: Heading | null = null;
  return (line) => {
    if (line.length > MAX_LINE) return NOTHING;
    const cells = cellsOf(line);
    const hasAddress = cells.some(isAddress);
    if (!hasAddress) {
      const found = headingOf(line);
      if (!found) return NOTHING;
      heading = found;
      return { is: "heading", certain: found.certain };
    }
    const row = rowOf(line, cells, heading);
    return row ? { is: "row", neighbour: row } : { is: "other", hasAddress: cells.some(isOfHost) };
  };
}

/** Words that a sentence has and no cell of a table. */
const SENTENCE =
  /^(?:is|are|was|has|have|had|from|to|by|for|with|of|the|a|an|who|tell|moved|changed|claims|uses|sent|received|is-at|who-has|reply|request|length)$/i;

/** The most words of a line that is an entry without a heading, and before its first address. */
const MOST = { words: 14, before: 4, between: 3 } as const;

function rowOf(line: string, cells: readonly Cell[], heading: Heading | null): Neighbour | null {
  const addresses = cells.filter(({ text }) => addressIn(text) !== null);
  const macs = cells.filter(({ text }) => macIn(text) !== null);
  if (addresses.length === 0) return null;
  const isMask = (cell: Cell) => heading !== null && columnAt(cell, heading)?.field === "mask";
  const one = new Set(
    addresses.filter((cell) => !isMask(cell)).map(({ text }) => addressKey(addressIn(text)!)),
  );
  if (one.size !== 1 || new Set(macs.map(({ text }) => macIn(text))).size > 1) return null;
  const place = addresses.find((cell) => !isMask(cell))!;
  const address = addressIn(place.text)!;
  const like = atLike(line, address) ?? spoken(line, address);
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

/** Whether a line is divided as a heading is: then the cells beside its addresses may have any words. */
function isSeparated(line: string, heading: Heading | null): boolean {
  const parts = splitCells(line, heading?.separator ?? "\n").map((part) => part.trim());
  return parts.length === heading?.places.length &&
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

/** A value and its column. */
interface Value {
  readonly column: HeadingColumn;
  readonly text: string;
}

/** The values of a line by their columns. */
type Values = ReadonlyMap<ColumnField, readonly Value[]>;

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
  const groups = Map.groupBy(cells, (cell) => columnAt(cell, heading)!);
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

const DEVICE_LABELS = ["interface", "dev", "device", "ifname"];

/** `ifname=I A M`, where labels stand around the two addresses. */
function labelledRow(address: string, cells: readonly Cell[]): Neighbour | null {
  const bare = cells.filter(({ label }) => label === null).map(({ text }) => text);
  if (bare.length !== 2 || bare[0] !== address || macIn(bare[1]!) === null) return null;
  const device = cells.find(({ label }) => label !== null && DEVICE_LABELS.includes(label));
  return entry(address, macIn(bare[1]!), { words: [], device: device?.text ?? null });
}

/** Other values of a line: all words, and those whose columns are known. */
interface Rest {
  readonly words: readonly string[];
  readonly values?: Values;
  readonly device?: string | null;
}

const NO_VALUES: Values = new Map();

function entry(address: string, mac: string | null, rest: Rest): Neighbour {
  const { words, values = NO_VALUES, device = null } = rest;
  const all = (field: ColumnField) => values.get(field) ?? [];
  const type = all("type").map(({ text }) => text).join(" ");
  const states = [...all("state"), ...all("type"), ...all("other")].map(({ text }) => text);
  const known = mac === NO_MAC ? null : mac;
  const state = (values.size > 0 ? states : words).map(stateIn).find((each) => each !== null) ??
    null;
  const kind = [type, ...all("state").map(({ text }) => text)].map(kindIn)
    .find((each) => each !== null) ?? (values.size > 0 ? null : kindOfWords(words));
  const time = (field: "age" | "expires") =>
    all(field).map(({ text, column }) => secondsIn(text, column.unit))
      .find((each) => each !== null) ?? null;
  return neighbour(address, {
    mac: known,
    hardwareType: all("hardware")[0]?.text ?? (/^(?:ARPA|SNAP|ether)$/i.test(type) ? type : null),
    interface: device ?? interfaceOf(values),
    vlan: vlanOf(values),
    state: state ?? (mac === NO_MAC || words.some(isIncomplete) ? "incomplete" : null),
    kind,
    name: nameOfHost(all("name").find(({ column }) => column.afterAddress)?.text ?? null),
    ageSeconds: time("age"),
    expiresSeconds: time("expires"),
    flags: [type, ...states].some((word) => /^(?:I -|local|interface)$/i.test(word))
      ? ["local"]
      : [],
  });
}

function isIncomplete(word: string): boolean {
  return stateIn(word) === "incomplete";
}

/** Returns the origin that a word of a line without a heading says in full. */
function kindOfWords(words: readonly string[]): "dynamic" | "static" | null {
  return words.filter((word) => word.length > 5).map(kindIn).find((each) => each !== null) ?? null;
}

/**
 * Returns the interface: of a column of that name rather than of a port, a physical or a lower one, else
 * the name of a VLAN that has no number.
 */
function interfaceOf(values: Values): string | null {
  const isNamed = ({ text }: Value) => !/^(?:-+|n\/a)$/i.test(text);
  const found = (values.get("interface") ?? []).filter(isNamed);
  if (found.length === 0) {
    return (values.get("vlan") ?? []).filter(isNamed).find(({ text }) =>
      /[a-z]{2}.*\D$/i.test(text)
    )
      ?.text ?? null;
  }
  const main = found.find(({ column }) => !/^(?:physical|sub|port)/.test(column.name));
  return (main ?? found[0])?.text ?? null;
}

/** Returns the number of the VLAN, the outer one of two. */
function vlanOf(values: Values): number | null {
  for (const { text } of values.get("vlan") ?? []) {
    const number = vlanIn(text.match(/^(?:vl(?:an)? ?)?(\d{1,4})(?:\/.*)?$/i)?.[1] ?? "");
    if (number !== null) return number;
  }
  return null;
}
