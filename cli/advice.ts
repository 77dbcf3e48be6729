/**
 * Netkit's words for the options of other programs.
 *
 * An advice is a half sentence in which three forms mean something, because the advice can be followed:
 * `leave it out`; `write WORDS` at its end, which stand in place of the option; and `netkit WORDS`, a
 * command line, up to a comma or the end. `{DEFAULT}` is the value that was typed, or else the default.
 *
 * @module
 */
import type { Command } from "./command.ts";
import { COMMON } from "./habits.ts";
import { UnknownOption } from "./parse.ts";
import { t, translate } from "../text/messages.ts";

/** An advice, and the command lines to which it leads. */
export interface Advice {
  /** The option that it is about, empty for none. */
  readonly option: string;
  /** The advice, for a hint. */
  readonly hint: string;
  /** The arguments of netkit in each, the command first. */
  readonly lines: readonly (readonly string[])[];
  /** The command line without the option, and without its value. */
  readonly without: readonly (readonly string[])[];
}

/**
 * Tries a command line without doing anything: resolves to `null` if netkit takes it, and to the error
 * if not.
 */
export type Trial = (args: readonly string[]) => Promise<unknown>;

/** The most options of other programs in a command line that are put right one after the other. */
const MOST_STEPS = 6;

/**
 * Returns the advice on an option of another program: the first one that leads to a command line that
 * netkit takes; `null` if none does, and for an option that no known program has.
 *
 * @param args The arguments behind the name of the command.
 */
export async function adviseOnOption(
  error: UnknownOption,
  command: Command,
  args: readonly string[],
  trial: Trial,
  steps = MOST_STEPS,
): Promise<Advice | null> {
  const { typed, argument } = error;
  const tables = [(await command.habits?.())?.HABITS ?? [], COMMON];
  const found: Advice[] = [];
  for (const name of new Set([argument.replace(/(?<!^-*)=.*$/s, ""), typed])) {
    for (const [row, advice] of tables.flat()) {
      const key = row.split(" ").find((each) => each.replaceAll("=", "") === name);
      if (key === undefined) continue;
      const place = placeOf(name, argument, args, key);
      if (key.endsWith("=") && !hasValueFor(advice, place)) continue;
      found.push(adviceAt(place, advice, command.name));
    }
    if (found.length > 0) break; // -connect is no -c
  }
  const here = found.filter(({ lines }) => lines.every(([name]) => name === command.name));
  const there = found.filter((each) => !here.includes(each)); // other commands come last
  for (const [some, strict] of [[here, true], [here, false], [there, true]] as const) {
    for (const each of some) {
      const line = await followed(each, error, command, { trial, steps, strict });
      if (line === null) continue;
      const whole = inNetkitsWords(line);
      const isOther = line.length > 0 && line !== each.lines[0] && whole.length <= LONGEST_HINT;
      return isOther ? { ...each, hint: whole, lines: [line] } : each;
    }
  }
  return null;
}

/** The longest hint, which stands behind two blanks on a line of 80 columns. */
export const LONGEST_HINT = 78;

/** Returns the hint with a whole command line: the arguments of netkit in `line`. */
export function inNetkitsWords(line: readonly string[]): string {
  return t`in netkit's words: ${["netkit", ...line].map(quote).join(" ")}`;
}

/**
 * Returns the command line that netkit takes when `advice` is followed, and the advice on what is left,
 * or `null` if there is none; unless `strict`, a fault that is there without the option, too, is left to
 * the next error.
 */
async function followed(
  advice: Advice,
  error: UnknownOption,
  command: Command,
  { trial, steps, strict }: { trial: Trial; steps: number; strict: boolean },
): Promise<readonly string[] | null> {
  let end = advice.lines[0] ?? [];
  for (const line of advice.lines) {
    const next = await trial(line);
    if (next === null || !strict && await isWithout(next, advice, trial)) continue;
    if (!(next instanceof UnknownOption) || line[0] !== command.name) return null;
    if (steps === 0 || next.message === error.message && next.argument === error.argument) {
      return null;
    }
    const then = await adviseOnOption(next, command, line.slice(1), trial, steps - 1);
    if (then === null) return null;
    if (advice.lines.length === 1) end = then.lines[0] ?? end;
  }
  return end;
}

/** Whether `error` is there without the option, too. */
async function isWithout(error: unknown, advice: Advice, trial: Trial): Promise<boolean> {
  if (error instanceof UnknownOption || !(error instanceof Error)) return false;
  for (const line of advice.without) {
    const other = await trial(line);
    if (other instanceof Error && other.message === error.message) return true;
  }
  return false;
}

