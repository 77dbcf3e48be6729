/**
 * The error of every parser: what was read, what is wrong with it, and where.
 *
 * @module
 */

/** What a `ParseError` may say beyond the reason. */
export interface ParseErrorDetails {
  /** Where in the input the trouble is: start and end as string indices. The whole input if left out. */
  readonly at?: readonly [start: number, end: number];
  /** What to write instead, as a sentence for the user. */
  readonly hint?: string;
}

/** Thrown by parsers for text that does not mean what it should. */
export class ParseError extends SyntaxError {
  /** The class, as it is told apart by name. */
  override readonly name = "ParseError";
  /** The text given to the parser. */
  readonly input: string;
  /** What is wrong with it. */
  readonly reason: string;
  /** Start and end of the trouble in `input`, as string indices. */
  readonly at: readonly [start: number, end: number];
  /** What to write instead, or `null`. */
  readonly hint: string | null;

  /** Makes the error `"INPUT" is not WHAT: REASON`, for example with `what` "an IPv4 address". */
  constructor(what: string, input: string, reason: string, details: ParseErrorDetails = {}) {
    super(`"${shorten(input)}" is not ${what}: ${reason}`);
    this.input = input;
    this.reason = reason;
    this.at = details.at ?? [0, input.length];
    this.hint = details.hint ?? null;
  }
}

/** Input as it is quoted in a message: a megabyte of it would help nobody. */
function shorten(input: string): string {
  return input.length <= 80 ? input : `${input.slice(0, 79)}…`;
}
