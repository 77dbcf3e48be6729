/**
 * One table of several sources: an entry that two of them have is one entry with the values of both.
 *
 * @module
 */
import { addressKey, labelOf } from "./address.ts";
import type { Neighbour } from "./neighbour.ts";

/** The entries of one source. */
export interface SourceTable {
  /** The program or file that has them. */
  readonly source: string;
  /** The entries in its order. */
  readonly neighbours: readonly Neighbour[];
  /** The lines with an address that were not understood. */
  readonly unread: Unread;
}

/** Lines that were not understood. */
export interface Unread {
  /** Their number. */
  readonly count: number;
  /** The number of the first one, from 1; 0 if there is none. */
  readonly first: number;
}

/** Lines of a source that were not understood. */
export interface UnreadLines extends Unread {
  /** The program or file. */
  readonly source: string;
}

/** An entry and the sources that have it. */
export interface SourcedNeighbour {
  /** The entry. */
  readonly neighbour: Neighbour;
  /** The sources, with commas between. */
  readonly source: string;
}

/**
 * Returns the entries of all tables. An entry of a later table with the address and the interface of
 * one before completes it; entries of one table stay apart. An entry that this host publishes is
 * another one than that of the neighbour with the same address.
 */
export function mergeTables(tables: readonly Omit<SourceTable, "unread">[]): SourcedNeighbour[] {
  const merged: SourcedNeighbour[] = [];
  const places = new Places();
  tables.forEach(({ source, neighbours }, t) => {
    const start = merged.length;
    for (const neighbour of neighbours) {
      const place = t === 0 ? undefined : places.take(neighbour);
      if (place === undefined) {
        merged.push({ neighbour, source });
        continue;
      }
      const before = merged[place]!;
      merged[place] = {
        neighbour: complete(before.neighbour, neighbour),
        source: `${before.source}, ${source}`,
      };
    }
    if (t === tables.length - 1) return; // no table comes that would ask for the places
    for (let at = start; at < merged.length; at++) places.set(merged[at]!.neighbour, at);
  });
  return merged;
}

/** The places of entries by interface and address; one key of both would be a new text for each entry. */
class Places {
  readonly #byInterface = new Map<string | null, Map<string, number>>();

  /** Keeps the place of an entry, in that of another one with the same interface and address. */
  set(neighbour: Neighbour, place: number): void {
    const places = this.#byInterface.get(neighbour.interface) ?? new Map<string, number>();
    this.#byInterface.set(neighbour.interface, places);
    places.set(keyOf(neighbour), place);
  }

  /** Returns the place of the entry that a later one completes, and forgets it. */
  take(neighbour: Neighbour): number | undefined {
    const places = this.#byInterface.get(neighbour.interface);
    const key = keyOf(neighbour);
    const place = places?.get(key);
    if (place !== undefined) places!.delete(key);
    return place;
  }
}

/** Returns the key of an entry within its interface. */
function keyOf(neighbour: Neighbour): string {
  const key = addressKey(labelOf(neighbour));
  return neighbour.flags.includes("published") ? `published/${key}` : key;
}

/**
 * Returns an entry with the values of another one that was read later. The later one has the hardware
 * address if it has any state: then it knows also that there is none.
 */
function complete(early: Neighbour, late: Neighbour): Neighbour {
  return {
    address: early.address,
    mac: late.state === null ? early.mac ?? late.mac : late.mac,
    hardwareType: early.hardwareType ?? late.hardwareType,
    interface: early.interface,
    interfaceIndex: early.interfaceIndex ?? late.interfaceIndex,
    vlan: early.vlan ?? late.vlan,
    state: late.state ?? early.state,
    kind: late.kind ?? early.kind,
    name: early.name ?? late.name,
    expiresSeconds: early.expiresSeconds ?? late.expiresSeconds,
    ageSeconds: late.ageSeconds ?? early.ageSeconds,
    flags: late.flags.length === 0
      ? early.flags
      : early.flags.length === 0
      ? late.flags
      : [...new Set([...early.flags, ...late.flags])],
  };
}
