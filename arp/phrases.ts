/**
 * Rows of tables of unknown format that are phrases: `NAME (ADDRESS) at MAC` and others.
 *
 * @module
 */
import { type Cell, macIn, nameOfHost } from "./cells.ts";
import { type Neighbour, neighbour } from "./neighbour.ts";
import { entry } from "./values.ts";

/** `NAME (ADDRESS) at MAC …`, as `arp -a` of many systems; the word "at" in any language. */
export function atLike(line: string, address: string): Neighbour | null {
  const at = line.indexOf(`(${address}) `);
  if (at < 0) return null;
  const [verb = "", cell = "", ...rest] = line.slice(at + address.length + 3).trim().split(/\s+/);
  const mac = macIn(cell);
  if (mac === null || verb.length > 20) return null;
  const on = rest.findIndex((word) => /^(?:on|auf|sur|na|su|em|en|på)$/i.test(word));
  const name = line.slice(0, at).trim();
  return neighbour(address, {
    mac,
    interface: on < 0 ? null : rest[on + 1] ?? null,
    name: name === "?" || name === address ? null : nameOfHost(name),
  });
}

/** Rows that are short sentences: of CatOS, and of Riverbed's RiOS. */
const SPOKEN = [
  /^[*+]? *(\S+) +at (\S+)(?: port \S+)?(?: on ([a-z]+ ?\d[\d/]*))?$/,
  /^IP (\S+) maps to MAC (\S+)$/,
] as const;

/** `ADDRESS at MAC on vlan 5`, or `IP ADDRESS maps to MAC MAC`, and nothing else in the line. */
export function spoken(line: string, address: string): Neighbour | null {
  for (const pattern of SPOKEN) {
    const [, host, cell = "", device = null] = line.trim().match(pattern) ?? [];
    const mac = host === address ? macIn(cell) : null;
    if (mac === null) continue;
    const vlan = Number(device?.match(/^vlan (\d{1,4})$/)?.[1] ?? 0);
    return neighbour(address, { mac, interface: device, vlan: vlan > 0 ? vlan : null });
  }
  return null;
}

/** A row of Cisco's firewalls (ASA, FTD): the name of the interface, and the seconds of its age. */
const OF_FIREWALL =
  /^([a-z][\w.-]{0,47}) (\S+) ([0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})(?: (\d{1,9}|-|alias))?$/i;

/** `INTERFACE ADDRESS MAC AGE`, and nothing else in the line. */
export function ofFirewall(line: string, address: string): Neighbour | null {
  const [, device = null, host, cell = "", age = ""] = line.trim().match(OF_FIREWALL) ?? [];
  const mac = host === address ? macIn(cell) : null;
  if (mac === null) return null;
  return neighbour(address, {
    mac,
    interface: device,
    ageSeconds: /^\d+$/.test(age) ? Number(age) : null,
  });
}

/** The labels of interfaces. */
const DEVICE_LABELS = ["interface", "dev", "device", "ifname"];

/** Returns the entry of `ifname=I A M`, where labels stand around the two addresses; `null` for other lines. */
export function labelledRow(address: string, cells: readonly Cell[]): Neighbour | null {
  const bare = cells.filter(({ label }) => label === null).map(({ text }) => text);
  if (bare.length !== 2 || bare[0] !== address || macIn(bare[1]!) === null) return null;
  const device = cells.find(({ label }) => label !== null && DEVICE_LABELS.includes(label));
  return entry(address, macIn(bare[1]!), { words: [], device: device?.text ?? null });
}
