/**
 * Reading a neighbour table again and again.
 *
 * @module
 */
import { type Change, changesBetween } from "./changes.ts";
import type { NeighbourRow } from "./classify.ts";
import { pause, unlessStopped } from "../net/waiting.ts";

/** What one reading has brought. */
export type Observation<T> =
  | { readonly kind: "read"; readonly table: T; readonly changes: readonly Change[] }
  | { readonly kind: "failed"; readonly error: unknown };

/**
 * Yields what has changed, reading by reading, until `stop` is aborted; then it does not wait for the
 * reading under way. The first reading must succeed; a later one that fails is told, and those after
 * it until one succeeds are not.
 *
 * @param read Reads the table; gets the one that was read before, `null` at first.
 * @param interval Milliseconds from the end of a reading to the next.
 */
export async function* watchNeighbours<T extends { readonly rows: readonly NeighbourRow[] }>(
  read: (before: T | null) => Promise<T>,
  interval: number,
  stop: AbortSignal,
): AsyncGenerator<Observation<T>, void, undefined> {
  let before: T | null = null;
  let failing = false;
  while (!stop.aborted) {
    try {
      const table: T | null = await unlessStopped(read(before), stop);
      if (table === null) return;
      yield { kind: "read", table, changes: changesBetween(before?.rows ?? null, table.rows) };
      before = table;
      failing = false;
    } catch (error) {
      if (before === null) throw error;
      if (!failing) yield { kind: "failed", error };
      failing = true;
    }
    await pause(interval, stop);
  }
}
