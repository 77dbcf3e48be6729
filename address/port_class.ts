/**
 * Facts that a port number alone tells: IANA's range of it, and whether browsers refuse it.
 *
 * @module
 */
import { BLOCKED_PORTS } from "./blocked_ports.ts";

/** A range of port numbers of IANA (RFC 6335, section 6). */
export interface PortClass {
  /** Its name. */
  readonly name: "system" | "registered" | "dynamic";
  /** Its lowest and its highest port. */
  readonly range: PortRange;
}

/** Ports from the first to the last, both included. */
export type PortRange = readonly [first: number, last: number];

/** The ranges, in ascending order. */
const CLASSES: readonly PortClass[] = [
  { name: "system", range: [0, 1023] },
  { name: "registered", range: [1024, 49151] },
  { name: "dynamic", range: [49152, 65535] },
];

/** Returns the range of IANA to which `port`, 0 to 65535, belongs. */
export function portClassOf(port: number): PortClass {
  return CLASSES.find(({ range }) => isIn(port, range))!;
}

/** Whether `port` is one of `range`. */
export function isIn(port: number, [first, last]: PortRange): boolean {
  return first <= port && port <= last;
}

/** Returns `range` for people: `1024–49151`, or one port alone. */
export function formatRange([first, last]: PortRange): string {
  return first === last ? `${first}` : `${first}–${last}`;
}

/** Whether browsers refuse `http://HOST:PORT`. */
export function isBlockedByBrowsers(port: number): boolean {
  return port === 0 || BLOCKED_PORTS.includes(port);
}
