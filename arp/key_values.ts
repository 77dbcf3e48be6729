/**
 * Entries of names and values with equals signs, on one line or several: `print detail` of MikroTik's
 * RouterOS, and others that write `ip=ADDRESS mac=MAC`.
 *
 * @module
 */
import { addressKey } from "./address.ts";
import { addressIn, macIn, nameOfHost, NO_MAC, secondsIn, stateIn, vlanIn } from "./cells.ts";
import { MAX_LINE, type Neighbour, neighbour, type NeighbourFormat } from "./neighbour.ts";
import { msg } from "../text/messages.ts";

/** The most lines of an entry. */
const MOST_LINES = 30;

/** The most lines of which a backslash makes one. */
const MOST_CONTINUED = 5;

/** A value of an entry. */
type Value = "address" | "mac" | "interface" | "state" | "vlan" | "age" | "name";

/** Names of values as `plainName` writes them. */
const NAMES: Readonly<Record<Value, readonly string[]>> = {
  address: [
    "address",
    "address4",
    "address6",
    "ip",
    "ipaddress",
    "ipv4",
    "ipv6",
    "dst",
    "ip4",
    "ip6",
    "ipaddr",
    "ipaddrout",
    "ipv4address",
    "ipv6address",
  ],
  mac: [
    "macaddress",
    "mac",
    "lladdr",
    "hwaddr",
    "hwaddress",
    "linklayeraddress",
    "hardwareaddress",
    "physaddress",
  ],
  interface: [
    "interface",
    "dev",
    "device",
    "ifname",
    "intf",
    "intfout",
    "interfacename",
    "interfacealias",
    "connectedinterfacename",
    "iface",
    "netif",
    "port",
  ],
  state: ["status", "state"],
  vlan: ["vlan", "vlanid", "vid"],
  age: ["age"],
  name: ["hostname", "identity"],
};

/** Matches the number and the flags before the first name of an entry. */
const BEFORE = /^(?:[\w*.#-]{1,12}:?\s{1,20}){0,2}(?=[a-z][\w-]{0,30}=)/i;

/** Matches a name and its value, or another word. */
const PAIR = /([\w-]{1,31})=(?:"([^"]{0,200})"|(\S*))|\S+/g;

/** A list of entries with equals signs. */
export const keyValues: NeighbourFormat = {
  name: msg("names and values with ="),
  fixture: "written-key-values",
  read(lines, at) {
    const pairs = new Map<string, string>();
    let length = 0;
    while (length < MOST_LINES && at + length < lines.length) {
      const whole = wholeLine(lines, at + length);
      const more = pairsIn(whole.text, length === 0);
      if (more === null || more.some(([name]) => pairs.has(name))) break;
      for (const [name, value] of more) pairs.set(name, value);
      length += whole.lines;
    }
    const neighbours = length === 0 ? [] : entriesOf(pairs);
    return neighbours.length === 0 ? null : { neighbours, length, readBelow: null };
  },
};

/** Returns the line at a place with those that it says to go on in: it ends with a backslash. */
function wholeLine(lines: readonly string[], at: number): { text: string; lines: number } {
  let text = lines[at]!;
  let count = 1;
  while (text.endsWith("\\") && count < MOST_CONTINUED && at + count < lines.length) {
    text = text.slice(0, -1) + lines[at + count]!;
    count++;
  }
  return { text, lines: count };
}

/**
 * Returns the names and values of a line, `null` for a line that does not begin with one, and for one with
 * the same name twice. Before the first name of an entry may be its number and flags.
 */
function pairsIn(line: string, isFirst: boolean): [name: string, value: string][] | null {
  if (line.length > MAX_LINE) return null;
  const rest = isFirst ? line.replace(BEFORE, "") : line;
  if (!/^[a-z][\w-]{0,30}=/i.test(rest)) return null;
  const pairs = [...rest.matchAll(PAIR)].filter(([, name]) => name !== undefined)
    .map(([, name, quoted, plain]): [string, string] => [
      plainName(name!),
      quoted ?? plain!.replace(/,$/, ""),
    ]);
  return new Set(pairs.map(([name]) => name)).size === pairs.length ? pairs : null;
}

/** Returns a name in one spelling: lower case, without dashes and underscores. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, "");
}

/**
 * Returns an entry for each address of values by their `plainName`. There is none without an address, or
 * with two MAC addresses.
 */
export function entriesOf(pairs: ReadonlyMap<string, string>): Neighbour[] {
  const all = (value: Value) => NAMES[value].flatMap((name) => pairs.get(name) ?? []);
  const get = (value: Value) => all(value).find((text) => text !== "") ?? null;
  const given = all("mac").filter((text) => text !== "");
  const macs = new Set(given.map(macIn));
  const state = stateIn(get("state") ?? "");
  if (macs.size > 1 || macs.has(null) || (macs.size === 0 && state === null)) return [];
  const [mac = null] = macs;
  const addresses = new Map(
    all("address").flatMap((text) => {
      const address = addressIn(text);
      return address === null ? [] : [[addressKey(address), address]];
    }),
  );
  const known = {
    mac: mac === NO_MAC ? null : mac,
    interface: get("interface")?.split(",")[0] ?? null,
    vlan: vlanIn(get("vlan") ?? ""),
    state,
    kind: state === "permanent" ? "static" as const : null,
    ageSeconds: secondsIn(get("age") ?? "", null),
    name: nameOfHost(get("name")),
  };
  return [...addresses.values()].map((address) => neighbour(address, known));
}
