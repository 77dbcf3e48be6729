/**
 * Changes between two readings of a neighbour table.
 *
 * @module
 */
import { labelOf, rowKey } from "./address.ts";
import type { NeighbourRow } from "./classify.ts";
import { t } from "../text/messages.ts";

/** The kinds of changes since the reading before; in the first reading each row is `present`. */
export type ChangeEvent = "present" | "appeared" | "vanished" | "changed";

/** A row that differs from the reading before. */
export interface Change {
  /** The kind of change. */
  readonly event: ChangeEvent;
  /** The row as it is, or was if it has vanished. */
  readonly row: NeighbourRow;
  /** The row before the change, `null` if it did not change but is new or gone. */
  readonly before: NeighbourRow | null;
}

/**
 * Returns the rows that have appeared, changed their MAC address or state, or vanished between two
 * readings, in the order of the rows, the vanished ones last. Without a reading `before`, every row
 * is present.
 */
export function changesBetween(
  before: readonly NeighbourRow[] | null,
  now: readonly NeighbourRow[],
): Change[] {
  if (before === null) return now.map((row) => ({ event: "present", row, before: null }));
  const old = byKey(before);
  const fresh = byKey(now);
  const changes: Change[] = [];
  for (const [key, row] of fresh) {
    const was = old.get(key);
    if (!was) changes.push({ event: "appeared", row, before: null });
    else if (was.mac !== row.mac || was.state !== row.state) {
      changes.push({ event: "changed", row, before: was });
    }
  }
  for (const [key, row] of old) {
    if (!fresh.has(key)) changes.push({ event: "vanished", row, before: null });
  }
  return changes;
}

/** Returns the rows by their keys; where several have the same key, the later ones get a number. */
function byKey(rows: readonly NeighbourRow[]): Map<string, NeighbourRow> {
  const keyed = new Map<string, NeighbourRow>();
  for (const row of rows) {
    const key = rowKey(row);
    let place = key;
    for (let i = 2; keyed.has(place); i++) place = `${key} ${i}`;
    keyed.set(place, row);
  }
  return keyed;
}

/** Returns a change in words: `192.0.2.1  eth0  MAC 00:… -> 02:…`. */
export function describeChange({ event, row, before }: Change): string {
  const where = row.interface === null ? labelOf(row) : `${labelOf(row)}  ${row.interface}`;
  if (event !== "changed") {
    const known = [row.mac, row.state ?? row.kind].filter((each) => each !== null);
    return [where, ...known].join("  ");
  }
  const differs = (what: string, from: string | null, to: string | null) =>
    from === to ? [] : [`${what} ${from ?? t`unknown`} -> ${to ?? t`unknown`}`];
  return [
    where,
    [
      ...differs("MAC", before!.mac, row.mac),
      ...differs("state", before!.state, row.state),
    ].join(t`, `),
  ].join("  ");
}
