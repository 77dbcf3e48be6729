/**
 * Events as lines on standard error: text for people, JSON for programs.
 *
 * @module
 */
import { reasonOf } from "../text/reason.ts";
import { jsonName } from "./command.ts";
import { type Io, signsOf, type SyncOutput } from "./io.ts";
import { formatJson } from "./json.ts";
import { count, formatTime } from "../text/units.ts";
import { Log } from "./log.ts";
import { decodePreview } from "../text/preview.ts";
import { type Palette, palette } from "./terminal.ts";
import { t } from "../text/messages.ts";

/** The event that lines of the log were dropped: they were not read in time, or the disk was full. */
export interface DroppedEvent {
  /** The name of the event. */
  readonly event: "dropped";
  /** The number of lines. */
  readonly lines: number;
}

/** An event of a log; all of its fields go into the JSON, their names in snake case. */
export interface LogEvent {
  /** The name of the event, in English: `open`, `read`, `close`, … */
  readonly event: string;
}

/** The names of the fields of events, of each kind in a union. */
export type NameOf<E> = E extends unknown ? Extract<keyof E, string> : never;

/**
 * The documentation of the fields of events `E` in JSON, type and meaning of each: those that the log
 * adds (`time`, and `bytes` beside `data`), all that some event has, and no other.
 */
export type EventFields<E extends LogEvent> = Readonly<
  Record<"time" | "bytes" | NameOf<E>, readonly [type: string, says: string]>
>;

/** The form of events: text for people, JSON for programs. */
export type EventForm = "text" | "json";

/** Columns of the name of an event. */
const NAME_COLUMNS = 8;

/** Columns of the time, the name, and the blanks behind each. */
const HEAD_COLUMNS = "12:00:04.410  ".length + NAME_COLUMNS;

/** Returns the text behind the time and the name of an event; previews of data fill up to `columns`. */
export type Describe<E extends LogEvent> = (event: E, columns: number) => string;

/**
 * A log of events on standard error.
 *
 * Life of an event: told, formatted at once, taken by the `Log`, written or dropped. The program never
 * waits for it, except at its end, in `end` or `flush`.
 */
export class EventLog<E extends LogEvent> {
  readonly #io: Io;
  readonly #log: Log;
  readonly #form: EventForm;
  readonly #palette: Palette;
  readonly #describe: Describe<E>;
  readonly #columns: number;
  readonly #signs: (text: string) => string;

  /** Writes in `form`, to standard error as the file that it is, if it is one. */
  private constructor(io: Io, form: EventForm, describe: Describe<E>, file: SyncOutput | null) {
    this.#io = io;
    this.#log = new Log(io.stderr, { notice: (lines) => this.#notice(lines), file });
    this.#form = form;
    this.#palette = palette(io, io.stderr);
    this.#describe = describe;
    this.#columns = io.columns() - HEAD_COLUMNS;
    this.#signs = signsOf(io);
  }

  /** Resolves to a log in `form`. */
  static async open<E extends LogEvent>(
    io: Io,
    form: EventForm,
    describe: Describe<E>,
  ): Promise<EventLog<E>> {
    return new EventLog(io, form, describe, await io.stderrFile());
  }

  /** The number of events dropped so far, since they were not read in time or the disk was full. */
  get dropped(): number {
    return this.#log.dropped;
  }

  /** Writes `event`; returns at once. */
  write(event: E): void {
    this.#log.line(this.#format(event, () => this.#describe(event, this.#columns)));
  }

  /** Writes `event`, also where others would be dropped, as the last one; resolves as `flush` does. */
  async end(event: E): Promise<void> {
    this.#log.lastLine(this.#format(event, () => this.#describe(event, this.#columns)));
    await this.flush();
  }

  /** Resolves when everything is written, or when it is not read for a second. */
  flush(): Promise<void> {
    return this.#log.flush();
  }

  #notice(lines: number): string {
    const event: DroppedEvent = { event: "dropped", lines };
    return this.#format(event, () => t`${count(lines, "line")} of this log`);
  }

  #format(event: LogEvent, describe: () => string): string {
    const now = this.#io.now();
    if (this.#form === "json") return formatRecord(event, now);
    const name = event.event.padEnd(NAME_COLUMNS);
    return this.#signs(`${this.#palette.dim(formatTime(now))}  ${name}${describe()}`);
  }
}

/** Returns `event` as a JSON object: bytes as their number and a preview, errors as words. */
function formatRecord(event: LogEvent, now: number): string {
  const record: Record<string, unknown> = { time: new Date(now).toISOString() };
  for (const [key, value] of Object.entries(event)) {
    const name = jsonName(key);
    if (value instanceof Uint8Array) {
      record.bytes = value.length;
      record[name] = decodePreview(value);
    } else {
      record[name] = value instanceof Error ? reasonOf(value) : value;
    }
  }
  return formatJson(record);
}
