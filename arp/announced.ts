/**
 * Entries whose address stands on a line of its own, and the MAC address on one of the next: the report of
 * nmap, and `netstat ARP` of z/OS.
 *
 * @module
 */
import { macIn, nameOfHost } from "./cells.ts";
import { isIP, MAX_LINE, neighbour, type NeighbourFormat } from "./neighbour.ts";
import { msg } from "../text/messages.ts";

/** Lines with an address alone: a name may stand before it. */
const ANNOUNCED = [
  /^Nmap scan report for (?:(?<name>\S{1,253}) \((?<inside>\S{1,64})\)|(?<address>\S{1,64}))$/,
  /^Querying ARP cache for address (?<address>\S{1,64})$/,
] as const;

/** Lines with the MAC address of the last address. */
const MACS = [
  /^MAC Address: (?<mac>\S{1,64})(?: |$)/,
  /^(?:Link|Interface): (?<device>\S{1,64})\s{1,60}ETHERNET: ?(?<mac>\S{1,64})$/,
] as const;

/** The most lines between an address and its MAC address. */
const MOST_BETWEEN = 3;

/** An address, and its MAC address on one of the next lines. */
export const announced: NeighbourFormat = {
  name: msg("a report of nmap or z/OS"),
  fixture: "written-announced",
  read(lines, at) {
    const host = groupsOf(lines[at]!, ANNOUNCED);
    const address = host?.address ?? host?.inside ?? "";
    if (!isIP(address)) return null;
    for (let below = 1; below <= MOST_BETWEEN && at + below < lines.length; below++) {
      const line = lines[at + below]!;
      if (groupsOf(line, ANNOUNCED) !== null) break;
      const found = groupsOf(line, MACS);
      const mac = macIn(found?.mac ?? "");
      if (mac === null) continue;
      const name = nameOfHost(host?.name ?? null);
      const neighbours = [neighbour(address, { mac, interface: found?.device ?? null, name })];
      return { neighbours, length: below + 1, readBelow: null };
    }
    return { neighbours: [], length: 1, readBelow: null }; // a host of which no MAC address is known
  },
};

function groupsOf(
  line: string,
  patterns: readonly RegExp[],
): Readonly<Record<string, string | undefined>> | null {
  if (line.length > MAX_LINE) return null;
  return patterns.map((pattern) => line.match(pattern)?.groups).find((groups) => groups) ?? null;
}
