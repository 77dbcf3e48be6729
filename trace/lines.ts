/**
 * Lines that are made of items over time, printed as soon as no later item can change them.
 *
 * @module
 */
import type { Output } from "../cli/io.ts";
import { OutputQueue } from "../cli/output_queue.ts";
import { Silence } from "../cli/silence.ts";

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

/** Options of printing lines. */
export interface LineOptions {
  /** Called every 20 ms with the milliseconds of silence since the last item. */
  readonly onTick?: ((silence: number) => void) | undefined;
  /**
   * Whether lines wait until there are many: where all items are there already, a write for each costs more
   * than the line.
   */
  readonly collects?: boolean;
  /** Whether no more items are wanted; asked after each. */
  readonly isEnough?: () => boolean;
  /** Resolves when what the last lines need is known. */
  readonly settled?: () => Promise<void>;
}

/** Prints the lines for the items of `source` until it ends or it is enough, also when it ends with an error. */
export async function printLines<T>(
  source: AsyncIterable<T> | Iterable<T>,
  maker: LineMaker<T>,
  output: Output,
  {
    onTick,
    collects = false,
    isEnough = () => false,
    settled = () => Promise.resolve(),
  }: LineOptions = {},
): Promise<void> {
  const queue = new OutputQueue(output, { collects });
  const silence = new Silence({
    isHolding: () => maker.isHolding,
    release: (isLong) => queue.add(textOf(maker.rest(isLong))),
    onTick,
  });
  try {
    for await (const item of source) {
      const isFull = queue.add(textOf(maker.consume(item)));
      silence.hear();
      if (isFull) await queue.flush();
      if (isEnough()) break;
    }
  } finally {
    silence.end();
    await settled();
    queue.add(textOf(maker.finish()));
    await queue.flush();
  }
}

/** Returns lines as text, each with its line feed. */
function textOf(lines: readonly string[]): string {
  let text = "";
  for (const line of lines) text += `${line}\n`;
  return text;
}
