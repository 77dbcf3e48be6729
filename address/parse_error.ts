/**
 * The error of every parser: the input, the fault in it, and its place.
 *
 * @module
 */
import { t, translate } from "../text/messages.ts";

/** The details of a `ParseError` beside its reason. */
export interface ParseErrorDetails {
  /** The place of the fault: start and end as string indices; the whole input if left out. */
  readonly at?: readonly [start: number, end: number];
  /** Advice for the user, as a sentence without a period: the text to write instead. */
  readonly hint?: string;
  /** The texts that are taken, where they are few: one of them may be meant. */
  readonly names?: readonly string[];
}

/** The error that parsers throw for a text that does not mean what it should. */
export class ParseError extends SyntaxError {
  /** The name of the class, which tells it from others. */
  override readonly name = "ParseError";
  /** The text given to the parser. */
  readonly input: string;
  /** The thing that the text should be, with its article: `an IPv4 address`. */
  readonly what: string;
  /** The fault, without the input. */
  readonly reason: string;
  /** Start and end of the fault in `input`, as string indices. */
  readonly at: readonly [start: number, end: number];
  /** Advice for the user, or `null`. */
  readonly hint: string | null;
  /** The texts that are taken, where they are few; none else. */
  readonly names: readonly string[];

  /** Makes the error `"INPUT" is not WHAT: REASON`, for example with `what` "an IPv4 address". */
  constructor(what: string, input: string, reason: string, details: ParseErrorDetails = {}) {
    super(t`"${shorten(input)}" is not ${translate(what)}: ${reason}`);
    this.input = input;
    this.what = what;
    this.reason = reason;
    this.at = details.at ?? [0, input.length];
    this.hint = details.hint ?? null;
    this.names = details.names ?? [];
  }
}

/** Input as it is quoted in a message: a megabyte of it would help nobody. */
function shorten(input: string): string {
  return input.length <= 80 ? input : `${input.slice(0, 79)}…`;
}

/**
 * Runs `parse` on the part of `whole` at `offset`, and returns its result. A `ParseError` becomes
 * one that says that `whole` is not `what`, with its place in `whole`; its hint is kept.
 */
export function within<T>(what: string, whole: string, offset: number, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const [start, end] = error.at;
    throw new ParseError(what, whole, error.reason, {
      at: [offset + start, offset + end],
      ...(error.hint === null ? {} : { hint: error.hint }),
    });
  }
}

/** Returns how an error names `character`, which may be invisible: `"x"`, `a blank` or `U+200B`. */
export function characterName(character: string): string {
  if (character === " ") return t`a blank`;
  if (/^[!-~]$/.test(character)) return `"${character}"`;
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}
