/**
 * Changes over time on standard output: a line for each change, and a countdown in between.
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";
import { fold, pad, width } from "../text/layout.ts";
import { formatTime } from "../text/units.ts";
import { inLocale, type Io, print } from "../cli/io.ts";
import { formatJson } from "../cli/json.ts";
import { columnsOf } from "../cli/terminal.ts";

/** A line of a change: its subject, and the state that the subject has now. */
export interface WatchLine {
  /** The subject; its column is as wide as the widest subject so far. */
  readonly subject: string;
  /** The new state. */
  readonly state: string;
  /** The same for a program. */
  readonly record: Readonly<Record<string, unknown>>;
}

/** Milliseconds between two lines of a countdown. */
const COUNTDOWN = 10_000;

/** A printer of changes: for a terminal in columns, with `json` an object a line. */
export class WatchLines {
  readonly #io: Io;
  readonly #json: boolean;
  /** The time at which the countdown began, or was last printed; `null` while there is none. */
  #counted: number | null = null;
  /** Columns of the widest subject so far. */
  #widest = 0;

  /** Opens the output of `io`; with `json` each line is an object. */
  constructor(io: Io, json: boolean) {
    this.#io = io;
    this.#json = json;
  }

  /**
   * Prints `lines`, and every ten seconds `countdown`, which is `null` while there is nothing to wait
   * for.
   */
  async print(lines: readonly WatchLine[], countdown: WatchLine | null): Promise<void> {
    const now = this.#io.now();
    if (countdown === null) this.#counted = null;
    else this.#counted ??= now;
    const isDue = countdown !== null && now - this.#counted! >= COUNTDOWN;
    if (isDue) this.#counted = now;
    const texts = [...lines, ...(isDue ? [countdown] : [])].map((line) => this.#format(line, now));
    if (texts.length > 0) await print(this.#io.stdout, `${texts.join("\n")}\n`);
  }

  #format({ subject, state, record }: WatchLine, now: number): string {
    if (this.#json) return formatJson({ time: new Date(now).toISOString(), ...record });
    this.#widest = Math.max(this.#widest, width(subject));
    const time = formatTime(now);
    const line = `${pad(escapeLine(subject), this.#widest)}  ${escapeLine(state)}`;
    const margin = " ".repeat(time.length + 2);
    const columns = columnsOf(this.#io.stdout, this.#io) - margin.length;
    return inLocale(`${time}  ${fold(line, columns).join(`\n${margin}`)}`, this.#io);
  }
}
