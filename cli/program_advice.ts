/**
 * Netkit's words for the command lines of other programs: `lsof -i :8000` is `netkit port 8000`.
 *
 * @module
 */
import {
  type Advice,
  adviceAt,
  adviseOnOption,
  inFront,
  inNetkitsWords,
  LONGEST_HINT,
} from "./advice.ts";
import type { Trial } from "./advice.ts";
import type { Command } from "./command.ts";
import { BY_WORD, GUESSES, OWN_OPTIONS, PROGRAMS } from "./habits.ts";
import { adviseOnOperand } from "./operand_advice.ts";
import { UnknownOption } from "./parse.ts";

/** Resolves to the command of a name, or rejects if there is none. */
export type Load = (name: string) => Promise<Command>;

/** Words that netkit has no use for, by the first name in the row of a program. */
const OWN_WORDS: Readonly<Record<string, RegExp>> = {
  socat: /^(-|stdio|stdin|stdout)$/i,
  openssl: /^s_client$/,
  dig: /^([+@]\w.*|a|aaaa|mx|txt|ns|soa|cname|ptr|srv|caa|any)$/i,
};

/** The most words of a command line that are put right one after the other. */
const MOST_STEPS = 8;

/**
 * Returns the advice on `name` in the place of a command, or `null` for a name of no known program: the
 * command line with the words of netkit if it can be had, else one with other operands.
 */
export async function adviseOnProgram(
  name: string,
  args: readonly string[],
  trial: Trial,
  load: Load,
): Promise<Advice | null> {
  const isOf = (names: string) => names.split(" ").includes(name.toLowerCase());
  const row = PROGRAMS.find(([names]) => isOf(names));
  if (row) {
    const [names, text] = row;
    const special = BY_WORD.find(([names, word]) =>
      isOf(names) && args.some((arg) => word.test(arg))
    );
    const advice = special?.[2] ?? text;
    if (args.length > 0 && !advice.startsWith("netkit ")) {
      const start = adviceAt(inFront([]), advice.replace(/ ?\{[^{}]*\}.*/s, ""), null).lines[0] ??
        [];
      const isName = args.length === 1 && names.startsWith("dig "); // of a host called mx
      const unused = isName ? undefined : OWN_WORDS[names.split(" ")[0]!];
      const own = args.filter((arg) => !unused?.test(arg));
      const words = withOwnOptions(name.toLowerCase(), own);
      const line = await translated([...start, ...words], trial, load);
      const hint = line && inNetkitsWords(line);
      if (hint && hint.length <= LONGEST_HINT) {
        return { option: "", hint, lines: [line], without: [] };
      }
    }
    const given = adviceAt(inFront(args), advice, null);
    return await refuses(given.lines, trial) ? adviceAt(inFront([]), advice, null) : given;
  }
  for (const [words, guess] of GUESSES) {
    if (!words.test([name, ...args].join(" "))) continue;
    const given = adviceAt(inFront([name, ...args]), guess, null);
    if (!await refuses(given.lines, trial)) return given;
  }
  return null;
}

/** Returns the words of a program with netkit's word for the options that are its alone. */
function withOwnOptions(name: string, args: readonly string[]): string[] {
  const words: string[] = [];
  for (const arg of args) {
    const last = words.at(-1);
    if (last === "/") words[words.length - 1] += arg.replace(/^\//, "");
    else words.push(...(OWN_OPTIONS[name]?.[arg] ?? arg).split(" "));
  }
  return words;
}

/** Returns the command line that netkit takes when all advice on `line` is followed, or `null`. */
async function translated(
  line: readonly string[],
  trial: Trial,
  load: Load,
): Promise<readonly string[] | null> {
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const error = await trial(line);
    if (error === null) return line;
    const command = await load(line[0] ?? "");
    const advice = error instanceof UnknownOption
      ? await adviseOnOption(error, command, line.slice(1), trial)
      : await adviseOnOperand(error, command, line.slice(1), trial);
    const [next, ...more] = advice?.lines ?? [];
    if (next === undefined || more.length > 0) return null;
    line = next;
  }
  return null;
}

/** Whether netkit refuses one of `lines`. */
async function refuses(lines: Advice["lines"], trial: Trial): Promise<boolean> {
  for (const line of lines) {
    if (await trial(line) !== null) return true;
  }
  return false;
}
