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
