/**
 * The neighbour tables of macOS, FreeBSD, NetBSD and DragonFly: `arp -a`.
 *
 * @module
 */
import {
  hardwareAddress,
  isIPv4,
  lineFormat,
  nameOf,
  type Neighbour,
  neighbour,
  type NeighbourFormat,
} from "./neighbours.ts";

/** `arp -a` of macOS and most BSDs; it knows no language but English. */
export const bsdArp: NeighbourFormat = lineFormat("arp of macOS or BSD", readBsdLine);

/**
 * `NAME (ADDRESS) at MAC on IF expires in 1200 seconds [ethernet]` of FreeBSD; macOS leaves out
 * leading zeros and says `ifscope`, NetBSD ends behind the interface.
 */
const BSD_LINE = /^(\S+) \(([0-9.]+)\) at (\S+) on (\S+)(.*)$/;

function readBsdLine(line: string): Neighbour | null {
  const match = line.match(BSD_LINE);
  if (!match) return null;
  const [, name, address = "", at = "", device = "", rest = ""] = match;
  const mac = hardwareAddress(at);
  if (!isIPv4(address) || (mac === null && at !== "(incomplete)")) return null;
  const permanent = / permanent\b/.test(rest);
  const expires = rest.match(/ expire(?:d|s in (\d{1,9}) seconds)/);
  return neighbour(address, {
    mac,
    interface: device,
    state: mac === null ? "incomplete" : permanent ? "permanent" : null,
    kind: permanent ? "static" : expires ? "dynamic" : null,
    name: nameOf(name!),
    expiresSeconds: expires ? Number(expires[1] ?? 0) : null,
    flags: [
      ...(/ published\b/.test(rest) ? ["published"] : []),
      ...(rest.includes(" (proxy only)") ? ["proxy-only"] : []),
    ],
  });
}
