/**
 * Neighbour tables of macOS and the BSDs: `arp -a` as lines and as tables, and `ndp -a`.
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
import { isIPv4 } from "../address/ipv4.ts";
import { msg } from "../text/messages.ts";

/** `arp -a` of macOS, FreeBSD, NetBSD and DragonFly, always in English. */
export const bsdArp: NeighbourFormat = rowFormat({
  name: msg("arp of macOS or BSD"),
  fixture: "written-freebsd",
  readRow: readBsdRow,
});

/** `arp -a` of OpenBSD; the widths of its columns differ from release to release. */
export const openBsdArp: NeighbourFormat = rowFormat({
  name: msg("arp of OpenBSD"),
  fixture: "written-openbsd",
  heading: /^Host +Ethernet Address +Netif Expire +Flags$/,
  readRow: readOpenBsdRow,
});

/** `arp -al` and `arp -ax` of macOS. */
export const macosTable: NeighbourFormat = rowFormat({
  name: msg("arp -l of macOS"),
  fixture: "written-macos-x",
  heading: /^Neighbor +Linklayer Address +Expire\(O\) +Expire\(I\) +Netif +Refs +Prbs/,
  readRow: readMacosTableRow,
});

/** `ndp -a` of macOS and the BSDs: IPv6. */
export const ndp: NeighbourFormat = rowFormat({
  name: msg("ndp of macOS or BSD"),
  fixture: "written-macos-ndp",
  heading: /^Neighbor +Linklayer Address +Netif +Expire +\S/,
  readRow: readNdpRow,
});

/**
 * `NAME (ADDRESS) at MAC on IF expires in 1200 seconds [ethernet]` of FreeBSD; macOS leaves out
 * leading zeros and writes `ifscope`, NetBSD ends behind the interface, DragonFly writes no time.
 */
const BSD_ROW = /^(\S+) \(([0-9.]+)\) at (\S+) on (\S+)(?!\S)(.*)$/;

function readBsdRow(line: string): Neighbour | null {
  const match = line.match(BSD_ROW);
  if (!match) return null;
  const [, name = "", address = "", at = "", device = "", rest = ""] = match;
  const mac = hardwareAddress(at);
  if (!isIPv4(address) || (mac === null && at !== "(incomplete)")) return null;
  const permanent = / permanent\b/.test(rest);
  const expires = rest.match(/ expire(?:d|s in (\d{1,9}) seconds)/);
  return neighbour(address, {
    mac,
    hardwareType: rest.match(/ \[(\w+)\]$/)?.[1] ?? null,
    interface: device,
    state: mac === null ? "incomplete" : permanent ? "permanent" : null,
    kind: permanent ? "static" : expires ? "dynamic" : null,
    name: hostName(name, address),
    expiresSeconds: expires ? Number(expires[1] ?? 0) : null,
    flags: [
      ...(/ published\b/.test(rest) ? ["published"] : []),
      ...(rest.includes(" (proxy only)") ? ["proxy-only"] : []),
    ],
  });
}

/** The meaning of a cell of the column "Expire". */
interface Expiry {
  readonly kind: "dynamic" | "static" | null;
  readonly permanent: boolean;
  readonly seconds: number | null;
}

const EXPIRY_WORDS: ReadonlyMap<string, Expiry> = new Map([
  ["permanent", { kind: "static", permanent: true, seconds: null }],
  ["static", { kind: "static", permanent: false, seconds: null }],
  ["expired", { kind: "dynamic", permanent: false, seconds: 0 }],
  ["(none)", { kind: null, permanent: false, seconds: null }],
]);

/** Returns the meaning of `17m38s`, `permanent` and the like, or `null` for any other text. */
function expiryOf(text: string): Expiry | null {
  const known = EXPIRY_WORDS.get(text);
  if (known) return known;
  const time = text.match(/^(?=\d)(?:(\d{1,5})d)?(?:(\d{1,4})h)?(?:(\d{1,4})m)?(?:(\d{1,9})s)?$/);
  if (!time) return null;
  const [days, hours, minutes, seconds] = time.slice(1).map((part) => Number(part ?? 0));
  return {
    kind: "dynamic",
    permanent: false,
    seconds: ((days! * 24 + hours!) * 60 + minutes!) * 60 + seconds!,
  };
}

