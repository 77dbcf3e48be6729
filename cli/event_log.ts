/**
 * Events as lines on standard error: text for people, JSON for programs.
 *
 * @module
 */
import { reasonOf } from "./errors.ts";
import type { Io } from "./io.ts";
import { formatJson } from "./json.ts";
import { formatTime, Log } from "./log.ts";
import { cut, escapeLine, type Palette, palette, width } from "./terminal.ts";

/** The forms of a log. */
export const LOG_FORMS = ["text", "json", "none"] as const;

/** One of `LOG_FORMS`. */
export type LogForm = typeof LOG_FORMS[number];

/** Something that happened; its other fields go into the JSON, their names in snake case. */
export interface LogEvent {
  /** What happened: the name of a call. */
  readonly event: string;
}

/** Columns of the name of an event. */
const NAME_COLUMNS = 8;

/** Columns of the time, the name, and the blanks behind each. */
const HEAD_COLUMNS = "12:00:04.410  ".length + NAME_COLUMNS;

/**
 * Returns what stands behind the time and the name of an event, in plain text or with the styles of
 * `palette`. Previews of data fill up to `columns`.
 */
export type Describe<E extends LogEvent> = (
  event: E,
  palette: Palette,
  columns: number,
) => string;

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
    const text = this.#describe(event, this.#palette, this.#columns);
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
      record[name] = decode(value);
    } else {
      record[name] = value instanceof Error ? reasonOf(value) : value;
    }
  }
  return formatJson(record);
}

/** Bytes of a read or write that are looked at. */
const PREVIEW_BYTES = 256;

function decode(data: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(data.subarray(0, PREVIEW_BYTES));
}

/** The fewest columns for a preview: then the line is longer. */
const MIN_PREVIEW = 8;

/** Returns `text` with `data` behind it in quotes, escaped and cut to fill up to `columns`. */
export function withPreview(text: string, data: Uint8Array, columns: number): string {
  if (data.length === 0) return text;
  const room = Math.max(MIN_PREVIEW, columns - width(text) - '  ""'.length);
  const shown = escapeLine(decode(data));
  const whole = data.length <= PREVIEW_BYTES && width(shown) <= room;
  return `${text}  "${whole ? shown : cut(`${shown}…`, room)}"`;
}
