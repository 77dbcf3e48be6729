/**
 * A command as a value. Parsing, help, the reference in docs/, shell completions and the
 * permissions are all derived from these values.
 *
 * The map of `cli/`, the command line of any command:
 *
 *     command.ts         a command, its options, operands and JSON fields
 *     program.ts         the program: all commands
 *     parse.ts           arguments to the values of options
 *     suggest.ts         "did you mean"
 *     habits.ts          options and names of other programs
 *     advice.ts          netkit's words for them
 *     name_advice.ts     host names that do not resolve
 *     services.ts        help, man, completions: words in the place of a command
 *     run_service.ts     these at work
 *     help.ts, man.ts    help texts, the manual page
 *     completions.ts     completions for bash, zsh and fish
 *     errors.ts          errors for the user, exit codes
 *     io.ts              the system as a command sees it
 *     raw_terminal.ts    its terminal, key by key
 *     byte_source.ts     files and standard streams, read and written as bytes
 *     certificates.ts    PEM files
 *     terminal.ts        width and colours
 *     columns.ts         tables for a person
 *     csv.ts, json.ts    tables and objects for a program
 *     record.ts          one table for a JSON object and its documentation
 *     output_queue.ts    output that waits for its reader
 *     log.ts             lines that are dropped when their reader is slow
 *     event_log.ts       events as lines of a log
 *     waiting.ts         the note that something takes long
 *     later.ts           calls after some time
 *
 * @module
 */
import { parsePortOrName } from "../address/known_ports.ts";
import { ParseError } from "../address/parse_error.ts";
import type { Habits } from "./habits.ts";
import type { Io } from "./io.ts";
import { t, translate } from "../text/messages.ts";

/** An option, and the type of its value. */
export interface Option<T> {
  /** Its effect, in one line of the help. */
  readonly summary: string;
  /** Its one-letter name. */
  readonly short?: string;
  /** The word for its value in the help (`SECONDS`), or `null` for an option without a value. */
  readonly value: string | null;
  /** The values it may have, where these are few. */
  readonly choices?: readonly string[];
  /** Whether it may be given several times; then `T` is an array. */
  readonly repeated: boolean;
  /**
   * Given where the value may be left out: whether a word behind the option is its value, and no
   * operand. A value that is left out is read as the empty text.
   */
  readonly takes?: (word: string) => boolean;
  /** Returns the value for the texts given, none if the option was left out. */
  readonly read: (texts: readonly string[]) => T;
}

/** The options of a command by their names in code: `connectTimeout` is typed as `--connect-timeout`. */
export type Options = Readonly<Record<string, Option<unknown>>>;

/** The values of options after parsing. */
export type Values<O extends Options> = {
  readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never;
};

/** Keys of options by the purpose that these have in common. */
export type OptionGroups<O extends Options> = Readonly<
  Record<string, readonly (keyof O & string)[]>
>;

/** An argument that is no option. */
export interface Operand {
  /** Its name in the help: `ENDPOINT`. */
  readonly name: string;
  /** Its meaning, in one line of the help. */
  readonly summary: string;
  /** Whether the command needs it. */
  readonly required?: boolean;
  /** Whether there may be several; only the last operand can be repeated. */
  readonly repeated?: boolean;
}

/** An example in the help and in docs/reference.md. */
export interface Example {
  /** The command line, as typed in a shell. */
  readonly line: string;
  /** Its effect, in one line. */
  readonly says: string;
}

/** A field of a command's JSON output. */
export interface JsonField {
  /** Its name; fields of inner objects as `outer.inner`. */
  readonly name: string;
  /** Its type, in the words of JSON. */
  readonly type: string;
  /** Its meaning, with its unit. */
  readonly says: string;
}

/** The meaning of a command line. */
export interface Invocation<O extends Options> {
  /** The value of each option. */
  readonly options: Values<O>;
  /** The operands in order. */
  readonly operands: readonly string[];
  /** The words behind `--`, if the command takes another program's command line there. */
  readonly behind: readonly string[];
}

/** A command: everything that a user can see of it, and the function that runs it. */
export interface Command<O extends Options = Options> {
  /** The word that the user types. */
  readonly name: string;
  /** Its behaviour, in paragraphs. */
  readonly description: readonly string[];
  /** The operands in order. */
  readonly operands: readonly Operand[];
  /** The command line of another program, which may stand behind `--`. */
  readonly behind?: Operand;
  /** The options in the order in which help prints them. */
  readonly options: O;
  /** The options by their purpose, under the words that help prints above them. */
  readonly groups?: OptionGroups<O>;
  /** Examples, the most useful first. */
  readonly examples: readonly Example[];
  /** The Deno permissions that it needs instead of `-A`. */
  readonly permissions: readonly string[];
  /** Resolves to the fields of `--json`, where the command has it; loaded for help only. */
  fields?(): Promise<readonly JsonField[]>;
  /** Resolves to what is typed here out of habit; loaded for an error only. */
  habits?(): Promise<Habits>;
  /** Returns the operands as `check` and `run` take them: `HOST PORT` as `HOST:PORT`. */
  joinOperands?(operands: readonly string[]): readonly string[];
  /** Refuses what cannot be asked for, and does nothing else; `run` begins with the same. */
  check?(invocation: Invocation<O>): unknown;
  /** Does the command's work. Resolves to the exit code, 0 if to nothing. */
  run(invocation: Invocation<O>, io: Io): Promise<number | void>;
}

