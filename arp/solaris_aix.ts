/**
 * Neighbour tables of Solaris, illumos, HP-UX and AIX: `arp -a` and `netstat -pn`.
 *
 * @module
 */
import {
  hardwareAddress,
  hostName,
  isIPv6,
  type Neighbour,
  neighbour,
  type NeighbourFormat,
  type NeighbourState,
  parseHost,
  rowFormat,
} from "./neighbour.ts";
import { isIPv4, parseDotted } from "../address/ipv4.ts";
import { prefixOfMask } from "../address/network.ts";
import { msg } from "../text/messages.ts";

/** `arp -a` of Solaris and illumos, which is `netstat -p` for IPv4. */
export const solarisArp: NeighbourFormat = rowFormat({
  name: msg("arp of Solaris"),
  fixture: "written-illumos",
  heading: /^(?:Net to Media Table: IPv4|Device +IP Address +Mask +Flags +Phys Addr)$/,
  readRow: readSolarisRow,
});

/** `netstat -p` of Solaris and illumos for IPv6. */
export const solarisNdp: NeighbourFormat = rowFormat({
  name: msg("netstat -p of Solaris"),
  fixture: "written-illumos-ipv6",
  heading: /^(?:Net to Media Table: IPv6|If +Physical Address +Type +State +Destination\/Mask)$/,
  readRow: readSolarisNdpRow,
});

/** `arp HOST` of Solaris and illumos, which does not name the interface. */
export const solarisHost: NeighbourFormat = rowFormat({
  name: msg("arp HOST of Solaris"),
  fixture: "written-solaris-host",
  readRow: readSolarisHostRow,
});

/** `arp -a` of HP-UX. */
export const hpuxArp: NeighbourFormat = rowFormat({
  name: msg("arp of HP-UX"),
  fixture: "written-hpux",
  readRow: readHpuxRow,
});

/** `arp -a` of AIX, with the buckets of its hash table. */
export const aixArp: NeighbourFormat = rowFormat({
  name: msg("arp of AIX"),
  fixture: "written-aix",
  heading: /^(?:bucket: +\d+ +contains: +\d+ entries|There are \d+ entries in the arp table\.)$/,
  readRow: readAixRow,
});

/** The flags of `netstat(8)` that are not in the state or the kind. */
const SOLARIS_FLAGS: ReadonlyMap<string, string> = new Map([
  ["d", "unverified"],
  ["o", "old"],
  ["y", "delayed"],
  ["A", "authority"],
  ["L", "local"],
  ["M", "mapping"],
  ["P", "published"],
]);

/** The width at which illumos cuts names, in characters (its `netstat.c`). */
const SOLARIS_NAME = 20;

/** `DEVICE ADDRESS MASK FLAGS MAC`; there may be no flags, and while it is unresolved no MAC. */
const SOLARIS_ROW = /^(\S+) +(\S+) +(\d+(?:\.\d+){3})(?: +([a-zA-Z]{1,8}))?(?: +([0-9a-fA-F:]+))?$/;

function readSolarisRow(line: string): Neighbour | null {
  const match = line.match(SOLARIS_ROW);
  if (!match) return null;
  const [, device = "", cell = "", mask = "", letters = "", at = ""] = match;
  const mac = hardwareAddress(at);
  const host = isIPv6(cell) ? null : parseHost(cell, SOLARIS_NAME);
  if (!host || !isMask(mask) || (mac === null && (at !== "" || letters === ""))) {
    return null;
  }
  if (!/^[doyALMPSU]*$/.test(letters)) return null;
  return neighbour(host.address, {
    mac,
    interface: device,
    state: letters.includes("U") ? "incomplete" : null,
    kind: /[LS]/.test(letters) ? "static" : null,
    name: host.name,
    flags: [
      ...host.flags,
      ...[...letters].map((letter) => SOLARIS_FLAGS.get(letter)).filter((flag) =>
        flag !== undefined
      ),
    ],
  });
}

const SOLARIS_STATES: Readonly<Record<string, NeighbourState>> = {
  INCOMPLETE: "incomplete",
  REACHABLE: "reachable",
  STALE: "stale",
  DELAY: "delay",
  PROBE: "probe",
  UNREACHABLE: "failed",
};

/** `DEVICE MAC TYPE STATE ADDRESS`, without a MAC while there is none. */
const SOLARIS_NDP_ROW =
  /^(\S+) +(?:([0-9a-fA-F:]{11,}) +)?(local|other|dynamic|static) +([A-Z]+) +(\S+)$/;

function readSolarisNdpRow(line: string): Neighbour | null {
  const match = line.match(SOLARIS_NDP_ROW);
  if (!match) return null;
  const [, device = "", at, type, state = "", cell = ""] = match;
  const mac = at === undefined ? null : hardwareAddress(at);
  if (!isIPv6(cell) || (at !== undefined && mac === null)) return null;
  return neighbour(cell, {
    mac,
    interface: device,
    state: SOLARIS_STATES[state] ?? null,
    kind: type === "dynamic" ? "dynamic" : type === "other" ? null : "static",
    flags: type === "local" ? ["local"] : [],
  });
}

/** `NAME (ADDRESS) at MAC permanent published`; octets have no leading zeros. */
const SOLARIS_HOST_ROW = /^(\S+) \(([0-9.]+)\) at (\S+)((?: (?:permanent|published|trailers))*)$/;

function readSolarisHostRow(line: string): Neighbour | null {
  return unixEntry(line.match(SOLARIS_HOST_ROW));
}

/** `NAME (ADDRESS) at MAC ether permanent published`; octets have no leading zeros. */
const HPUX_ROW =
  /^(\S+) \(([0-9.]+)\) at (\S+) (ether|token|fddi)((?: (?:permanent|published|trailers))*)$/;

function readHpuxRow(line: string): Neighbour | null {
  const match = line.match(HPUX_ROW);
  if (!match) return null;
  const [, name = "", address = "", at = "", type, words = ""] = match;
  return unixEntry([line, name, address, at, words], type);
}

/** `NAME (ADDRESS) at MAC [ethernet] permanent published stored in bucket 12`. */
const AIX_ROW =
  /^(\S+) \(([0-9.]+)\) at (\S+)(?: \[([^\]]*)\])?((?: (?:permanent|published|trailers))*) stored in bucket \d+$/;

function readAixRow(line: string): Neighbour | null {
  const match = line.match(AIX_ROW);
  if (!match) return null;
  const [, name = "", address = "", at = "", type, words = ""] = match;
  return unixEntry([line, name, address, at, words], type);
}

function unixEntry(
  match: readonly string[] | null,
  hardwareType: string | null = null,
): Neighbour | null {
  if (!match) return null;
  const [, name = "", address = "", at = "", words = ""] = match;
  const mac = hardwareAddress(at);
  if (!isIPv4(address) || (mac === null && at !== "(incomplete)")) return null;
  const permanent = words.includes("permanent");
  return neighbour(address, {
    mac,
    hardwareType,
    state: mac === null ? "incomplete" : permanent ? "permanent" : null,
    kind: permanent ? "static" : null,
    name: hostName(name, address),
    flags: words.includes("published") ? ["published"] : [],
  });
}

/** Whether `text` is an IPv4 netmask of one bit or more (RFC 950). Two addresses in a line are no row. */
function isMask(text: string): boolean {
  return isIPv4(text) && (prefixOfMask(parseDotted(text)) ?? 0) > 0;
}
