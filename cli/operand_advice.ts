/**
 * The words that are meant by an argument that was refused, where these can be known.
 *
 * @module
 */
import { ParseError } from "../address/parse_error.ts";
import { type Advice, quote, type Trial } from "./advice.ts";
import type { Command } from "./command.ts";
import { UserError } from "./errors.ts";
import { nearest } from "./suggest.ts";
import { t } from "../text/messages.ts";

/** Returns the error of the parser that has refused a text of the command line, `null` if `error` is another one. */
function refusalIn(error: unknown): ParseError | null {
  if (error instanceof ParseError) return error;
  return error instanceof UserError && error.cause instanceof ParseError ? error.cause : null;
}

/**
 * Returns the advice on an argument that was refused, or `null` if no other words for it make a command
 * line that netkit takes: the argument in ASCII, or what the command knows of other programs.
 *
 * @param error The error of the parser that has refused it; on any other error there is no advice.
 * @param args The arguments behind the name of the command.
 */
export async function adviseOnOperand(
  error: unknown,
  command: Command,
  args: readonly string[],
  trial: Trial,
): Promise<Omit<Advice, "option" | "without"> | null> {
  const refusal = refusalIn(error);
  if (refusal === null) return null;
  const { input } = refusal;
  const words = joined(args, input);
  const isTaken = async (line: readonly string[]) => await trial(line) === null;
  const plain = [command.name, ...words.map(asciiOf)];
  const changed = plain.slice(1).filter((word, i) => word !== words[i]);
  if (changed.length > 0 && await isTaken(plain)) {
    const [meant = ""] = changed;
    const text = changed.length === 1 ? quote(meant) : ["netkit", ...plain].map(quote).join(" ");
    return { hint: t`write it in ASCII: ${text}`, lines: [plain] };
  }
  const name = nearest(input, refusal.names);
  if (name !== null) {
    const line = [command.name, ...words.map((word) => withName(word, input, name))];
    return { hint: t`did you mean ${name}?`, lines: [line] };
  }
  const { instead } = await command.habits?.() ?? {};
  if (!instead) return null;
  for (const [i, word] of words.entries()) {
    if (!word.includes(input) && !input.includes(word)) continue;
    const found = new Map<string, readonly string[]>();
    for (const meant of instead(word)) {
      const line = [command.name, ...words.slice(0, i), ...meant, ...words.slice(i + 1)];
      const text = meant.map(quote).join(" ");
      const [first = text] = found.keys();
      if (text.includes(" ") === first.includes(" ") && await isTaken(line)) found.set(text, line);
    }
    const [first, second] = found.keys();
    const lines = [...found.values()].slice(0, 2);
    if (first === "") return { hint: t`leave ${quote(word)} out`, lines };
    if (second !== undefined) return { hint: t`write ${first} or ${second}`, lines };
    if (first !== undefined) return { hint: t`write ${first}`, lines };
  }
  return null;
}

/** Returns `word` with `name` in the place of `input`, if that is all of it or the value of an option. */
function withName(word: string, input: string, name: string): string {
  return word === input || word.endsWith(`=${input}`)
    ? word.slice(0, word.length - input.length) + name
    : word;
}

/**
 * Returns `args` with those that the command has joined to `input` as one: `HOST PORT`, or several words.
 */
function joined(args: readonly string[], input: string): readonly string[] {
  for (const count of [2, 3, 4, 5, 6]) {
    const at = args.findIndex((_, i) => {
      const some = args.slice(i, i + count);
      return some.length === count && (some.join(":") === input || some.join(" ") === input);
    });
    if (at !== -1) return [...args.slice(0, at), input, ...args.slice(at + count)];
  }
  return args;
}

/** Returns `text` with the digits, letters and marks of East Asian keyboards in ASCII (NFKC; UTS 46). */
function asciiOf(text: string): string {
  return text.normalize("NFKC").replaceAll("\u3002", ".").replace(
    /^[\u2010-\u2015\u2212]+(?=(\S?)(\S?))/,
    (_, _one, two) => two === "" || two === "=" ? "-" : "--",
  );
}
