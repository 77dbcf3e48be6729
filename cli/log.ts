/**
 * Lines that appear over time on standard error, without ever holding up who writes them.
 *
 * @module
 */
import { type Output, print } from "./io.ts";

/** Characters that may wait for a slow reader before lines are dropped. */
const LIMIT = 1024 * 1024;

/** How long `flush` waits for a reader that takes nothing, in milliseconds. */
const PATIENCE = 1000;

/**
 * A log: lines are collected and written together, one write at a time. A reader that stops reading
 * costs at most a mebibyte or two and then lines, of which the number is told; it never stops the
 * server.
 */
export class Log {
  readonly #output: Output;
  #waiting = "";
  #dropped = 0;
  #taken = 0;
  #writing: Promise<void> | null = null;

  /** Writes to `output`. */
  constructor(output: Output) {
    this.#output = {
      write: async (bytes) => {
        const count = await output.write(bytes);
        this.#taken += count;
        return count;
      },
      isTerminal: () => output.isTerminal(),
    };
  }

  /** Appends `line`; returns at once. */
  line(line: string): void {
    if (this.#waiting.length + line.length >= LIMIT) {
      this.#dropped++;
    } else {
      this.#waiting += `${this.#takeNotice()}${line}\n`;
    }
    this.#writing ??= this.#write();
  }

  /**
   * Resolves when all lines are written, or when the reader has taken nothing for `patience`
   * milliseconds: who has stopped reading must not keep the program from ending.
   */
  async flush(patience: number = PATIENCE): Promise<void> {
    let before = -1;
    while (this.#writing && this.#taken > before) {
      before = this.#taken;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>((resolve) => timer = setTimeout(resolve, patience));
      await Promise.race([this.#writing, late]);
      clearTimeout(timer);
    }
  }

  /** Returns the line that tells how many lines were dropped since it was last asked. */
  #takeNotice(): string {
    const count = this.#dropped;
    this.#dropped = 0;
    if (count === 0) return "";
    return `(${count} ${count === 1 ? "line" : "lines"} of the log dropped)\n`;
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting !== "" || this.#dropped > 0) {
        const text = this.#waiting + this.#takeNotice();
        this.#waiting = "";
        await print(this.#output, text);
      }
    } catch {
      this.#waiting = ""; // standard error is closed: nobody reads the log
      this.#dropped = 0;
    } finally {
      this.#writing = null;
    }
  }
}

/** Returns the local time of day of `milliseconds` since 1970, `12:00:04.410`. */
export function formatTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${time}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** Returns a duration with its unit: `87 ms`, `4.59 s`, `2 min 5 s`, `3 h 0 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1) return `${milliseconds.toFixed(2)} ms`;
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_995) return `${(milliseconds / 1000).toFixed(2)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
}

/** Returns an amount of bytes with its unit: `5 B`, `1.2 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let value = bytes;
  while (unit < units.length - 1 && (unit === 0 ? value >= 1024 : value >= 1023.95)) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${bytes} B` : `${value.toFixed(1)} ${units[unit]}`;
}
