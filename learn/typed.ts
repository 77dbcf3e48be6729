/**
 * A command line of a lesson, as it would be typed.
 *
 * @module
 */
import { quote } from "../sockets/text.ts";

/** Returns a command line as it would be typed; `input` is what a pipe in front of it gives. */
export function typed(words: readonly string[], input: string): string {
  const line = words.map(quote).join(" ");
  if (input === "") return line;
  const text = input.replaceAll("\n", "\\n").replaceAll("%", "%%");
  return `printf ${quote(text)} | ${line}`;
}
