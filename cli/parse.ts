/**
 * The meaning of command line arguments, by the command's declaration.
 *
 * The work is divided. `parseArgs` of `@std/cli` is asked to find which word is the value of which long
 * option (`--port 80`, `--port=80`), to collect the values of an option that is given several times, to
 * tell options from operands, and to keep apart the words behind `--`. It is not asked about anything in
 * which it guesses: `spellOut` writes short options as long ones and marks every value and operand as
 * text, because `parseArgs` would make a number of `08000`, two options of `--wait -5`, an option of the
 * operand `-1`, a value of the operand in `--json true`, and no value of `-`. It is not asked for the
 * meaning of a value either: the option's own `read` decides that, as well as what repeats mean.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { ParseError } from "../address/parse_error.ts";
import {
  type Command,
  type Invocation,
  type Option,
  optionName,
  type Options,
  type Values,
} from "./command.ts";
import { UserError } from "./errors.ts";
import { t, translate } from "../text/messages.ts";

/** The error for an option that the command does not have. */
export class UnknownOption extends UserError {
  /** The option without its value: `--ssl`, or `-l` in `-lv`. */
  readonly typed: string;
  /** The argument in which it stands. */
  readonly argument: string;
  /** The long options of the command, one of which may be meant; none where `hint` says more. */
  readonly names: readonly string[];

  /** Makes the error for `typed` in `argument`, with advice or with the options of which one may be meant. */
  constructor(
    typed: string,
    argument: string,
    { hint = null, names = [] }: { hint?: string | null; names?: readonly string[] },
  ) {
    const isPart = argument !== typed && !argument.startsWith("--");
    super(isPart ? t`unknown option ${typed} in ${argument}` : t`unknown option ${typed}`, {
      hint,
    });
    this.typed = typed;
    this.argument = argument;
    this.names = names;
  }
}

/** Whether `args` ask for help: `-h` or `--help` anywhere before `--`. */
export function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === "-h" || arg === "--help");
}

/**
 * Returns what `args`, the arguments behind the command's name, mean.
 *
 * @throws {UserError} For unknown options, options given twice, missing values, too many or too few
 * operands, and values that their option refuses.
 */
export function parse<O extends Options>(
  command: Command<O>,
  args: readonly string[],
): Invocation<O> {
  const declared = Object.entries(command.options)
    .map(([key, option]) => ({ key, name: optionName(key), option }));
  const valued = declared.filter(({ option }) => option.value !== null).map(({ name }) => name);
  const operands: string[] = [];
  const words = spellOut(args, declared);
  refuseRepeats(words, declared);
  const parsed = parseArgs(words, {
    boolean: declared.filter(({ option }) => option.value === null).map(({ name }) => name),
    string: valued,
    collect: valued,
    "--": true,
    unknown(arg) {
      operands.push(arg.slice(SHIELD.length));
      return false;
    },
  });
  const behind = parsed["--"] ?? [];
  if (!command.behind) operands.push(...behind);
  const joined = command.joinOperands?.(operands) ?? operands;

  const values: Record<string, unknown> = {};
  for (const { key, name, option } of declared) {
    values[key] = valueOf(name, option, parsed[name]);
  }
  checkDashes(operands);
  checkOperands(command, joined);
  // Each value was read by the option of its key.
  return { options: values as Values<O>, operands: joined, behind: command.behind ? behind : [] };
}

/** An option with its name in code and its name on the command line. */
interface Declared {
  readonly key: string;
  readonly name: string;
  readonly option: Option<unknown>;
}

/**
 * The mark before a word that `parseArgs` must take as it is. No argument of a program can contain it.
 */
const SHIELD = "\0";

/** The options of most network programs for a version of IP: no number is meant. */
const IP_VERSION = /^-[46]$/;

/**
 * Returns `args` with every word spelled out about which `parseArgs` would guess: options by their long
 * names, and shielded words.
 */
function spellOut(args: readonly string[], declared: readonly Declared[]): string[] {
  const end = args.indexOf("--");
  const before = end === -1 ? args : args.slice(0, end);
  const words: string[] = [];
  for (let i = 0; i < before.length; i++) {
    const arg = before[i]!;
    const named = declared.some(({ option }) => option.short && arg.startsWith(`-${option.short}`));
    if (arg.startsWith("--")) words.push(...longOption(arg, declared));
    else if (named || /^-(?!\.?\d)./s.test(arg) || IP_VERSION.test(arg)) {
      words.push(...shortOptions(arg, declared));
    } else words.push(SHIELD + arg);
    const open = declared.find(({ name }) => words.at(-1) === `--${name}`);
    if (!open?.option.takes) continue;
    const next = before[i + 1];
    words.push(SHIELD + (next !== undefined && open.option.takes(next) ? before[++i] : ""));
  }
  return end === -1 ? words : [...words, ...args.slice(end)];
}

