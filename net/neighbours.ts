/**
 * Neighbours: which hardware address answers for which network address.
 *
 * @module
 */
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

/** An entry of a neighbour table; `null` is what the table does not say. */
export interface Neighbour {
  /** The IPv4 or IPv6 address as the table writes it. */
  readonly address: string;
  /** The hardware address as `formatMac` writes it. */
  readonly mac: string | null;
  /** The name of the interface; on Windows its IPv4 address, by which `arp -N` knows it. */
  readonly interface: string | null;
  /** Whether the hardware address can be relied on. */
  readonly state: NeighbourState | null;
  /** Whether the entry was learned, or needs no learning: set by hand, or computed (multicast). */
  readonly kind: "dynamic" | "static" | null;
  /** The host's name. */
  readonly name: string | null;
  /** Seconds until the entry expires, 0 if it has. */
  readonly expiresSeconds: number | null;
  /**
   * What else is said of it: `published` (this host answers for the address), `proxy-only` (and for
   * others only), `invalid` (Windows), or a flag of `ip-neighbour(8)`, such as `router`.
   */
  readonly flags: readonly string[];
}

/** A way to write a neighbour table down. */
export interface NeighbourFormat {
  /** What writes it. */
  readonly name: string;
  /** Whether `text` is certainly in this format; by its content alone, never by the system. */
  readonly recognise: (text: string) => boolean;
  /** Returns the entries of a `text` that was recognised, in its order. */
  readonly read: (text: string) => Neighbour[];
}

/** Returns an entry of which only `known` is known. */
export function neighbour(address: string, known: Partial<Neighbour>): Neighbour {
  return {
    address,
    mac: null,
    interface: null,
    state: null,
    kind: null,
    name: null,
    expiresSeconds: null,
    flags: [],
    ...known,
  };
}

/**
 * Returns the hardware address `text` as `formatMac` writes it, or `null` if it is none: 6 octets
 * (Ethernet) to 20 (InfiniBand) of one or two digits, between colons or dashes.
 */
export function hardwareAddress(text: string): string | null {
  if (!/^[0-9a-f]{1,2}(?:[:-][0-9a-f]{1,2}){5,19}$/i.test(text)) return null;
  return formatMac(Uint8Array.from(text.split(/[:-]/), (octet) => parseInt(octet, 16)));
}

/** Whether `text` is an IPv4 address in dotted decimal. */
export function isIPv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

/** Returns the name of a host in a line of `arp -a`, where `?` stands for none. */
export function nameOf(name: string): string | null {
  return name === "?" ? null : name;
}

/** Longer lines are no entries: a name has at most 253 characters (RFC 1035, section 2.3.4). */
export const MAX_LINE = 1000;

/** Returns the lines of `text` that may be entries, without blanks at their ends. */
export function lines(text: string): string[] {
  return text.split("\n").filter((line) => line.length <= MAX_LINE).map((line) => line.trim());
}

/** Makes a format of lines: a text is in it if one line is an entry; the others are passed over. */
export function lineFormat(
  name: string,
  readLine: (line: string) => Neighbour | null,
): NeighbourFormat {
  return {
    name,
    recognise: (text) => lines(text).some((line) => readLine(line) !== null),
    read: (text) => lines(text).map(readLine).filter((neighbour) => neighbour !== null),
  };
}

/** Orders by interface, IPv4 before IPv6, then numerically by address; no interface comes last. */
export function compareNeighbours(a: Neighbour, b: Neighbour): number {
  return compareTexts(a.interface ?? "\uffff", b.interface ?? "\uffff") ||
    compareTexts(sortKey(a.address), sortKey(b.address)) || compareTexts(a.mac ?? "", b.mac ?? "");
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Returns a text of fixed length per family that sorts as the address does: its hexadecimal digits. */
function sortKey(address: string): string {
  if (!address.includes(":")) return `4${hexOctets(address)}`;
  const [front = "", back = ""] = address.replace(/%.*$/s, "").split("::");
  const [head, tail] = [hexGroups(front), hexGroups(back)];
  return `6${head}${"0".repeat(Math.max(0, 32 - head.length - tail.length))}${tail}`;
}

function hexGroups(groups: string): string {
  if (groups === "") return "";
  return groups.split(":").map((group) =>
    group.includes(".") ? hexOctets(group) : group.padStart(4, "0").toLowerCase()
  ).join("");
}

function hexOctets(address: string): string {
  return address.split(".").map((octet) => Number(octet).toString(16).padStart(2, "0")).join("");
}
