/**
 * The order of a neighbour table: by interface and address.
 *
 * @module
 */
import type { Neighbour } from "./neighbour.ts";

/**
 * Returns `rows` ordered by interface, IPv4 before IPv6, then numerically by address. Entries without an
 * interface come last, and within an interface entries without an address.
 *
 * @param neighbourOf The entry of a row.
 */
export function sortNeighbours<T>(
  rows: readonly T[],
  neighbourOf: (row: T) => Neighbour,
): T[] {
  return rows.map((row) => orderOf(row, neighbourOf(row))).sort(compareOrders)
    .map(({ row }) => row);
}

/** A row, and its place in the order of a table, compared part by part. */
interface Order<T> {
  readonly row: T;
  readonly device: string;
  /** 4 or 6, or 9 without an address. */
  readonly version: number;
  /** The number that an IPv4 address is; 0 for others. */
  readonly value: number;
  /** Hexadecimal digits of an IPv6 address, always as many; a name without an address. */
  readonly text: string;
  readonly mac: string;
}

function orderOf<T>(row: T, { address, name, interface: device, mac }: Neighbour): Order<T> {
  const version = address === null ? 9 : address.includes(":") ? 6 : 4;
  return {
    row,
    device: device ?? "\uffff",
    version,
    value: version === 4 ? ipv4Value(address!) : 0,
    text: version === 6 ? ipv6Digits(address!) : version === 9 ? name ?? "" : "",
    mac: mac ?? "",
  };
}

function compareOrders<T>(a: Order<T>, b: Order<T>): number {
  return compareTexts(a.device, b.device) || a.version - b.version || a.value - b.value ||
    compareTexts(a.text, b.text) || compareTexts(a.mac, b.mac);
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Returns the number that the digits of an IPv4 address are, octet by octet. */
function ipv4Value(address: string): number {
  let value = 0;
  let octet = 0;
  for (let i = 0; i < address.length; i++) {
    const digit = address.charCodeAt(i) - 0x30;
    if (digit >= 0) octet = octet * 10 + digit;
    else { // a dot
      value = value * 256 + octet;
      octet = 0;
    }
  }
  return value * 256 + octet;
}

function ipv6Digits(address: string): string {
  const [front = "", back = ""] = address.replace(/%.*$/s, "").split("::");
  const [head, tail] = [hexGroups(front), hexGroups(back)];
  return head + "0".repeat(Math.max(0, 32 - head.length - tail.length)) + tail;
}

function hexGroups(groups: string): string {
  if (groups === "") return "";
  return groups.split(":").map((group) =>
    group.includes(".")
      ? ipv4Value(group).toString(16).padStart(8, "0")
      : group.padStart(4, "0").toLowerCase()
  ).join("");
}
