/**
 * The progress of sending a file, on one line of the terminal that is erased at the end.
 *
 * @module
 */
import { type Io, type Output, print } from "../cli/io.ts";
import { formatBytes } from "../text/units.ts";
import { cut } from "../text/layout.ts";
import { t } from "../text/messages.ts";

/** Milliseconds before it shows: a shorter transfer needs no progress. */
const FIRST = 1000;
/** Milliseconds between two pictures. */
const INTERVAL = 200;

/** Back to the start of the line, and erase to its end (ECMA-48, EL). */
const ERASE = "\r\x1b[K";

/** The progress of sending standard input. */
export class Progress {
  readonly #io: Io;
  readonly #started = performance.now();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #size: number | null = null;
  #sent = 0;
  #shown = false;
  #lineIsOpen = false;
  #over = false;

  /** Shows itself on standard error, which is a terminal, after a second, if the input is a file. */
  constructor(io: Io) {
    this.#io = io;
    this.#timer = setTimeout(async () => {
      const { size } = await io.stdinInfo();
      if (size === null || this.#over) return;
      this.#size = size;
      this.#timer = setInterval(() => this.#draw(), INTERVAL);
      this.#draw();
    }, FIRST);
  }

  /** Adds bytes that were sent. */
  add(bytes: number): void {
    this.#sent += bytes;
  }

  /** Returns `output` such that the progress is erased before each write: both are on one terminal. */
  around(output: Pick<Output, "write">): Pick<Output, "write"> {
    return {
      write: async (bytes) => {
        await this.#erase();
        this.#lineIsOpen = bytes.at(-1) !== 0x0a; // nothing is drawn over a line without its end
        return await output.write(bytes);
      },
    };
  }

  /** Erases the line and draws it no more. */
  async close(): Promise<void> {
    this.#over = true;
    clearTimeout(this.#timer);
    await this.#erase();
  }

  async #draw(): Promise<void> {
    if (this.#over || this.#lineIsOpen || this.#size === null) return;
    if (this.#sent >= this.#size) return await this.#erase();
    const seconds = (performance.now() - this.#started) / 1000;
    this.#shown = true;
    const line = formatProgress(this.#sent, this.#size, seconds);
    await this.#write(`${ERASE}${cut(line, this.#io.columns() - 1)}`);
  }

  async #erase(): Promise<void> {
    if (!this.#shown) return;
    this.#shown = false;
    await this.#write(ERASE);
  }

  async #write(text: string): Promise<void> {
    try {
      await print(this.#io.stderr, text, t`standard error`);
    } catch {
      this.#over = true; // the terminal has gone
    }
  }
}

/** Returns the line for `sent` of `size` bytes after `seconds`. */
export function formatProgress(sent: number, size: number, seconds: number): string {
  const percent = Math.floor(100 * Math.min(1, sent / size));
  const rate = formatBytes(Math.round(sent / seconds));
  return t`${percent} %  ${formatBytes(sent)} of ${formatBytes(size)} sent, ${rate}/s`;
}