/** Returns its argument; the types of the options in `run` come from their declaration. */
export function command<const O extends Options>(spec: Command<O>): Command<O> {
  return spec;
}

/** The declaration of an option with a value. */
export interface OptionSpec<T> {
  /** The word for the value in the help. */
  readonly value: string;
  /** Its effect, in one line of the help. */
  readonly summary: string;
  /** Its one-letter name. */
  readonly short?: string;
  /** The values it may have, where these are few. */
  readonly choices?: readonly string[];
  /** Returns the value that a text means, or throws a `ParseError`. */
  readonly parse: (text: string) => T;
}

/** Declares an option without a value: given or not. */
export function flag(summary: string, short?: string): Option<boolean> {
  return {
    summary,
    ...(short === undefined ? {} : { short }),
    value: null,
    repeated: false,
    read: (texts) => texts.length > 0,
  };
}

/** Declares an option with a value; without the option it is `fallback`. */
export function option<T, const F>(spec: OptionSpec<T>, fallback: F): Option<T | F> {
  const { parse, ...rest } = spec;
  return {
    ...rest,
    repeated: false,
    read: (texts) => texts.length === 0 ? fallback : parse(texts.at(-1)!),
  };
}

/**
 * Declares an option whose value may be left out: without the value it is `bare`, without the option
 * `fallback`.
 *
 * @param takes Whether the word behind the option is its value; if not, it is an operand.
 */
export function optionalValue<T, const F>(
  spec: OptionSpec<T> & { readonly bare: T; readonly takes: (word: string) => boolean },
  fallback: F,
): Option<T | F> {
  const { bare, takes, parse, ...rest } = spec;
  const read = (text: string) => text === "" ? bare : parse(text);
  return { ...option<T, F>({ ...rest, parse: read }, fallback), takes };
}

/** Declares an option that may be given several times. */
export function repeated<T>(spec: OptionSpec<T>): Option<readonly T[]> {
  const { parse, ...rest } = spec;
  return { ...rest, repeated: true, read: (texts) => texts.map(parse) };
}

/** Returns `text`, whatever it is. */
export function anyText(text: string): string {
  return text;
}

/**
 * Returns the number that `text` means; `what` it counts, with an article, is for the error.
 *
 * @throws {ParseError} For anything but 1 to 999,999,999 in digits.
 */
export function parseCount(text: string, what: string = t`a number of connections`): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new ParseError(what, text, t`write 1 or more in digits`);
}

/**
 * Returns the milliseconds in a number of seconds: `10`, `0.5`, `2s` or `500ms`.
 *
 * @throws {ParseError} For anything else, and for more than 24 days (the longest timer, 2^31 ms).
 */
export function parseSeconds(text: string): number {
  const match = text.match(/^(\d+(?:\.\d+)?)(s|ms)?$/);
  if (!match) {
    const minutes = text.match(/^(\d{1,4})m(?:in)?$/)?.[1];
    throw new ParseError(t`a time`, text, t`a time is a number of seconds`, {
      hint: minutes ? t`write ${60 * Number(minutes)}` : t`the forms are 10, 0.5, 2s and 500ms`,
    });
  }
  const milliseconds = Number(match[1]) * (match[2] === "ms" ? 1 : 1000);
  if (milliseconds >= 2 ** 31) {
    throw new ParseError(t`a time`, text, t`it is more than 24 days`);
  }
  return milliseconds;
}

/** Declares `--NAME SECONDS`; the value is in milliseconds. */
export function seconds<const F extends number | null>(
  summary: string,
  fallback: F,
  short?: string,
): Option<number | F> {
  return option({
    value: "SECONDS",
    summary,
    ...(short === undefined ? {} : { short }),
    parse: parseSeconds,
  }, fallback);
}

/** Declares `--port PORT`. */
export function port<const F extends number | null>(
  summary: string,
  fallback: F,
): Option<number | F> {
  return option({ value: "PORT", summary, short: "p", parse: parsePortOrName }, fallback);
}

/** Declares an option with one of a few values. */
export function choice<const T extends string, const F extends NoInfer<T> | null>(
  value: string,
  summary: string,
  choices: readonly T[],
  fallback: F,
): Option<T | F> {
  return option({
    value,
    summary,
    choices,
    parse(text: string): T {
      const found = choices.find((each) => each === text);
      if (found !== undefined) return found;
      const noun = translate(value.toLowerCase());
      const what = /^[aeiou]/i.test(value) ? t`an ${noun}` : t`a ${noun}`;
      throw new ParseError(what, text, t`choose ${choices.join(", ")}`, { names: choices });
    },
  }, fallback);
}

/** The forms of a log, as `--log` takes them. */
export const LOG_FORMS = ["text", "json", "none"] as const;

/** One of `LOG_FORMS`. */
export type LogForm = typeof LOG_FORMS[number];

/** Returns the name of an option as it is typed: `connectTimeout` gives `connect-timeout`. */
export function optionName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Returns the name in JSON of a field: `bytesIn` is `bytes_in`. */
export function jsonName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
