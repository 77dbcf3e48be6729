/**
 * Lines that are made of items over time, printed as soon as no later item can change them.
 *
 * @module
 */
import { type Output, print } from "../cli/io.ts";

/** A maker of lines from items. */
export interface LineMaker<T> {
  /** Whether lines are held back because the next item could change them. */
  readonly isHolding: boolean;
  /** Returns the lines that are due after `item`. */
  consume(item: T): string[];
  /** Returns the lines that were held back; `isLong` if nothing came for a long time. */
  rest(isLong: boolean): string[];
  /** Returns the last lines. */
  finish(): string[];
}

/** Milliseconds between two looks for lines that are held back: a person does not see less. */
const TICK = 20;

/** Milliseconds of silence after which lines that more items would change are printed all the same. */
const LONG = 1000;

/**
 * Prints the lines for the items of `source` until it ends, also when it ends with an error.
 *
 * @param onTick Called every 20 ms with the milliseconds since the last item.
 */
export async function printLines<T>(
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
      lines.add(maker.consume(item));
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