/** Returns the hardware address, `null` where it is not known yet, `undefined` for anything else. */
function hardwareCell(text: string): string | null | undefined {
  return text === "(incomplete)" ? null : hardwareAddress(text) ?? undefined;
}

function stateOf(mac: string | null, { permanent }: Expiry): NeighbourState | null {
  return mac === null ? "incomplete" : permanent ? "permanent" : null;
}

/** `HOST MAC IF EXPIRE FLAGS`: flags are `l` (an address of this host) and `p` (published). */
function readOpenBsdRow(line: string): Neighbour | null {
  const [cell = "", at = "", device, expire = "", flags = "", ...more] = line.split(/ +/);
  const mac = hardwareCell(at);
  const expiry = expiryOf(expire);
  if (mac === undefined || !device || !expiry || more.length > 0) return null;
  const host = isIPv6(cell) ? null : parseHost(cell);
  if (!host || expire === "(none)" || !/^[a-z]*$/.test(flags)) return null;
  return neighbour(host.address, {
    mac,
    interface: device,
    state: stateOf(mac, expiry),
    kind: expiry.kind,
    name: host.name,
    expiresSeconds: expiry.seconds,
    flags: [
      ...(flags.includes("l") ? ["local"] : []),
      ...(flags.includes("p") ? ["published"] : []),
    ],
  });
}

/** The width at which macOS cuts names, in characters (its `arp.c`). */
const MACOS_NAME = 23;

/**
 * `NEIGHBOUR MAC EXPIRE(O) EXPIRE(I) IF`, and numbers where there are some. The first time is the one
 * for sending: when it is over, the kernel asks for the entry again.
 */
function readMacosTableRow(line: string): Neighbour | null {
  const [cell = "", at = "", sent = "", received = "", device] = line.split(/ +/);
  const mac = hardwareCell(at);
  const expiry = expiryOf(sent);
  if (mac === undefined || !expiry || !expiryOf(received) || !device) return null;
  const host = parseHost(cell, MACOS_NAME);
  if (!host) return null;
  return neighbour(host.address, {
    mac,
    interface: device,
    state: stateOf(mac, expiry),
    kind: expiry.kind,
    name: host.name,
    expiresSeconds: expiry.seconds,
    flags: host.flags,
  });
}

/** The letters of the states (`ndp(8)`). N (no state) and W (to be deleted) have no word here. */
const NDP_STATES: Readonly<Record<string, NeighbourState>> = {
  I: "incomplete",
  R: "reachable",
  S: "stale",
  D: "delay",
  P: "probe",
};

/** `ADDRESS MAC IF EXPIRE STATE FLAGS PROBES`; a permanent entry may have no state. */
function readNdpRow(line: string): Neighbour | null {
  const [cell = "", at = "", device, expire = "", ...letters] = line.split(/ +/);
  const mac = hardwareCell(at);
  const expiry = expiryOf(expire);
  if (mac === undefined || !device || !expiry || letters.length > 3) return null;
  const host = isIPv6(cell) ? { address: cell, name: null } : null;
  if (!host) return null;
  const [state = "", flags = ""] = letters;
  const word = NDP_STATES[state] ?? null;
  // The loopback has no hardware addresses: its permanent entry is an address of this machine.
  const local = mac === null && expiry.permanent && /^lo\d*$/.test(device);
  return neighbour(host.address, {
    mac,
    interface: device,
    state: mac === null && !local ? "incomplete" : expiry.permanent ? "permanent" : word,
    kind: expiry.kind,
    expiresSeconds: expiry.seconds,
    flags: [
      ...(local ? ["local"] : []),
      ...(flags.includes("R") ? ["router"] : []),
      ...(/p/i.test(flags) ? ["proxy"] : []),
    ],
  });
}
