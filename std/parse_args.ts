/**
 * `parseArgs` of `@std/cli/parse-args`, with the types of the options that netkit uses.
 *
 * The map of `std/`, faces with types for the modules of the standard library, which come from npm
 * without types; the import map in deno.json sends `@std/…` here. A file has the name of its module:
 *
 *     abortable.ts, delay.ts     waiting
 *     assert.ts                  assertions of tests
 *     colors.ts                  styles of a terminal
 *     concat.ts                  bytes
 *     levenshtein_distance.ts    the distance of two words
 *     parse_args.ts              command line arguments
 *     text_line_stream.ts        lines
 *     unicode_width.ts           columns of characters
 *
 * @module
 */
import { parseArgs as untyped } from "deno-std/cli/parse_args.js";

/** The options of a command, as `parseArgs` takes them. */
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
  /** Whether the words behind `--` are kept apart, under the key `--`. */
  readonly "--"?: boolean;
  /** Called for each operand (without `key`) and each unknown option; `false` drops it. */
  readonly unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** The result: operands in `_`, the words behind `--`, and a key for each option. */
export interface ParsedArgs {
  /** The operands in order. */
  readonly _: readonly (string | number)[];
  /** The words behind `--`. */
  readonly "--"?: readonly string[];
  /** The value of each option. */
  readonly [key: string]: unknown;
}

/** Splits command line arguments into options and operands. */
export const parseArgs: (args: string[], options?: ParseOptions) => ParsedArgs = untyped;
