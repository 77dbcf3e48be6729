/**
 * The neighbour tables of Linux: `ip -j neigh`, /proc/net/arp, and `arp -a` of net-tools and BusyBox.
 *
 * @module
 */
import {
  hardwareAddress,
  isIPv4,
  lineFormat,
  MAX_LINE,
  nameOf,
  type Neighbour,
  neighbour,
  NEIGHBOUR_STATES,
  type NeighbourFormat,
} from "./neighbours.ts";

/** `ip -j neigh` of iproute2: an array of objects; a flag is a key whose value is `null`. */
export const ipNeigh: NeighbourFormat = {
  name: "ip -j neigh",
  recognise: (text) => readIpJson(text) !== null,
  read: (text) => readIpJson(text) ?? [],
};

/** The file /proc/net/arp; its heading is in English everywhere and tells it even when it is empty. */
export const procNetArp: NeighbourFormat = {
  ...lineFormat("/proc/net/arp", readProcLine),
  recognise: (text) => /^IP address +HW type +Flags +HW address +Mask +Device$/m.test(text),
};

/** `arp -a` of net-tools and BusyBox in any language. */
export const netToolsArp: NeighbourFormat = lineFormat(
  "arp of net-tools or BusyBox",
  readNetToolsLine,
);

/** Returns the entries, or `null` if `text` is not the JSON of such. */
function readIpJson(text: string): Neighbour[] | null {
  if (!text.trimStart().startsWith("[")) return null;
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(rows) || !rows.every((row) => typeof row === "object" && row !== null)) {
    return null;
  }
  const neighbours = rows.map(readIpObject).filter((neighbour) => neighbour !== null);
  return neighbours.length > 0 || rows.length === 0 ? neighbours : null;
}

function readIpObject(row: Readonly<Record<string, unknown>>): Neighbour | null {
  const { dst, dev, lladdr } = row;
  if (typeof dst !== "string" || !(isIPv4(dst) || isIPv6(dst))) return null;
  const words = Array.isArray(row.state) ? row.state : [];
  const state = NEIGHBOUR_STATES.find((state) => words.includes(state.toUpperCase())) ?? null;
  return neighbour(dst, {
    mac: typeof lladdr === "string" ? hardwareAddress(lladdr) : null,
    interface: typeof dev === "string" ? dev : null,
    state,
    kind: state === "permanent" || state === "noarp" ? "static" : null,
    flags: Object.keys(row).filter((key) => row[key] === null),
  });
}

/** Whether `text` can only be an IPv6 address; where from it comes, it is a right one. */
function isIPv6(text: string): boolean {
  return text.length <= MAX_LINE && /^[0-9a-f]*:[0-9a-f:.]*(?:%\S+)?$/i.test(text);
}

/** Flags in /proc/net/arp: ATF_COM, ATF_PERM and ATF_PUBL of Linux' `if_arp.h`. */
const ATF = { complete: 0x2, permanent: 0x4, published: 0x8 } as const;

/** A line of Linux' /proc/net/arp; the hardware address is empty where its type has none. */
function readProcLine(line: string): Neighbour | null {
  const columns = line.split(/ +/);
  const [address = "", type = "", flagText = ""] = columns;
  const device = columns.at(-1)!;
  if (!isIPv4(address) || columns.length < 5 || columns.length > 6) return null;
  if (!/^0x[0-9a-f]+$/.test(type) || !/^0x[0-9a-f]+$/.test(flagText)) return null;
  const mac = hardwareAddress(columns[3]!);
  if (columns.length === 5 && mac !== null) return null; // cut before the device
  const flags = Number(flagText);
  return linuxEntry(address, {
    mac,
    interface: device,
    complete: (flags & ATF.complete) !== 0,
    permanent: (flags & ATF.permanent) !== 0,
    flags: flags & ATF.published ? ["published"] : [],
  });
}

/** What Linux' older interface, and so /proc/net/arp and net-tools, tells of an entry. */
interface LinuxEntry {
  readonly mac: string | null;
  readonly interface: string | null;
  readonly complete: boolean;
  readonly permanent: boolean;
  readonly flags: readonly string[];
  readonly name?: string | null;
}

function linuxEntry(address: string, { complete, permanent, ...known }: LinuxEntry): Neighbour {
  const published = known.flags.includes("published");
  return neighbour(address, {
    ...known,
    // Without ATF_COM the kernel hands out zeros, or what an entry that failed has last known.
    mac: complete ? known.mac : null,
    state: complete ? (permanent ? "permanent" : null) : published ? null : "incomplete",
    kind: permanent ? "static" : null,
  });
}

/**
 * `NAME (ADDRESS) at MAC [ether] PERM on IF`; without an answer `<incomplete>` or, published,
 * `<from_interface>` or `*` stands for `MAC [ether]`. "at", "on" and "incomplete" are translated, and
 * Czech and Estonian leave out the blank behind the latter. MAC is empty for unknown hardware.
 */
const NET_TOOLS_LINE = /^(\S+) \(([0-9.]+)\) \S+ (?:([^\s[]*) ?\[[^\]]*\]|<[^>]*>|\*)(.*)$/;

/** The flags of net-tools and BusyBox in our words; BusyBox writes PUP for PUB. */
const NET_TOOLS_FLAGS: ReadonlyMap<string, string> = new Map([
  ["PERM", "permanent"],
  ["PUB", "published"],
  ["PUP", "published"],
  ["AUTO", "auto"],
  ["DONTPUB", "dontpub"],
  ["TRAIL", "trail"],
]);

function readNetToolsLine(line: string): Neighbour | null {
  const match = line.match(NET_TOOLS_LINE);
  if (!match) return null;
  const [, name, address = "", mac, rest = ""] = match;
  const words = rest.replace(/ netmask \S+/, "").split(" ").filter((word) => word !== "");
  const flags: string[] = [];
  while (NET_TOOLS_FLAGS.has(words[0]!)) flags.push(NET_TOOLS_FLAGS.get(words.shift()!)!);
  if (!isIPv4(address) || words.length < 1 || words.length > 2) return null;
  return linuxEntry(address, {
    mac: mac === undefined ? null : hardwareAddress(mac),
    interface: words[1] ?? null,
    complete: mac !== undefined,
    permanent: flags.includes("permanent"),
    flags: flags.filter((flag) => flag !== "permanent"),
    name: nameOf(name!),
  });
}
