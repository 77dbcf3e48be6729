/**
 * Entries over several lines, each line a name and its value: `display ipv6 neighbors` of Huawei and H3C,
 * `Get-NetNeighbor | Format-List`, and others that write `Name : value`.
 *
 * @module
 */
import { macIn, NO_MAC, secondsIn, stateIn, vlanIn } from "./cells.ts";
import { isIP, MAX_LINE, type Neighbour, neighbour, type NeighbourFormat } from "./neighbour.ts";
import { msg } from "../text/messages.ts";

/** The most lines of an entry. */
const MOST_LINES = 30;

/** Names of values, lower case without blanks, dashes and underscores. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  address: ["ipaddress", "ipv6address", "ipv4address", "neighboraddress", "neighbor"],
  mac: ["linklayer", "linklayeraddress", "linklayeraddr", "macaddress", "hardwareaddress", "mac"],
  interface: ["interface", "interfacealias", "interfacename", "outinterface"],
  interfaceIndex: ["interfaceindex", "ifindex"],
  vlan: ["vlan", "vlanid", "vid"],
  state: ["state", "status"],
  age: ["age"],
};

/** A list of records; each begins with its address, or behind an empty line. */
export const records: NeighbourFormat = {
  name: msg("a list of records"),
  fixture: "written-records",
  read(lines, at) {
    if (!isFirst(lines, at)) return null;
    const values = new Map<string, string>();
    let length = 0;
    while (length < MOST_LINES && at + length < lines.length) {
      const line = lines[at + length]!;
      const pairs = line.length > MAX_LINE ? [] : pairsIn(line);
      if (pairs.length === 0 || pairs[0]![0] === "address" && values.has("address")) break;
      for (const [name, value] of pairs) if (!values.has(name)) values.set(name, value);
      length++;
    }
    const entry = entryOf(values);
    return entry && { neighbours: [entry], length, readBelow: null };
  },
};

/** Whether a record may begin at a line: with its address, or the number or name of its interface. */
function isFirst(lines: readonly string[], at: number): boolean {
  const name = nameIn(lines[at]!);
  if (name === "address") return true;
  return (name === "interface" || name === "interfaceIndex") && (lines[at - 1] ?? "") === "";
}

/** Returns the property that the first name of a line stands for, `null` if it has none. */
function nameIn(line: string): string | null {
  return line.length > MAX_LINE ? null : pairsIn(line)[0]?.[0] ?? null;
}

/** Returns the names and values of a line; a second name has two blanks or more before it. */
function pairsIn(line: string): [name: string, value: string][] {
  const cells = line.split(/(?<! ) {2,}(?=[a-z][a-z -]{0,30}:(?: |$))/i);
  const pairs: [string, string][] = [];
  for (const cell of cells) {
    const colon = cell.search(/:(?: |$)/);
    if (colon < 1 || colon > 40) return [];
    const name = cell.slice(0, colon).trim();
    if (!/^[a-z][a-z0-9 _-]*$/i.test(name)) return [];
    const plain = name.toLowerCase().replace(/[ _-]/g, "");
    const known = Object.keys(NAMES).find((each) => NAMES[each]!.includes(plain));
    pairs.push([known ?? plain, cell.slice(colon + 1).trim()]);
  }
  return pairs;
}

function entryOf(values: ReadonlyMap<string, string>): Neighbour | null {
  const get = (name: string) => {
    const value = values.get(name) ?? "";
    return value === "" || /^-+$/.test(value) ? null : value;
  };
  const address = get("address") ?? "";
  const mac = macIn(get("mac") ?? "");
  const state = stateIn(get("state") ?? "");
  if (!isIP(address) || (mac === null && state === null) || !values.has("mac")) return null;
  const index = get("interfaceIndex") ?? "";
  return neighbour(address, {
    mac: mac === NO_MAC ? null : mac,
    interface: get("interface"),
    interfaceIndex: /^\d{1,9}$/.test(index) ? Number(index) : null,
    vlan: vlanIn(get("vlan") ?? ""),
    state,
    kind: state === "permanent" ? "static" : null,
    ageSeconds: secondsIn(get("age") ?? "", null),
  });
}
