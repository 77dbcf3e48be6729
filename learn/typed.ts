/**
 * A command line of a lesson, as it would be typed.
 *
 * @module
 */
import { quote } from "../sockets/text.ts";

/** Returns a command line of netkit as it would be typed; `input` is what a pipe in front of it gives. */
export function typed(args: readonly string[], input: string): string {
  const words = ["netkit", ...args].map(quote).join(" ");
  if (input === "") return words;
  const text = input.replaceAll("\n", "\\n").replaceAll("%", "%%");
  return `printf ${quote(text)} | ${words}`;
}
