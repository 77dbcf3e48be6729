/**
 * Neighbour tables of Linux' older interface: /proc/net/arp, and `arp` of net-tools and BusyBox.
 *
 * @module
 */
import {
  hardwareAddress,
  hostName,
  type Neighbour,
  neighbour,
  type NeighbourFormat,
  parseHost,
  rowFormat,
} from "./neighbour.ts";
import { isIPv4 } from "../address/ipv4.ts";
import { msg } from "../text/messages.ts";

/** The file /proc/net/arp; its heading is always in English. */
export const procNetArp: NeighbourFormat = rowFormat({
  name: "/proc/net/arp",
  fixture: "proc-net-arp",
  heading: /^IP address +HW type +Flags +HW address +Mask +Device$/,
  readRow: readProcRow,
});

/** `arp -a` of net-tools and BusyBox in any language. */
export const netToolsArp: NeighbourFormat = rowFormat({
  name: msg("arp of net-tools or BusyBox"),
  fixture: "nettools210-arp-a",
  readRow: readNetToolsRow,
});

/** `arp -e` of net-tools, which is `arp -n` and `arp` too, in any language. */
export const netToolsTable: NeighbourFormat = rowFormat({
  name: msg("arp -e of net-tools"),
  fixture: "nettools210-arp-e",
  heading: /^Address +HWtype +HWaddress +Flags Mask +Iface$/,
  readRow: readNetToolsTableRow,
});

/** Flags in /proc/net/arp: ATF_COM, ATF_PERM and ATF_PUBL of Linux' `if_arp.h`. */
const ATF = { complete: 0x2, permanent: 0x4, published: 0x8 } as const;

/** Types of hardware (ARPHRD of `if_arp.h`) in the words of net-tools. */
const HARDWARE_TYPES: ReadonlyMap<number, string> = new Map([
  [0x1, "ether"],
  [0x18, "ieee1394"],
  [0x20, "infiniband"],
]);

/** A line of Linux' /proc/net/arp; the hardware address is empty where its type has none. */
function readProcRow(line: string): Neighbour | null {
  const columns = line.split(/ +/);
  const [address = "", type = "", flagText = ""] = columns;
  const device = columns.at(-1)!;
  if (!isIPv4(address) || columns.length < 5 || columns.length > 6) return null;
  if (!/^0x[0-9a-f]{1,8}$/.test(type) || !/^0x[0-9a-f]{1,8}$/.test(flagText)) return null;
  const mac = hardwareAddress(columns[3]!);
  if (columns.length === 5 && mac !== null) return null; // cut before the device
  const flags = Number(flagText);
  return linuxEntry({
    address,
    mac,
    hardwareType: HARDWARE_TYPES.get(Number(type)) ?? null,
    interface: device,
    complete: (flags & ATF.complete) !== 0,
    permanent: (flags & ATF.permanent) !== 0,
    flags: flags & ATF.published ? ["published"] : [],
  });
}

/** An entry as Linux' older interface has it. */
interface LinuxEntry {
  readonly address: string | null;
  readonly mac: string | null;
  readonly hardwareType: string | null;
  readonly interface: string | null;
  readonly complete: boolean;
  readonly permanent: boolean;
  readonly flags: readonly string[];
  readonly name?: string | null;
}

function linuxEntry(entry: LinuxEntry): Neighbour {
  const { address, complete, permanent, flags } = entry;
  const published = flags.includes("published");
  return neighbour(address, {
    hardwareType: entry.hardwareType,
    interface: entry.interface,
    name: entry.name ?? null,
    flags,
    // Without ATF_COM the kernel gives zeros, or the last known address of an entry that failed.
    mac: complete ? entry.mac : null,
    state: complete ? (permanent ? "permanent" : null) : published ? null : "incomplete",
    kind: permanent ? "static" : null,
  });
}

/**
 * `NAME (ADDRESS) at MAC [ether] PERM on IF`; without an answer `<incomplete>` or, published,
 * `<from_interface>` or `*` stands for `MAC [ether]`. "at", "on" and "incomplete" are translated, and
 * Czech and Estonian leave out the blank behind the latter. MAC is empty for unknown hardware.
 */
const NET_TOOLS_ROW = /^(\S+) \(([0-9.]+)\) \S+ (?:([^\s[]*) ?\[([^\]]*)\]|<[^>]*>|\*)(.*)$/;

/** The flags of net-tools and BusyBox, and their words here; BusyBox writes PUP for PUB. */
const NET_TOOLS_FLAGS: ReadonlyMap<string, string> = new Map([
  ["PERM", "permanent"],
  ["PUB", "published"],
  ["PUP", "published"],
  ["AUTO", "auto"],
  ["DONTPUB", "dontpub"],
  ["TRAIL", "trail"],
]);

