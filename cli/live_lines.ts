/**
 * Lines that are made of what comes over time, printed as soon as it is known what they say.
 *
 * @module
 */
import { type Output, print } from "./io.ts";

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
 * Prints the lines for the items of `source` until it ends.
 *
 * @param onTick Told now and then for how many milliseconds nothing has come.
 */
export async function printLive<T>(
  source: AsyncIterable<T>,
  maker: LineMaker<T>,
  output: Output,
  onTick: (silence: number) => void,
): Promise<void> {
  let last = performance.now();
  let failure: unknown = null;
  let printing = Promise.resolve();
  const write = (lines: readonly string[]): Promise<void> => {
    if (lines.length === 0) return printing;
    printing = printing.then(() => print(output, `${lines.join("\n")}\n`)).catch((error) => {
      failure ??= error;
    });
    return printing;
  };
  const timer = setInterval(() => {
    const silence = performance.now() - last;
    if (maker.isHolding && silence >= TICK) write(maker.rest(silence >= LONG));
    onTick(silence);
  }, TICK);
  try {
    for await (const item of source) {
      last = performance.now();
      const lines = maker.take(item);
      if (lines.length > 0) await write(lines);
      if (failure !== null) throw failure;
    }
  } finally {
    clearInterval(timer);
    await write(maker.finish());
  }
  if (failure !== null) throw failure;
}
