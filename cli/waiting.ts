/**
 * The note of what is waited for, on a line of the terminal that is erased at the end.
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";
import { type Output, print } from "./io.ts";
import { later } from "./later.ts";
import { t } from "../text/messages.ts";

/** Milliseconds before the note shows: shorter work needs none. */
const FIRST = 2000;

/** Back to the start of the line, and erase to its end (ECMA-48, EL). */
const ERASE = "\r\x1b[K";

/**
 * Resolves or rejects as `work` does. If that takes longer than `first` milliseconds, it says on
 * `output`, a terminal, that it waits for `what`.
 */
export async function sayWaiting<T>(
  work: Promise<T>,
  what: string,
  output: Output,
  first: number = FIRST,
): Promise<T> {
  const write = (text: string) => print(output, text, t`standard error`).catch(() => {}); // the terminal has gone
  let shown: Promise<void> | null = null;
  const isOver = later(first, () => {
    shown = write(t`${ERASE}waiting for ${escapeLine(what)}; Ctrl-C ends`);
  });
  try {
    return await work;
  } finally {
    isOver();
    if (shown !== null) {
      await shown;
      await write(ERASE);
    }
  }
}
