/**
 * What a port number alone tells: IANA's ranges, and the ports that browsers refuse.
 *
 * @module
 */

/** A range of IANA (RFC 6335, section 6). */
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

/**
 * The ports to which a browser makes no HTTP request, as nobody is to send through it what a mail or
 * chat server obeys ("bad ports" of the WHATWG's Fetch Standard, section 2.9, "Port blocking").
 */
const BLOCKED_BY_BROWSERS: ReadonlySet<number> = new Set(
  (
    "0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 " +
    "113 115 117 119 123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 " +
    "548 554 556 563 587 601 636 989 990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 " +
    "6566 6665 6666 6667 6668 6669 6679 6697 10080"
  ).split(" ").map(Number),
);

/** Whether browsers refuse `http://HOST:PORT`. */
export function isBlockedByBrowsers(port: number): boolean {
  return BLOCKED_BY_BROWSERS.has(port);
}
