/**
 * A command line of a lesson, as it would be typed.
 *
 * @module
 */
import { quote } from "../sockets/text.ts";

/** Characters of an input that are shown as they are. */
const LONGEST_TEXT = 200;

/**
 * Returns a command line as it would be typed; `input` is what a pipe in front of it gives: a longer one is
 * a line that is repeated.
 */
export function typed(words: readonly string[], input: string): string {
  const line = words.map(quote).join(" ");
  if (input === "") return line;
  if (input.length > LONGEST_TEXT) {
    const word = input.slice(0, input.indexOf("\n"));
    return `yes ${quote(word)} | head -c ${input.length} | ${line}`;
  }
  const text = input.replaceAll("\n", "\\n").replaceAll("%", "%%");
  return `printf ${quote(text)} | ${line}`;
}
