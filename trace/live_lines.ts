/**
 * Lines that are made of what comes over time, printed as soon as it is known what they say.
 *
 * @module
 */
import { type Output, print } from "../cli/io.ts";

/** Makes lines of items. */
export interface LineMaker<T> {
  /** Whether lines are held back because the next item could change them. */
  readonly isHolding: boolean;
  /** Takes an item; returns the lines that are due. */
  take(item: T): string[];
  /** Returns the lines that were held back; `isLong` if nothing came for a long time. */
  rest(isLong: boolean): string[];
  /** Returns the last lines. */
  finish(): string[];
}

/** How often it is looked whether something is held back, in milliseconds: less is not seen. */
const TICK = 20;

/** Milliseconds of silence after which lines that more items would change are printed all the same. */
const LONG = 1000;

/**
 * Prints the lines for the items of `source` until it ends, also when it ends with an error.
 *
 * @param onTick Told now and then for how many milliseconds nothing has come.
 */
export async function printLive<T>(
  source: AsyncIterable<T>,
  maker: LineMaker<T>,
  output: Output,
  onTick: (silence: number) => void = () => {},
): Promise<void> {
  const lines = new Lines(output);
  let last = performance.now();
  const timer = setInterval(() => {
    const silence = performance.now() - last;
    if (maker.isHolding && silence >= TICK) lines.add(maker.rest(silence >= LONG));
    onTick(silence);
  }, TICK);
  try {
    for await (const item of source) {
      last = performance.now();
      lines.add(maker.take(item));
      await lines.capacity();
    }
  } finally {
    clearInterval(timer);
    lines.add(maker.finish());
    await lines.flush();
  }
}

/** The most lines that wait for a slow reader. */
const MAX_WAITING = 4096;

/** Lines on their way out: those that come while others are being written are written together. */
class Lines {
  readonly #output: Output;
  #waiting: string[] = [];
  #writing: Promise<void> | null = null;
  #failure: unknown = null;

  constructor(output: Output) {
    this.#output = output;
  }

  add(lines: readonly string[]): void {
    if (lines.length === 0) return;
    for (const line of lines) this.#waiting.push(line);
    this.#writing ??= this.#write();
  }

  /** Resolves when more lines may be added; rejects if they cannot be written. */
  async capacity(): Promise<void> {
    if (this.#waiting.length > MAX_WAITING) await this.flush();
    if (this.#failure !== null) throw this.#failure;
  }

  /** Resolves when all lines are written; rejects if they cannot be. */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#failure !== null) throw this.#failure;
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const text = `${this.#waiting.join("\n")}\n`;
        this.#waiting = [];
        await print(this.#output, text);
      }
    } catch (error) {
      this.#failure ??= error;
      this.#waiting = [];
    } finally {
      this.#writing = null;
    }
  }
}