/** Throws for an option that is given twice, unless several are meant: the last one would win silently. */
function refuseRepeats(words: readonly string[], declared: readonly Declared[]): void {
  const end = words.indexOf("--");
  const given = (end === -1 ? words : words.slice(0, end)).filter((word) => word.startsWith("--"));
  const twice = given.find((word, i) =>
    given.indexOf(word) < i &&
    !declared.some(({ name, option }) => `--${name}` === word && option.repeated)
  );
  if (twice !== undefined) {
    throw new UserError(t`${twice} is given twice`, { hint: t`leave one of them out` });
  }
}

/** Spells out `--NAME` or `--NAME=VALUE`. */
function longOption(arg: string, declared: readonly Declared[]): string[] {
  const end = arg.indexOf("=", "--N".length);
  const name = end === -1 ? arg.slice(2) : arg.slice(2, end);
  const value = end === -1 ? undefined : arg.slice(end + 1);
  const found = declared.find((each) => each.name === name);
  if (!found) throw unknownOption(`--${name}`, declared, arg);
  return [`--${name}`, ...spelledValue(`--${name}`, found, value)];
}

/** Spells out `-a`, `-abc`, `-p80` or `-p=80`. */
function shortOptions(arg: string, declared: readonly Declared[]): string[] {
  const long = arg.slice(1).replace(/=.*$/s, "");
  if (long.length > 1 && (long === "help" || declared.some(({ name }) => name === long))) {
    throw new UserError(t`unknown option ${`-${long}`}`, { hint: t`did you mean ${`--${long}`}?` });
  }
  const words: string[] = [];
  let rest = arg.slice(1);
  for (const letter of rest) {
    rest = rest.slice(letter.length);
    const found = declared.find(({ option }) => option.short === letter);
    if (!found) throw unknownOption(`-${letter}`, declared, arg);
    words.push(`--${found.name}`);
    if (rest === "" || (found.option.value === null && !rest.startsWith("="))) continue;
    return [...words, ...spelledValue(`-${letter}`, found, rest.replace(/^=/, ""))];
  }
  return words;
}

/** Returns the word for a value that was typed together with its option; none if none was. */
function spelledValue(typed: string, { option }: Declared, value: string | undefined): string[] {
  if (value === undefined) return [];
  if (value === "" && option.takes) {
    throw new UserError(t`${`${typed}=`} needs a value: ${`${typed}=${option.value}`}`);
  }
  if (option.value !== null) return [SHIELD + value];
  if (value === "true" || value === "false") return [value];
  throw new UserError(t`${typed} takes no value`);
}

function unknownOption(
  typed: string,
  declared: readonly Declared[],
  argument: string,
): UnknownOption {
  const names = [...declared.map(({ name }) => `--${name}`), "--help"];
  if (typed.startsWith("--")) return new UnknownOption(typed, argument, { names });
  const letters = declared.flatMap(({ option }) => option.short ? [`-${option.short}`] : []);
  const near = letters.find((each) => each.toLowerCase() === typed.toLowerCase());
  const hint = near === undefined ? null : t`did you mean ${near}?`;
  return new UnknownOption(typed, argument, { hint });
}

/** Returns the value of an option, from what `parseArgs` has found for it. */
function valueOf(name: string, option: Option<unknown>, found: unknown): unknown {
  if (option.value === null) return option.read(found === true ? [""] : []);
  const words = found as readonly string[]; // `collect` makes an array of every option with a value
  if (words.some((word) => !word.startsWith(SHIELD))) {
    throw new UserError(t`${`--${name}`} needs a value: ${`--${name} ${option.value}`}`);
  }
  return readOption(name, () => option.read(words.map((word) => word.slice(SHIELD.length))));
}

/**
 * Returns what `read` returns, the value of the option `name`.
 *
 * @throws {UserError} That names the option, for a `ParseError` of `read`'s.
 */
export function readOption<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw ofOption(name, error);
  }
}

/** Returns the error to throw where reading the value of the option `name` has failed with `error`. */
export function ofOption(name: string, error: unknown): unknown {
  if (!(error instanceof ParseError)) return error;
  return new UserError(`--${name}: ${error.message}`, { hint: error.hint, cause: error });
}

/** Refuses operands that begin with a dash of a text processor: an option was copied from a page. */
function checkDashes(operands: readonly string[]): void {
  const found = operands.find((operand) => /^[\u2010-\u2015\u2212][a-z]/i.test(operand));
  if (found === undefined) return;
  const error = new ParseError(t`an option`, found, t`it begins with a dash that is no hyphen`);
  throw new UserError(error.message, { hint: t`write - or -- before it`, cause: error });
}

function checkOperands(command: Command, operands: readonly string[]): void {
  const missing = command.operands[operands.length];
  if (missing?.required) {
    throw new UserError(t`${missing.name} is missing: ${translate(missing.summary)}`);
  }
  const last = command.operands.at(-1);
  if (!last?.repeated && operands.length > command.operands.length) {
    const extra = operands[command.operands.length];
    throw new UserError(
      last
        ? t`"${extra}" is one operand too many`
        : t`"${extra}": ${command.name} takes no operands`,
    );
  }
}
