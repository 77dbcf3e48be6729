/**
 * One table of several sources: an entry that two of them have is one entry with the values of both.
 *
 * @module
 */
import { rowKey } from "./address.ts";
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
  const places = new Map<string, number>();
  for (const { source, neighbours } of tables) {
    const fresh = new Map<string, number>();
    for (const neighbour of neighbours) {
      const row = rowKey(neighbour);
      const key = neighbour.flags.includes("published") ? `published/${row}` : row;
      const place = places.get(key);
      if (place === undefined) {
        fresh.set(key, merged.length);
        merged.push({ neighbour, source });
        continue;
      }
      const before = merged[place]!;
      merged[place] = {
        neighbour: complete(before.neighbour, neighbour),
        source: `${before.source}, ${source}`,
      };
      places.delete(key);
    }
    for (const [key, place] of fresh) places.set(key, place);
  }
  return merged;
}

/**
 * Returns an entry with the values of another one that was read later. The later one has the hardware
 * address if it has any state: then it knows also that there is none.
 */
function complete(early: Neighbour, late: Neighbour): Neighbour {
  return {
    ...early,
    mac: late.state === null ? early.mac ?? late.mac : late.mac,
    hardwareType: early.hardwareType ?? late.hardwareType,
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