/** The place of an option in the arguments. */
export interface Place {
  /** The option, empty for none. */
  readonly option: string;
  /** The arguments before it. */
  readonly before: readonly string[];
  /** Its value, none if it has none. */
  readonly value: readonly string[];
  /** The arguments behind it and its value. */
  readonly after: readonly string[];
  /** Whether an advice does without the value. */
  readonly dropped: boolean;
}

/** Finds `name` in `argument`; `key` tells whether it has a value, attached or as the next argument. */
function placeOf(
  name: string,
  argument: string,
  args: readonly string[],
  key: string,
): Place {
  const at = args.indexOf(argument);
  const [before, after] = [args.slice(0, at), args.slice(at + 1)];
  const isLong = name.length > 2;
  const inside = isLong ? 0 : Math.max(0, argument.indexOf(name[1]!, 1) - 1);
  if (inside > 0) before.push(argument.slice(0, inside + 1));
  const rest = argument.slice(isLong ? name.length : inside + 2);
  if (!key.endsWith("=")) {
    if (rest !== "") after.unshift(rest.startsWith("=") ? rest.slice(1) : `-${rest}`);
    return { option: name, before, value: [], after, dropped: false };
  }
  const value = rest !== "" ? [rest.replace(/^=/, "")] : after.splice(0, 1);
  return { option: name, before, value, after, dropped: key.endsWith("==") };
}

/** Whether the option has a value as `advice` needs it: a number where a number is its default. */
function hasValueFor(advice: string, { value: [value = "-"] }: Place): boolean {
  if (/^-(?!\d|$)/.test(value)) return false;
  return /\{\d+\}/.test(advice) ? /\d/.test(value) : value !== "-";
}

/** Returns the place of words in front of which no command stands. */
export function inFront(value: readonly string[]): Place {
  return { option: "", before: [], value, after: [], dropped: false };
}

/** Returns `advice` with its placeholders filled, and the command lines to which it leads. */
export function adviceAt(place: Place, advice: string, command: string | null): Advice {
  const { option, before, value, after } = place;
  const goes = place.dropped || advice.includes("{");
  const out = [option, ...value.map(quote)].join(" ");
  const fill = (text: string) =>
    text.replace(/\{([^{}]*)\}/g, (_, usual: string) => {
      const numbers = isNumber(usual) ? [...before, ...after].filter(isNumber) : [];
      return filling(value.length > 0 ? value : numbers, usual);
    });
  const filled = fill(advice);
  const [, written] = filled.match(/(?:^|[?:,;] )write (\S.*)$/) ?? [];
  const kept = goes || written === undefined ? [] : value;
  const english = [filled, ...kept.map(quote)].join(" ");
  const hint = [
    fill(translate(advice)).replace(t`leave it out`, t`leave ${out} out`),
    ...kept.map(quote),
  ]
    .join(" ");
  const lines = [...english.matchAll(/\bnetkit ((?:(?![,;:] ).)+)/g)]
    .filter(([line]) => !isProse(line)).map(([, line]) => words(line!));
  if (written !== undefined) {
    const start = command === null ? [] : [command, ...before];
    lines.push([...start, ...words(written), ...kept, ...after]);
  } else if (command !== null && filled.includes("leave it out")) {
    lines.push([command, ...before, ...after]);
  }
  const without = command === null
    ? []
    : [[command, ...before, ...after], [command, ...before, ...value, ...after]];
  return { option, hint, lines, without };
}

/** Whether `line` begins with the name of netkit in a sentence: `netkit runs no program`. */
function isProse(line: string): boolean {
  return /^netkit (\w+s|never) /.test(line);
}

/**
 * Returns `value` as words of a line for a shell; in place of a number the last one of it: `:8000` and
 * `tcp:8000` are the port 8000 of netkit.
 */
function filling(value: readonly string[], usual: string): string {
  if (!isNumber(usual)) return value.length === 0 ? usual : value.map(quote).join(" ");
  const number = value.findLast((each) => /\d/.test(each))?.match(/(\d+(?:-\d+)?)\D*$/)?.[1];
  return number ?? usual;
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}

/** Returns `text` as a word for a shell. */
export function quote(text: string): string {
  return /^[\w@%+=:,./[\]-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Returns the words of a line for a shell, without redirections. */
function words(line: string): string[] {
  return [...line.replace(/ \d?[<>]\S+/g, "").matchAll(/'((?:[^']|'\\'')*)'|(\S+)/g)]
    .map(([, quoted, plain]) => plain ?? quoted!.replaceAll(`'\\''`, "'"));
}
