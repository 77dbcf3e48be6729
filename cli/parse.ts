/**
 * From command line arguments to what they mean, by the command's declaration.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { ParseError } from "../address/parse_error.ts";
import { type Command, type Invocation, optionName, type Options, type Values } from "./command.ts";
import { UserError } from "./errors.ts";
import { didYouMean } from "./suggest.ts";

/** Whether `args` ask for help: `-h` or `--help` anywhere before `--`. */
export function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === "-h" || arg === "--help");
}

/**
 * Returns what `args`, the arguments behind the command's name, mean.
 *
 * @throws {UserError} For unknown options, missing values, too many or too few operands, and values
 * that their option refuses.
 */
export function parse<O extends Options>(
  command: Command<O>,
  args: readonly string[],
): Invocation<O> {
  const entries = Object.entries(command.options);
  const names = entries.map(([key]) => optionName(key));
  const flags = entries.filter(([, option]) => option.value === null).map(([key]) =>
    optionName(key)
  );
  rejectValuesOfFlags(args, flags);

  const operands: string[] = [];
  const parsed = parseArgs([...args], {
    boolean: flags,
    string: [...names.filter((name) => !flags.includes(name)), "_"],
    collect: names.filter((name) => !flags.includes(name)),
    alias: Object.fromEntries(
      entries.filter(([, option]) => option.short).map((
        [key, option],
      ) => [optionName(key), option.short!]),
    ),
    "--": true,
    unknown(arg, key, value) {
      if (key !== undefined && !/^-[0-9]/.test(arg)) throw unknownOption(arg, names);
      operands.push(arg); // an operand, or a negative number, whose meaning is for the command to refuse
      if (key !== undefined && typeof value === "string" && !arg.endsWith(value)) {
        operands.push(value);
      }
      return false;
    },
  });
  operands.push(...parsed["--"] ?? []);
  checkOperands(command, operands);

  const values: Record<string, unknown> = {};
  for (const [key, option] of entries) {
    const name = optionName(key);
    const given = parsed[name];
    const texts = option.value === null
      ? (given === true ? [""] : [])
      : (given as string[] | undefined) ?? [];
    if (option.value !== null && texts.includes("")) {
      throw new UserError(`--${name} needs a value: --${name} ${option.value}`);
    }
    try {
      values[key] = option.read(texts);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      throw new UserError(`--${name}: ${error.message}`, { hint: error.hint, cause: error });
    }
  }
  return { options: values as Values<O>, operands };
}

function unknownOption(arg: string, names: readonly string[]): UserError {
  const name = arg.replace(/=.*$/s, "");
  const near = arg.startsWith("--") ? didYouMean(name, names.map((each) => `--${each}`)) : null;
  return new UserError(`unknown option ${name}`, { hint: near });
}

/** `parseArgs` takes `--json=abc` for `--json`; a person meant something else. */
function rejectValuesOfFlags(args: readonly string[], flags: readonly string[]): void {
  for (const arg of args) {
    if (arg === "--") return;
    const match = arg.match(/^--([^=]+)=(.*)$/s);
    if (match && flags.includes(match[1]!) && !["true", "false"].includes(match[2]!)) {
      throw new UserError(`--${match[1]} takes no value`);
    }
  }
}

function checkOperands(command: Command, operands: readonly string[]): void {
  const missing = command.operands[operands.length];
  if (missing?.required) throw new UserError(`${missing.name} is missing: ${missing.summary}`);
  const last = command.operands.at(-1);
  if (!last?.repeated && operands.length > command.operands.length) {
    const extra = operands[command.operands.length];
    throw new UserError(
      last ? `"${extra}" is one operand too many` : `"${extra}": ${command.name} takes no operands`,
    );
  }
}
