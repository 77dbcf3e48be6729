/**
 * `netkit arp --watch`: the table read again and again, and a line for each change.
 *
 * Life of a watch: the table is read from the sources that answer, and each row is printed as present;
 * then, an interval after the end of a reading, the same sources are read again and the changes are
 * printed. A reading that fails is reported once and tried again. A signal ends the wait or the
 * reading under way, and with it the watch.
 *
 * @module
 */
import { cannot, UserError } from "../cli/errors.ts";
import { inLocale, type Io, print } from "../cli/io.ts";
import { formatJson } from "../cli/json.ts";
import { recordOf } from "../cli/record.ts";
import { columnsOf, sayFolded } from "../cli/terminal.ts";
import { pause, unlessStopped } from "../net/waiting.ts";
import { escapeLine } from "../text/escape.ts";
import { fold } from "../text/layout.ts";
import { formatTime } from "../text/units.ts";
import { type Change, changesBetween, describeChange } from "./changes.ts";
import type { NeighbourRow } from "./classify.ts";
import { CHANGE_FIELDS, ROW_FIELDS } from "./record.ts";
import { type Request, selectRows } from "./request.ts";
import { readTable, type Table } from "./table.ts";
import { sayOmissions } from "./text.ts";
import { t } from "../text/messages.ts";

/** Milliseconds between two readings without `--interval`. */
const INTERVAL = 2000;

/** Prints the rows of a first reading, then the changes, until a signal comes. */
export async function watch(request: Request, io: Io): Promise<void> {
  const interval = request.options.interval ?? INTERVAL;
  const read = async (before: Table | null) => {
    const table = await readTable(request, before && before.used, io);
    const { rows, hidden } = selectRows(table.rows, request);
    if (before === null) {
      await sayFolded(io, t`source: ${table.source}`);
      await sayOmissions({ hidden, unread: table.unread }, io);
    }
    return { ...table, rows };
  };
  for await (const seen of watchNeighbours(read, interval, io.stop)) {
    if (seen.kind === "read") {
      await printChanges(seen.changes, request.options.json, io);
      continue;
    }
    const refusal = cannot(t`read the neighbour table`, seen.error);
    if (!(refusal instanceof UserError)) throw refusal;
    await sayFolded(io, t`${refusal.message}; trying again`);
  }
}

async function printChanges(changes: readonly Change[], json: boolean, io: Io): Promise<void> {
  const time = io.now();
  const lines = changes.map((change) => {
    if (json) {
      const added = recordOf(CHANGE_FIELDS, { time, change });
      return formatJson({ ...added, ...recordOf(ROW_FIELDS, change.row) });
    }
    const words = escapeLine(describeChange(change));
    const head = `${formatTime(time)}  ${change.event.padEnd(8)}  `;
    const lines = fold(words, columnsOf(io.stdout, io) - head.length);
    return inLocale(head + lines.join(`\n${" ".repeat(head.length)}`), io);
  });
  if (lines.length > 0) await print(io.stdout, `${lines.join("\n")}\n`);
}

/** The result of one reading. */
export type Observation<T> =
  | { readonly kind: "read"; readonly table: T; readonly changes: readonly Change[] }
  | { readonly kind: "failed"; readonly error: unknown };

/**
 * Yields the changes, reading by reading, until `stop` is aborted; then it does not wait for the
 * reading under way. The first reading must succeed; of later ones that fail one after the other only
 * the first is yielded.
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
