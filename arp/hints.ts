/**
 * Hints: remarkable facts of a neighbour table. Each can have harmless reasons.
 *
 * @module
 */
import { addressKey, isLinkLocal, labelOf } from "./address.ts";
import type { NeighbourRow } from "./classify.ts";
import { t } from "../text/messages.ts";

/** A remarkable fact, and the rows that it is about. */
export interface Hint {
  /** The fact in a sentence, lower case and without a period. */
  readonly says: string;
  /** The rows. */
  readonly rows: readonly NeighbourRow[];
}

/** MAC addresses of virtual routers: several machines take turns at one, none has it on its card. */
const VIRTUAL_ROUTERS: readonly (readonly [prefix: RegExp, protocol: string])[] = [
  [/^00:00:5e:00:0[12]:(?!00)(..)$/, "VRRP"], // 1 to 255: RFC 9568, section 7.3; CARP has the same
  [/^00:00:0c:07:ac:(..)$/, "HSRP"], // RFC 2281, section 5.3
  [/^00:00:0c:9f:f(.:..)$/, "HSRP"], // version 2, of Cisco's documentation
  [/^00:05:73:a0:0(.:..)$/, "HSRP"], // for IPv6, of the same
  [/^00:07:b4:0([0-3]:..):..$/, "GLBP"], // six zeros, 10 bits of group, 8 of forwarder, of the same
];

/** The MAC address of Linux for neighbours on links without hardware addresses (loopback). */
const NO_MAC = "00:00:00:00:00:00";

/** The most addresses that a hint lists. */
const LISTED = 5;

/** Returns the hints about a table. */
export function hintsOf(table: readonly NeighbourRow[]): Hint[] {
  const rows = table.filter(({ mac, kind, flags }) =>
    mac !== null && mac !== NO_MAC && kind !== "multicast" && kind !== "broadcast" &&
    !flags.includes("published")
  );
  return [
    ...bounded(sharedMacs(rows), t`MAC addresses answer for several addresses`),
    ...bounded(severalMacs(rows), t`addresses have several MAC addresses`),
    ...virtualRouters(rows),
    ...localMacs(rows),
  ];
}

/** Returns the first hints of a kind, and one line about all others. */
function bounded(hints: readonly Hint[], what: string): readonly Hint[] {
  if (hints.length <= LISTED) return hints;
  const others = hints.slice(LISTED);
  return [
    ...hints.slice(0, LISTED),
    { says: t`${others.length} more ${what}`, rows: others.flatMap(({ rows }) => rows) },
  ];
}

/** Hints about MAC addresses with several IPv4 addresses; several IPv6 addresses are normal. */
function sharedMacs(rows: readonly NeighbourRow[]): Hint[] {
  const candidates = rows.filter((row) =>
    !labelOf(row).includes(":") && virtualRouter(row.mac!) === null
  );
  const groups = [...Map.groupBy(candidates, (row) => row.interface).values()]
    .flatMap((some) => groupsOf(some, ({ mac }) => mac!));
  return groups.filter((group) => addressesOf(group).length > 1).map((group) => {
    const { mac } = group[0]!;
    const router = group.find(({ gateway }) => gateway);
    if (!router) {
      return {
        says: t`${mac} answers for ${list(addressesOf(group))}: one host with several addresses, a
          router that answers for others (proxy ARP), or ARP spoofing`,
        rows: group,
      };
    }
    const others = addressesOf(group.filter((row) => row !== router));
    return {
      says: t`${mac} of the gateway ${labelOf(router)} answers for ${list(others)}, too: the
        gateway has several addresses, or a host pretends to be the gateway (ARP spoofing)`,
      rows: group,
    };
  });
}