function readNetToolsRow(line: string): Neighbour | null {
  const match = line.match(NET_TOOLS_ROW);
  if (!match) return null;
  const address = match[2]!; // by its place: to take the list apart is slow in a large table
  const mac = match[3];
  const end = endOfRow(match[5]!);
  if (!isIPv4(address) || end === null) return null;
  return linuxEntry({
    address,
    mac: mac === undefined ? null : hardwareAddress(mac),
    hardwareType: match[4] || null,
    interface: end.device,
    complete: mac !== undefined,
    permanent: end.permanent,
    flags: end.flags,
    name: hostName(match[1]!, address),
  });
}

/** The end of a row: `PERM PUB netmask 255.255.255.255 on eth0`. */
interface RowEnd {
  readonly text: string;
  readonly permanent: boolean;
  readonly flags: readonly string[];
  readonly device: string | null;
}

/** The end of the last row that was read: most of a table end alike. */
let lastEnd: RowEnd | null = null;

function endOfRow(text: string): RowEnd | null {
  if (lastEnd?.text === text) return lastEnd;
  const unmasked = text.includes(" netmask ") ? text.replace(/ netmask \S+/, "") : text;
  const words = unmasked.split(" ").filter((word) => word !== "");
  const flags: string[] = [];
  while (NET_TOOLS_FLAGS.has(words[0]!)) flags.push(NET_TOOLS_FLAGS.get(words.shift()!)!);
  if (words.length < 1 || words.length > 2) return null;
  lastEnd = {
    text,
    permanent: flags.includes("permanent"),
    flags: flags.filter((flag) => flag !== "permanent"),
    device: words[1] ?? null,
  };
  return lastEnd;
}

/**
 * The columns of `arp -e`, in bytes: 23 for the address or name, two blanks, 8 for the type, 20 for
 * the hardware address, 6 for the flags, 15 for the mask, a blank, the interface. Each but the last is
 * cut to its width, so that a type or an address that fills its column is followed by no blank.
 */
const TABLE = { name: 23, type: 25, mac: 33, flags: 53, mask: 59 } as const;

/** The flags of the table: complete, permanent, published, automatic, not published, trailers. */
const TABLE_FLAGS = /[CMPA!UT]{0,6}$/;

/** The mask of a published entry. */
const TABLE_MASK = /^(?:\d+(?:\.\d+){3}|\*)$/;

/** `*` and a word in brackets for `from_interface`, or blanks and one for `incomplete`, translated. */
const TABLE_UNKNOWN = /^(?:\* {7}<| {8}\()/;

function readNetToolsTableRow(line: string): Neighbour | null {
  if (line.slice(TABLE.name, TABLE.type) !== "  ") return null;
  const host = parseHost(line.slice(0, TABLE.name).trimEnd(), TABLE.name);
  if (!host) return null;
  // Up to the hardware address all is ASCII; behind it the columns shift where its word is translated.
  const incomplete = TABLE_UNKNOWN.test(line.slice(TABLE.type));
  const type = line.slice(TABLE.type, TABLE.mac).trimEnd().replace(/^infiniba$/, "infiniband");
  const mac = line.slice(TABLE.mac, TABLE.flags).trimEnd();
  const end = readTableRowEnd(line.slice(incomplete ? TABLE.mac : TABLE.flags));
  if (!end || (!incomplete && (end.word !== "" || !/^\S+$/.test(type)))) return null;
  if (!incomplete && mac !== "" && hardwareAddress(mac) === null && !isIPv4(mac)) return null;
  const { word, letters, device } = end;
  if (incomplete ? !word : !letters.includes("C")) return null;
  return linuxEntry({
    address: host.address,
    name: host.name,
    mac: hardwareAddress(mac),
    hardwareType: incomplete ? null : type,
    interface: device,
    complete: !incomplete,
    permanent: letters.includes("M"),
    flags: [...host.flags, ...(letters.includes("P") ? ["published"] : [])],
  });
}

/** Returns the end of a row, `[WORD]FLAGS [MASK] INTERFACE`: its word, its flags, its interface. */
function readTableRowEnd(
  text: string,
): { readonly word: string; readonly letters: string; readonly device: string } | null {
  const [front, device] = splitLast(text);
  if (front === "" || !/^\S+$/.test(device)) return null;
  const [beforeMask, mask] = splitLast(front.trimEnd());
  const flags = (beforeMask !== "" && TABLE_MASK.test(mask) ? beforeMask : front).trimEnd();
  const [letters] = flags.match(TABLE_FLAGS)!;
  return { word: flags.slice(0, flags.length - letters.length), letters, device };
}

/** Returns `text` up to its last blank, that included, and the word behind it. */
function splitLast(text: string): readonly [front: string, word: string] {
  const end = text.lastIndexOf(" ") + 1;
  return [text.slice(0, end), text.slice(end)];
}
