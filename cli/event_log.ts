/**
 * Events as lines on standard error: text for people, JSON for programs.
 *
 * @module
 */
import { reasonOf } from "../text/reason.ts";
import type { LogForm } from "./command.ts";
import type { Io } from "./io.ts";
import { formatJson } from "./json.ts";
import { formatTime } from "../text/units.ts";
import { Log } from "./log.ts";
import { decodePreview } from "../text/preview.ts";
import { type Palette, palette } from "./terminal.ts";

/** Something that happened; its other fields go into the JSON, their names in snake case. */
export interface LogEvent {
  /** What happened: the name of a call. */
  readonly event: string;
}

/** Columns of the name of an event. */
const NAME_COLUMNS = 8;

/** Columns of the time, the name, and the blanks behind each. */
const HEAD_COLUMNS = "12:00:04.410  ".length + NAME_COLUMNS;

/** Returns what stands behind the time and the name of an event; previews of data fill up to `columns`. */
export type Describe<E extends LogEvent> = (event: E, columns: number) => string;

/** Writes events to standard error as they happen; never holds up who tells them. */
export class EventLog<E extends LogEvent> {
  readonly #io: Io;
  readonly #log: Log;
  readonly #form: LogForm;
  readonly #palette: Palette;
  readonly #describe: Describe<E>;
  readonly #columns: number;

  /** Writes in `form`. */
  constructor(io: Io, form: LogForm, describe: Describe<E>) {
    this.#io = io;
    this.#log = new Log(io.stderr);
    this.#form = form;
    this.#palette = palette(io, io.stderr);
    this.#describe = describe;
    this.#columns = io.columns() - HEAD_COLUMNS;
  }

  /** Writes `event`; returns at once. */
  write(event: E): void {
    if (this.#form === "none") return;
    const now = this.#io.now();
    if (this.#form === "json") return this.#log.line(formatRecord(event, now));
    const name = event.event.padEnd(NAME_COLUMNS);
    const text = this.#describe(event, this.#columns);
    this.#log.line(`${this.#palette.dim(formatTime(now))}  ${name}${text}`);
  }

  /** Resolves when everything is written. */
  flush(): Promise<void> {
    return this.#log.flush();
  }
}

/** Returns `event` as a JSON object: bytes as their number and a preview, errors as words. */
function formatRecord(event: LogEvent, now: number): string {
  const record: Record<string, unknown> = { time: new Date(now).toISOString() };
  for (const [key, value] of Object.entries(event)) {
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (value instanceof Uint8Array) {
      record.bytes = value.length;
      record[name] = decodePreview(value);
    } else {
      record[name] = value instanceof Error ? reasonOf(value) : value;
    }
  }
  return formatJson(record);
}
