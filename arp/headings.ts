/**
 * Headings of tables of unknown format: the columns that a line of names announces, in English.
 *
 * @module
 */

/** A property of an entry that a column can hold; `other` is one that is not read. */
export type ColumnField =
  | "address"
  | "mac"
  | "interface"
  | "vlan"
  | "age"
  | "expires"
  | "type"
  | "state"
  | "hardware"
  | "mask"
  | "name"
  | "other";

/** A column. */
export interface HeadingColumn {
  /** The property in it. */
  readonly field: ColumnField;
  /** Its name as written, lower case. */
  readonly name: string;
  /** The first character of the name in its line. */
  readonly start: number;
  /** The character behind the name. */
  readonly end: number;
  /** Seconds in its unit of time, `null` if the name says none. */
  readonly unit: number | null;
  /** Whether the name is one of those of neighbour tables, also if its column is not read. */
  readonly isKnown: boolean;
  /** Whether the column before is that of the addresses: a name there is the host's. */
  readonly afterAddress: boolean;
}

/** A heading. */
export interface Heading {
  /** The columns from left to right. */
  readonly columns: readonly HeadingColumn[];
  /** The character between columns, `null` for blanks. */
  readonly separator: string | null;
  /** With a separator: the column of each cell of a line. */
  readonly places: readonly (HeadingColumn | null)[];
  /** Whether the columns are aligned: names have several blanks between. */
  readonly aligned: boolean;
  /** Whether there is a column of addresses and one of MAC addresses: no other table has both. */
  readonly certain: boolean;
}

/** Names of columns, the longer before those that are a part of them; the unit may follow. */
const NAMES: readonly (readonly [ColumnField, string])[] = [
  ["other", "(?:vrf|vpn|vr|context)[ _-]?(?:name|instance)|flags|ref(?:cnt|s)?|use|gateway"],
  ["hardware", "hw ?type|hardware[ _]type"],
  [
    "mac",
    "(?:mac|hw|hardware|physical|phys|link[ -]?layer|ethernet|ether|layer 2|l2|ll)[ _-]?addr(?:ess)?" +
    "|lladd?r|node[ -]id|hardware|mac",
  ],
  [
    "address",
    "ip\\/ipv6|(?:host[ _-])?(?:ip(?:v[46])?|internet)[ _-]?addr(?:ess)?|neighbou?r|destination|address|addr" +
    "|ip(?:v[46])?|host(?![ _-]?(?:name|id))",
  ],
  [
    "interface",
    "(?:(?:physical|logical|sub|ethernet)[ _-]|vr\\/)?(?:interface|port)(?:\\/link id|_index| ?alias)?|intf|if ?name|iface" +
    "|netif|vmknic|line description|circuit|device|dev|if",
  ],
  ["vlan", "(?:vlan|svlan)(?:[ _-]?id)?(?:\\/\\w+)?|vid"],
  ["age", "age(?:_s)?"],
  ["expires", "expir(?:es?|y)(?:_s)?|ttl|aging"],
  ["type", "type(?:\\/vlan(?:\\/\\w+)?)?|kind"],
  ["state", "state|status"],
  ["mask", "(?:net|gen)?mask"],
  ["name", "host ?name|name"],
];

/** A column of which nothing is known. */
const OTHER: Pick<HeadingColumn, "field" | "name" | "isKnown" | "unit"> = {
  field: "other",
  name: "",
  isKnown: false,
  unit: null,
};

/** A name of a column, or a word that is none. */
const NAME = new RegExp(
  `(?<![\\w-])(?:${NAMES.map(([, names]) => `(${names})`).join("|")})` +
    '(?: ?\\((\\w{1,10})\\))?(?![\\w-])|[^\\s,;|"]+',
  "gi",
);

/** Seconds in the units of time of headings. */
const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(?:m|mins?|minutes?)$/i, 60],
  [/^(?:s|secs?|seconds?)$/i, 1],
  [/^(?:h|hours?)$/i, 3600],
];

/** The most words of a heading. */
const MOST_COLUMNS = 20;

/**
 * Returns the heading in a line, or `null` if it is none: one names a column of addresses and one of
 * MAC addresses, or a column of addresses and three others (the lower line of a heading of two lines), or,
 * aligned, those of addresses, of interfaces and one other.
 */
