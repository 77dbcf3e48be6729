/**
 * Rows of a neighbour table, classified with what the system knows: which row is a gateway, an
 * address of this machine, or no host at all (multicast, broadcast).
 *
 * @module
 */
import { broadcast, networkOf, parsePrefix } from "../address/network.ts";
import { addressOf, formatIp } from "../address/ip_text.ts";
import type { Gateway } from "../system/gateways.ts";
import { addressKey, isLinkLocal, labelOf, rowKey } from "./address.ts";
import { mergeTables, type SourceTable } from "./merge.ts";
import type { Neighbour } from "./neighbour.ts";
import { sortNeighbours } from "./order.ts";

/** The kinds of rows. */
export const ROW_KINDS = ["dynamic", "static", "own", "gateway", "multicast", "broadcast"] as const;

/** One of `ROW_KINDS`. */
export type RowKind = typeof ROW_KINDS[number];

/** An entry of a neighbour table, and what the system knows of it. */
export interface NeighbourRow extends Omit<Neighbour, "kind"> {
  /** The kind of the row: the most special one that fits. */
  readonly kind: RowKind | null;
  /** Whether it is a default gateway. */
  readonly gateway: boolean;
  /** Whether its address is one of this machine. */
  readonly own: boolean;
  /** The program or file that has the entry, as the user would write it: `ip -j neigh`. */
  readonly source: string;
  /** The maker of the network card, `null` if unknown or not asked for. */
  readonly vendor: string | null;
}

/** An address of this machine: the used part of `Deno.NetworkInterfaceInfo`. */
export interface OwnAddress {
  /** The name of the interface. */
  readonly name: string;
  /** The address. */
  readonly address: string;
  /** The netmask in the notation of the address. */
  readonly netmask: string;
}

/** The machine whose table is read, as far as it is known. */
export interface Context {
  /** Its default gateways. */
  readonly gateways: readonly Gateway[];
  /** Its addresses. */
  readonly addresses: readonly OwnAddress[];
}

/** The context of a table of another machine: nothing is known. */
export const NO_CONTEXT: Context = { gateways: [], addresses: [] };

/** Returns the entries as classified rows in the order of `sortNeighbours`, duplicates once. */
export function classifyRows(
  tables: readonly Omit<SourceTable, "unread">[],
  context: Context,
): NeighbourRow[] {
  const broadcasts = new Set(["255.255.255.255", ...context.addresses.flatMap(broadcastOf)]);
  const keys: ContextKeys = {
    gateways: context.gateways.map(({ address }) => addressKey(address)),
    addresses: context.addresses.map(({ address }) => addressKey(address)),
    broadcasts,
  };
  return sortNeighbours(mergeTables(tables), ({ neighbour }) => neighbour)
    .filter(({ neighbour }, i, all) => i === 0 || !isSame(neighbour, all[i - 1]!.neighbour))
    .map(({ neighbour, source }) => classify(neighbour, source, context, keys));
}

/** Whether two entries, which are neighbours in the order, have the same values. */
function isSame(a: Neighbour, b: Neighbour): boolean {
  return a.mac === b.mac && a.interface === b.interface && rowKey(a) === rowKey(b);
}

/** The addresses of a context in one spelling, in the order of the context. */
interface ContextKeys {
  readonly gateways: readonly string[];
  readonly addresses: readonly string[];
  readonly broadcasts: ReadonlySet<string>;
}

function classify(
  neighbour: Neighbour,
  source: string,
  context: Context,
  keys: ContextKeys,
): NeighbourRow {
  const key = addressKey(labelOf(neighbour));
  // Most rows are neither, which the lists of keys tell at once.
  const gateway = keys.gateways.includes(key) &&
    context.gateways.some((each, i) =>
      keys.gateways[i] === key && sameInterface(neighbour, each, context)
    );
  const own = neighbour.flags.includes("local") ||
    keys.addresses.includes(key) &&
      context.addresses.some(({ name }, i) =>
        keys.addresses[i] === key &&
        (!isLinkLocal(key) ||
          sameInterface(neighbour, { interface: name, interfaceIndex: null }, context))
      );
  const kind: RowKind | null = isMulticast(key)
    ? "multicast"
    : neighbour.mac === "ff:ff:ff:ff:ff:ff" || keys.broadcasts.has(key)
    ? "broadcast"
    : own
    ? "own"
    : gateway
    ? "gateway"
    : neighbour.kind;
  return { // one by one, as in neighbour()
    address: neighbour.address,
    mac: neighbour.mac,
    hardwareType: neighbour.hardwareType,
    interface: neighbour.interface,
    interfaceIndex: neighbour.interfaceIndex,
    vlan: neighbour.vlan,
    state: neighbour.state,
    kind,
    name: neighbour.name,
    expiresSeconds: neighbour.expiresSeconds,
    ageSeconds: neighbour.ageSeconds,
    flags: neighbour.flags,
    gateway,
    own,
    source,
    vendor: null,
  };
}

/** A reference to an interface: its name, its number, or both. */
type InterfaceReference = Pick<NeighbourRow, "interface" | "interfaceIndex">;

/**
 * Whether two references may mean one interface. Windows names it, numbers it or writes its address;
 * an unknown part matches anything.
 */
function sameInterface(
  a: InterfaceReference,
  b: InterfaceReference,
  { addresses }: Context,
): boolean {
  if (a.interfaceIndex !== null && b.interfaceIndex !== null) {
    return a.interfaceIndex === b.interfaceIndex;
  }
  if (a.interface === null || b.interface === null || a.interface === b.interface) return true;
  const namesOf = (text: string) =>
    addresses.filter(({ name, address }) => name === text || address === text)
      .map(({ name }) => name);
  const names = namesOf(a.interface);
  return namesOf(b.interface).some((name) => names.includes(name));
}

/** Whether an `addressKey` is in 224.0.0.0/4 (RFC 5771) or ff00::/8 (RFC 4291, section 2.7). */
function isMulticast(address: string): boolean {
  return /^(?:22[4-9]|23\d)\./.test(address) || /^ff[0-9a-f]{2}:/.test(address);
}

function broadcastOf({ address: text, netmask }: OwnAddress): string[] {
  const address = addressOf(text);
  if (address?.version !== 4 || addressOf(netmask) === null) return [];
  const { prefix, form } = parsePrefix(netmask, 4);
  const last = form === "netmask" ? broadcast(networkOf(address, prefix)) : null;
  return last ? [formatIp(last)] : [];
}
