/**
 * Cells of tables of unknown format: addresses, MAC addresses, times and words, in any spelling.
 *
 * @module
 */
import { formatMac, parseMac } from "../address/mac.ts";
import { hardwareAddress, isIP, type NeighbourState } from "./neighbour.ts";

/** A word of a line. */
export interface Cell {
  /** The word, without brackets, quotes and a comma around it. */
  readonly text: string;
  /** The first character of the word in its line. */
  readonly start: number;
  /** The character behind it. */
  readonly end: number;
  /** The name before an equals sign (`interface=ether2`), lower case; `null` if there is none. */
  readonly label: string | null;
}

/** Returns the words of a line. */
export function cellsOf(line: string): Cell[] {
  return [...line.matchAll(/[^\s,;|]+/g)].map((match) => {
    const labelled = match[0].match(/^([\w-]{1,30})=(.*)$/s);
    const word = labelled ? labelled[2]! : match[0];
    return {
      text: word.replace(/^[("'[<{]+/, "").replace(/(?<![)"'\]>}])[)"'\]>}]+$/, ""),
      start: match.index,
      end: match.index + match[0].length,
      label: labelled ? labelled[1]!.toLowerCase() : null,
    };
  });
}

/** Returns the address in a cell without a prefix length, or `null`. */
export function addressIn(text: string): string | null {
  const plain = text.replace(/\/\d{1,3}$/, "");
  return isIP(plain) ? plain : null;
}

/**
 * Returns the MAC address in a cell, or `null`: six octets in any spelling (a number of twelve digits
 * without a letter is none), or a longer address between colons or dashes.
 */
export function macIn(text: string): string | null {
  if (!/^[0-9a-f][0-9a-f:.-]{9,59}$/i.test(text)) return null;
  if (/^(?:\d{12}|[a-f]{12})$/i.test(text)) return null;
  try {
    return formatMac(parseMac(text));
  } catch {
    return hardwareAddress(text);
  }
}

/** Whether a cell looks like a MAC address, complete or damaged: at least four groups of digits. */
function looksLikeMac(text: string): boolean {
  return macIn(text) !== null ||
    /^[0-9a-f]{1,2}(?:([:-])[0-9a-f]{1,2})(?:\1\w{1,2}){3,}$/i.test(text) ||
    /^[0-9a-f]{4}([.-])[0-9a-f]{4}\1\w{4}$/i.test(text);
}

/** The MAC address that stands for none. */
export const NO_MAC = "00:00:00:00:00:00";

/** Whether a cell is an address of any kind. */
export function isAddress({ text }: Cell): boolean {
  return addressIn(text) !== null || (text.length > 8 && looksLikeMac(text));
}

/** Whether a cell is an address of a host: not of a network, and not the one that stands for none. */
export function isOfHost(cell: Cell): boolean {
  const address = addressIn(cell.text);
  if (address === null) return isAddress(cell) && macIn(cell.text) !== NO_MAC;
  return address === cell.text && address !== "0.0.0.0" && address !== "::";
}

/** Seconds of the letters and words after a number. */
const TIME_UNITS: Readonly<Record<string, number>> = {
  d: 86_400,
  h: 3600,
  m: 60,
  s: 1,
  w: 604_800,
};

/**
 * Returns the seconds that a cell means, or `null`: `01:25:23`, `0h 2m 16s`, `1172 sec`, or a number in
 * `unit` seconds. A number without a unit means nothing.
 */
export function secondsIn(cell: string, unit: number | null): number | null {
  const text = cell.replace(/\s+/g, " ");
  if (/^\d{1,9}(?:\.\d+)?$/.test(text)) {
    return unit === null ? null : Math.round(Number(text) * unit);
  }
  const clock = text.match(/^(?:(\d{1,5}):)?(\d{1,5}):(\d\d):(\d\d)(?:\.\d+)?$/);
  if (clock) {
    const [days, hours, minutes, seconds] = clock.slice(1).map((part) => Number(part ?? 0));
    return ((days! * 24 + hours!) * 60 + minutes!) * 60 + seconds!;
  }
  if (!/^(?:\d{1,9} ?(?:[wdhms]|mins?|secs?|minutes?|seconds?|hours?|days?) ?){1,5}$/i.test(text)) {
    return null;
  }
  return [...text.matchAll(/(?<!\d)(\d+) ?([a-z])/gi)].reduce(
    (sum, [, amount, letter]) => sum + Number(amount) * TIME_UNITS[letter!.toLowerCase()]!,
    0,
  );
}

/** States in the words of routers, switches and other systems. */
const STATES: readonly (readonly [RegExp, NeighbourState])[] = [
  [/^(?:incomp|incmp|unresolved|pend|resolving)/i, "incomplete"],
  [/^(?:reach$|reachable)/i, "reachable"],
  [/^stale/i, "stale"],
  [/^delay/i, "delay"],
  [/^probe?$/i, "probe"],
  [/^(?:failed|unreach)/i, "failed"],
  [/^(?:permanent|perm)$/i, "permanent"],
  [/^noarp$/i, "noarp"],
];

/** Returns the state that a word means, or `null`. */
export function stateIn(text: string): NeighbourState | null {
  const word = text.replace(/^\*{1,3}|\*{1,3}$/g, "");
  return STATES.find(([pattern]) => pattern.test(word))?.[1] ?? null;
}

/** Returns the number of a VLAN (IEEE 802.1Q: 1 to 4094), `null` for anything else. */
export function vlanIn(text: string): number | null {
  const number = Number(text);
  return number >= 1 && number <= 4094 ? number : null;
}

/** Returns the origin that a word of a column "Type" means, or `null`. */
export function kindIn(text: string): "dynamic" | "static" | null {
  if (/^(?:dynamic|dyn|d|d-\d+)$/i.test(text)) return "dynamic";
  return /^(?:static|permanent|s|s--?)$/i.test(text) ? "static" : null;
}

/** Returns the name of a host in a cell, or `null` if it is none. */
export function nameOfHost(text: string | null): string | null {
  return text !== null && /^[\p{L}\d_][\p{L}\d_.-]*$/u.test(text) ? text : null;
}