/** Hints about addresses with several MACs. A link-local address is another one on each interface. */
function severalMacs(rows: readonly NeighbourRow[]): Hint[] {
  const groups = groupsOf(rows, (row) => {
    const key = addressKey(labelOf(row));
    return isLinkLocal(key) ? `${key} ${row.interface}` : key;
  });
  return groups.filter((group) => new Set(group.map(({ mac }) => mac)).size > 1)
    .map((group) => {
      const places = group.map(({ mac, interface: device }) =>
        device === null ? mac! : `${mac} (${device})`
      );
      return {
        says: t`${labelOf(group[0]!)} has several MAC addresses, ${list(places)}: two hosts with one
          address, two networks with the same addresses, or ARP spoofing`,
        rows: group,
      };
    });
}

function virtualRouters(rows: readonly NeighbourRow[]): Hint[] {
  const groups = Map.groupBy(
    rows.filter(({ mac }) => virtualRouter(mac!) !== null),
    ({ mac }) => mac!,
  );
  if (groups.size > LISTED) {
    const routers = [...groups].map(([mac, [row]]) => t`${mac} of ${labelOf(row!)}`);
    const protocols = new Set([...groups.keys()].map((mac) => virtualRouter(mac)!.protocol));
    return [{
      says: t`${groups.size} MAC addresses are virtual routers (${[...protocols].join(", ")}), ${
        list(routers)
      }:
        several routers take turns at each`,
      rows: [...groups.values()].flat(),
    }];
  }
  return [...groups].map(([mac, group]) => {
    const { protocol, number } = virtualRouter(mac)!;
    return {
      says: t`${mac} of ${
        list(addressesOf(group))
      } is the virtual router ${number} of ${protocol}: several
          routers take turns at it`,
      rows: group,
    };
  });
}

function virtualRouter(mac: string): { protocol: string; number: number } | null {
  if (!mac.startsWith("00:0")) return null; // nearly all others, at once
  for (const [prefix, protocol] of VIRTUAL_ROUTERS) {
    const digits = mac.match(prefix)?.[1];
    if (digits !== undefined) return { protocol, number: parseInt(digits.replace(":", ""), 16) };
  }
  return null;
}

function localMacs(rows: readonly NeighbourRow[]): Hint[] {
  const group = rows.filter(({ mac }) => isLocallyAdministered(mac!));
  if (group.length === 0) return [];
  const addresses = addressesOf(group);
  const says = addresses.length === 1
    ? t`the MAC address of ${addresses[0]} is locally administered: randomised for privacy, or of a
      virtual machine`
    : t`the MAC addresses of ${list(addresses)} are locally administered: randomised for privacy, or
      of a virtual machine`;
  return [{ says, rows: group }];
}

/** Whether a MAC was not bought from IEEE: bit 0x02 of an EUI-48's first octet (IEEE 802, 8.4). */
export function isLocallyAdministered(mac: string): boolean {
  return mac.length === "00:00:5e:00:53:01".length && (parseInt(mac.slice(0, 2), 16) & 2) !== 0;
}

/** Returns the rows of each key that several have, in the order of the first of each. */
function groupsOf(
  rows: readonly NeighbourRow[],
  keyOf: (row: NeighbourRow) => string,
): readonly (readonly NeighbourRow[])[] {
  const groups = new Map<string, NeighbourRow | NeighbourRow[]>(); // nearly all keys have one row
  for (const row of rows) {
    const key = keyOf(row);
    const known = groups.get(key);
    if (Array.isArray(known)) known.push(row);
    else groups.set(key, known === undefined ? row : [known, row]);
  }
  return [...groups.values()].filter((group) => Array.isArray(group));
}

function addressesOf(rows: readonly NeighbourRow[]): string[] {
  return [...new Set(rows.map(labelOf))];
}

/** Returns `a`, `a and b`, `a, b and c`, or the first few words and the number of the rest. */
function list(words: readonly string[]): string {
  const shown = words.length > LISTED
    ? [...words.slice(0, LISTED), t`${words.length - LISTED} more`]
    : words;
  return shown.length < 2
    ? shown.join("")
    : t`${shown.slice(0, -1).join(", ")} and ${shown.at(-1)!}`;
}
