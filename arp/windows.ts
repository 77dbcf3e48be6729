/**
 * Neighbour tables of Windows: `arp -a`, `netsh interface ipv4 show neighbors` (and `ipv6`), and
 * `Get-NetNeighbor`.
 *
 * @module
 */
import {
  hardwareAddress,
  isIP,
  MAX_LINE,
  type Neighbour,
  neighbour,
  type NeighbourFormat,
  type Part,
  type ReadRow,
  rowFormat,
} from "./neighbour.ts";
import { kindOf, saysInvalid, stateNamed } from "./windows_words.ts";
import { isIPv4 } from "../address/ipv4.ts";
import { msg } from "../text/messages.ts";

/**
 * `arp -a` of Windows in any language: a section per interface, headed by its address and index
 * (`Interface: 192.0.2.10 --- 0xb`), with lines `ADDRESS MAC TYPE` whose MAC may be empty.
 */
export const windowsArp: NeighbourFormat = {
  name: msg("arp of Windows"),
  fixture: "written-windows-en",
  read(lines, at) {
    const line = lines[at]!;
    if (line.length > MAX_LINE) return null;
    const section = sectionOf(line);
    if (section) return begins((row) => readArpRow(row, section));
    // A single line without its section is a row if its type is known, and nothing is behind it.
    const row = line.split(/\s+/).length === 3 ? readArpRow(line, {}) : null;
    return row?.kind && row.mac ? { neighbours: [row], length: 1, readBelow: null } : null;
  },
};

/** `netsh interface ipv4|ipv6 show neighbors` in any language: a section per interface. */
export const netsh: NeighbourFormat = {
  name: "netsh show neighbors",
  fixture: "written-netsh-ipv4-en",
  read(lines, at) {
    // The only line that is the same in all languages: the dashes below the names of the columns.
    if (!/^-{20,60}  ?-{12,30}  ?-{5,30}$/.test(lines[at]!)) return null;
    const section = netshSection(lines.slice(Math.max(0, at - NETSH_HEADING), at));
    return begins((row) => readNetshRow(row, section));
  },
};

/** `Get-NetNeighbor` of PowerShell, whose columns are names of properties and always in English. */
export const getNetNeighbor: NeighbourFormat = rowFormat({
  name: "Get-NetNeighbor",
  fixture: "written-get-netneighbor",
  heading: /^ifIndex +IPAddress +LinkLayerAddress +State +PolicyStore$/,
  readRow: readNetNeighborRow,
});

function begins(readBelow: ReadRow): Part {
  return { neighbours: [], length: 1, readBelow };
}

/** The interface of a section. */
type Section = Partial<Pick<Neighbour, "interface" | "interfaceIndex">>;

/** `Interface: 192.0.2.10 --- 0xb`; Windows 2000 says `on Interface` for the dashes. */
function sectionOf(line: string): Section | null {
  const index = line.match(/ 0x([0-9a-f]{1,8})$/i)?.[1];
  if (index === undefined) return null;
  const address = line.match(/(?<=[^\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/)?.[0];
  if (address === undefined || !isIPv4(address)) return null;
  return { interface: address, interfaceIndex: parseInt(index, 16) };
}

function readArpRow(line: string, section: Section): Neighbour | null {
  const [address = "", ...columns] = line.split(/\s+/);
  if (columns.length === 0 || !isIPv4(address)) return null;
  const mac = hardwareAddress(columns[0]!);
  const type = columns.slice(mac === null ? 0 : 1).join(" ");
  // Without a MAC there is but the type, a word or two.
  if (mac === null ? !/^\p{L}[^\d:]*$/u.test(type) : columns[0]!.includes(":")) return null;
  return neighbour(address, {
    ...section,
    mac: mac === NO_MAC ? null : mac,
    kind: kindOf(type),
    flags: saysInvalid(type) ? ["invalid"] : [],
  });
}

/** The hardware address that Windows writes for an unknown one. */
const NO_MAC = "00:00:00:00:00:00";

/** The most lines between the interface and the dashes: names of columns and empty lines. */
const NETSH_HEADING = 6;

/** `Interface 11: Ethernet`, the last such line of `heading`. */
function netshSection(heading: readonly string[]): Section {
  for (const line of heading.toReversed()) {
    const match = line.length > MAX_LINE
      ? null
      : line.match(/^\D{1,80}(\d{1,9})\s?[:：]\s*(\S.*)$/);
    if (match) return { interface: match[2]!, interfaceIndex: Number(match[1]) };
  }
  return {};
}

/** `ADDRESS MAC STATE`; the MAC may be empty, and `(Router)` may follow. */
function readNetshRow(line: string, section: Section): Neighbour | null {
  const [address = "", ...columns] = line.split(/\s+/);
  if (columns.length === 0 || !isIP(address)) return null;
  const mac = hardwareAddress(columns[0]!);
  const words = columns.slice(mac === null ? 0 : 1).join(" ");
  if (mac === null && !/^\p{L}[^\d:]*$/u.test(words)) return null;
  const state = stateNamed(words);
  return neighbour(address, {
    ...section,
    mac: mac === NO_MAC ? null : mac,
    state,
    kind: state === "permanent" ? "static" : null,
    flags: /[(（]/.test(words) ? ["router"] : [],
  });
}

/** `IFINDEX ADDRESS MAC STATE STORE`; the MAC may be empty. */
const NET_NEIGHBOR_ROW =
  /^(\d{1,9}) +(\S+) +(?:([0-9A-F-]{11,60}) +)?([A-Z][a-z]+) +(ActiveStore|PersistentStore|Active\S*|Persis\S*)$/;

function readNetNeighborRow(line: string): Neighbour | null {
  const match = line.match(NET_NEIGHBOR_ROW);
  if (!match) return null;
  const [, index, address = "", at, word = ""] = match;
  const mac = at === undefined ? null : hardwareAddress(at);
  if (!isIP(address) || (at !== undefined && mac === null)) return null;
  const state = stateNamed(word);
  return neighbour(address, {
    mac: mac === NO_MAC ? null : mac,
    interfaceIndex: Number(index),
    state,
    kind: state === "permanent" ? "static" : null,
  });
}