export function headingOf(line: string): Heading | null {
  if (!/addr|mac|\bip\b|hw|neighbo|destination/i.test(line)) return null;
  const columns = [...line.matchAll(NAME)].slice(0, MOST_COLUMNS + 1).map(columnOf)
    .map((column, i, all) => ({ ...column, afterAddress: all[i - 1]?.field === "address" }));
  if (columns.length > MOST_COLUMNS) return null;
  const fields = new Set(columns.map(({ field }) => field));
  const used = columns.filter(({ field }) => field !== "other").length;
  const certain = fields.has("address") && fields.has("mac");
  const aligned = / {2}/.test(line.trim());
  const likely = fields.size > 3 || (aligned && fields.size > 2 && fields.has("interface"));
  if (!certain && !(fields.has("address") && likely)) return null;
  const known = columns.filter(({ isKnown }) => isKnown).length;
  if (known * 2 < columns.length) return null; // a sentence with words like these
  const separator = separatorOf(line, used);
  return {
    columns,
    separator,
    places: separator ? placesOf(line, separator, columns) : [],
    aligned,
    certain,
  };
}

/**
 * Returns the heading that two lines have together, the words of a name one below the other; `null` if they
 * name no column of addresses and one of MAC addresses, or if the lower line is a heading alone.
 */
export function headingOfTwo(upper: string, lower: string): Heading | null {
  if (!/addr|mac/i.test(lower) || headingOf(lower) !== null) return null;
  const [above, below] = [upper, lower].map((line) =>
    [...line.matchAll(/\S+(?: \S+)*/g)].map(({ 0: text, index }) => ({
      text,
      start: index,
      end: index + text.length,
    }))
  );
  if (below!.length > MOST_COLUMNS || above!.length > MOST_COLUMNS) return null;
  let address = false;
  const columns = below!.map((cell): HeadingColumn => {
    const parts = above!.filter(({ start, end }) => start < cell.end && end > cell.start);
    const name = [...parts, cell].map(({ text }) => text).join(" ");
    const all = [...name.matchAll(NAME)].map(columnOf);
    const column = all.find(({ isKnown }) => isKnown) ?? all[0] ?? OTHER;
    const start = Math.min(cell.start, ...parts.map(({ start }) => start));
    const end = Math.max(cell.end, ...parts.map(({ end }) => end));
    const afterAddress = address;
    address = column.field === "address";
    return { ...column, start, end, afterAddress };
  });
  const certain = ["address", "mac"].every((field) => columns.some((each) => each.field === field));
  return certain ? { columns, separator: null, places: [], aligned: true, certain } : null;
}

function columnOf(match: RegExpExecArray): Omit<HeadingColumn, "afterAddress"> {
  const group = NAMES.findIndex((_, i) => match[i + 1] !== undefined);
  const unit = match[NAMES.length + 1] ?? (/_s$/i.test(match[0]) ? "s" : "");
  return {
    field: group < 0 ? "other" : NAMES[group]![0],
    name: match[0].toLowerCase(),
    start: match.index,
    end: match.index + match[0].length,
    isKnown: group >= 0,
    unit: UNITS.find(([pattern]) => pattern.test(unit))?.[1] ?? null,
  };
}

function separatorOf(line: string, columns: number): string | null {
  // Tabs one behind the other only align.
  if (/^[^\t]+\t[^\t]+(?:\t[^\t]+)+$/.test(line)) return "\t";
  return [",", "|", ";", "\t"].find((each) => splitCells(line, each).length >= columns) ?? null;
}

/** Returns the cells of a line; a comma between quotes is a part of its cell (RFC 4180). */
export function splitCells(line: string, separator: string): string[] {
  if (separator !== "," || !line.includes('"')) return line.split(separator);
  const ends: number[] = [];
  let isQuoted = false;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '"') isQuoted = !isQuoted;
    if (line[i] === "," && !isQuoted) ends.push(i);
  }
  return [...ends, line.length].map((end, i) => line.slice(i === 0 ? 0 : ends[i - 1]! + 1, end));
}

/** Returns the column of each cell of a heading with a separator. */
function placesOf(
  line: string,
  separator: string,
  columns: readonly HeadingColumn[],
): (HeadingColumn | null)[] {
  let end = -1;
  return splitCells(line, separator).map((cell) => {
    const start = end + 1;
    end = start + cell.length;
    return columns.find((column) => column.start >= start && column.end <= end) ?? null;
  });
}
