/**
 * Lines that are made of what comes over time, printed as soon as it is known what they say.
 *
 * @module
 */
import type { Output } from "../cli/io.ts";
import { OutputQueue } from "../cli/output_queue.ts";

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
  const queue = new OutputQueue(output);
  let last = performance.now();
  const timer = setInterval(() => {
    const silence = performance.now() - last;
    if (maker.isHolding && silence >= TICK) queue.add(textOf(maker.rest(silence >= LONG)));
    onTick(silence);
  }, TICK);
  try {
    for await (const item of source) {
      last = performance.now();
      if (queue.add(textOf(maker.take(item)))) await queue.flush();
    }
  } finally {
    clearInterval(timer);
    queue.add(textOf(maker.finish()));
    await queue.flush();
  }
}

/** Returns lines as text, each with its line feed. */
function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
