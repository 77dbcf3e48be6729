/**
 * `parseArgs` of `@std/cli/parse-args`, with the types of the options that netkit uses.
 *
 * @module
 */
import { parseArgs as untyped } from "deno-std/cli/parse_args.js";

/** What `parseArgs` is told about the options of a command. */
export interface ParseOptions {
  /** Options without a value. */
  readonly boolean?: readonly string[];
  /** Options whose value stays text; `_` keeps operands text, too. */
  readonly string?: readonly string[];
  /** Options that may be given more than once: their values come as an array. */
  readonly collect?: readonly string[];
  /** Boolean options that `--no-NAME` sets to false. */
  readonly negatable?: readonly string[];
  /** Other names of an option. */
  readonly alias?: Readonly<Record<string, string>>;
  /** Keep what stands behind `--` apart, under the key `--`. */
  readonly "--"?: boolean;
  /** Called for each operand (without `key`) and each unknown option; `false` drops it. */
  readonly unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** The result: operands in `_`, what stands behind `--`, and a key for each option. */
export interface ParsedArgs {
  /** The operands in order. */
  readonly _: readonly (string | number)[];
  /** What stands behind `--`. */
  readonly "--"?: readonly string[];
  /** The value of each option. */
  readonly [key: string]: unknown;
}

/** Splits command line arguments into options and operands. */
export const parseArgs: (args: string[], options?: ParseOptions) => ParsedArgs = untyped;
