/**
 * Entries of tables of unknown format: the values of a line, by their columns, to the fields of an entry.
 *
 * @module
 */
import { kindIn, nameOfHost, NO_MAC, secondsIn, stateIn, vlanIn } from "./cells.ts";
import type { ColumnField, HeadingColumn } from "./headings.ts";
import { type Neighbour, neighbour } from "./neighbour.ts";

/** A value and its column. */
export interface Value {
  /** The column. */
  readonly column: HeadingColumn;
  /** The words. */
  readonly text: string;
}

/** The values of a line by their columns. */
export type Values = ReadonlyMap<ColumnField, readonly Value[]>;

/** Other values of a line: all words, and those whose columns are known. */
export interface Rest {
  /** All words. */
  readonly words: readonly string[];
  /** The values of columns. */
  readonly values?: Values;
  /** The interface, where no column has it. */
  readonly device?: string | null;
}

const NO_VALUES: Values = new Map();

/** Returns the entry of an address, its MAC address, and the other values of a line. */
export function entry(address: string, mac: string | null, rest: Rest): Neighbour {
  const { words, values = NO_VALUES, device = null } = rest;
  const all = (field: ColumnField) => values.get(field) ?? [];
  const type = all("type").map(({ text, column }) =>
    isWithVlan(column) ? text.split("/")[0]! : text
  )
    .join(" ");
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
  // Of "Vlan10, Ethernet3" and "irb.10 [ae0.0]" the first one is the interface, the other its port.
  return (main ?? found[0])?.text.replace(/(?:, | \[).*$/s, "") ?? null;
}

/** Whether a column has the type and the VLAN in one value: `D/100/-`. */
function isWithVlan({ name }: HeadingColumn): boolean {
  return name.startsWith("type/vlan");
}

/** Returns the number of the VLAN, the outer one of two. */
function vlanOf(values: Values): number | null {
  const ofTypes = (values.get("type") ?? []).filter(({ column }) => isWithVlan(column))
    .map(({ text }) => text.slice(text.indexOf("/") + 1));
  for (const text of [...(values.get("vlan") ?? []).map(({ text }) => text), ...ofTypes]) {
    const number = vlanIn(text.match(/^(?:vl(?:an)? ?)?(\d{1,4})(?:\/.*)?$/i)?.[1] ?? "");
    if (number !== null) return number;
  }
  return null;
}
