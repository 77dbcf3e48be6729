/**
 * Lines over time on standard error, which never keep their writer waiting. `OutputQueue` is the
 * counterpart, which waits and loses nothing.
 *
 * @module
 */
import { type Output, print, type SyncOutput } from "./io.ts";
import { t } from "../text/messages.ts";

/** Characters that may wait for a slow reader before lines are dropped. */
const LIMIT = 8 * 1024 * 1024;

/**
 * Bytes of one write. The system's call for a pipe returns when all of them are taken: with more, a reader
 * that is slow but reads looks like one that has stopped.
 */
const PIECE = 64 * 1024;

/** Milliseconds that `flush` waits for a reader that takes nothing. */
const PATIENCE = 1000;

const encoder = new TextEncoder();

/** Options of a log. */
export interface LogOptions {
  /** Returns the line that tells of `count` lines that were dropped. */
  readonly notice: (count: number) => string;
  /**
   * The output as the regular file that it is: each line is written before `line` returns, and only a
   * disk that is full costs lines. `null` if it is none.
   */
  readonly file?: SyncOutput | null;
}

/**
 * A log. Into a file each line is written at once, so that none is lost however busy the program is.
 * For a reader, lines are collected and written together, one write at a time: one that stops reading
 * costs at most 8 MiB and then lines, and never stops the server. In place of lines that are dropped
 * there is a line with their number.
 */
export class Log {
  readonly #output: Output;
  readonly #notice: (count: number) => string;
  readonly #file: SyncOutput | null;
  #waiting = "";
  /** The rest of a line of which only the beginning fitted into the file. */
  #rest = new Uint8Array();
  /** Lines that were dropped since the last notice, and in all. */
  #untold = 0;
  #dropped = 0;
  #taken = 0;
  #writing: Promise<void> | null = null;

  /** Writes to `output`. */
  constructor(output: Output, { notice, file = null }: LogOptions) {
    this.#output = {
      write: async (bytes) => {
        const count = await output.write(bytes.subarray(0, PIECE));
        this.#taken += count;
        return count;
      },
      isTerminal: () => output.isTerminal(),
    };
    this.#notice = notice;
    this.#file = file;
  }

  /** The number of lines dropped so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Appends `line`; returns at once. */
  line(line: string): void {
    const fits = this.#waiting.length + line.length < LIMIT;
    if (this.#file) {
      if (!this.#tellInFile() || !this.#writeInFile(line)) this.#drop();
    } else if (fits) {
      this.lastLine(line);
    } else {
      this.#drop();
      this.#writing ??= this.#write();
    }
  }

  /** Appends `line` also where too much waits for a reader: the last line is not dropped. */
  lastLine(line: string): void {
    if (this.#file) return this.line(line);
    this.#waiting += `${this.#takeNotice()}${line}\n`;
    this.#writing ??= this.#write();
  }

  /**
   * Resolves when all lines are written, or when the reader has taken nothing for `patience`
   * milliseconds: a reader that has stopped must not keep the program from ending.
   */
  async flush(patience: number = PATIENCE): Promise<void> {
    if (this.#file) this.#tellInFile();
    let before = -1;
    while (this.#writing && this.#taken > before) {
      before = this.#taken;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>((resolve) => timer = setTimeout(resolve, patience));
      await Promise.race([this.#writing, late]);
      clearTimeout(timer);
    }
  }

  #drop(count = 1): void {
    this.#untold += count;
    this.#dropped += count;
  }

  /** Returns the line with the number of lines dropped since the last call; empty for none. */
  #takeNotice(): string {
    const count = this.#untold;
    this.#untold = 0;
    return count === 0 ? "" : `${this.#notice(count)}\n`;
  }

  /** Writes into the file that lines were dropped; returns whether that is done or there were none. */
  #tellInFile(): boolean {
    if (!this.#finishLine()) return false;
    if (this.#untold === 0) return true;
    if (this.#writeInFile(this.#notice(this.#untold))) this.#untold = 0;
    return this.#rest.length === 0 && this.#untold === 0;
  }

  /** Writes `line` to the file; returns whether it is there, even if a part of it is still to follow. */
  #writeInFile(line: string): boolean {
    const bytes = encoder.encode(`${line}\n`);
    this.#rest = bytes;
    if (this.#finishLine() || this.#rest.length < bytes.length) return true;
    this.#rest = new Uint8Array();
    return false;
  }

  /** Writes the rest of the line that has begun; returns whether it is whole. */
  #finishLine(): boolean {
    try {
      while (this.#rest.length > 0) {
        this.#rest = this.#rest.subarray(this.#file!.writeSync(this.#rest));
      }
    } catch {
      // The disk is full: what is left is tried again with the next line.
    }
    return this.#rest.length === 0;
  }

  async #write(): Promise<void> {
    let text = "";
    try {
      while (this.#waiting !== "" || this.#untold > 0) {
        text = this.#waiting + this.#takeNotice();
        this.#waiting = "";
        await print(this.#output, text, t`standard error`);
      }
    } catch { // standard error is closed, or a device without room
      this.#drop((text + this.#waiting).split("\n").length - 1);
      this.#waiting = "";
    } finally {
      this.#writing = null;
    }
  }
}
