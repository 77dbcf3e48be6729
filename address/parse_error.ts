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
    super(`"${input}" is not ${what}: ${reason}`);
    this.input = input;
    this.reason = reason;
    this.at = details.at ?? [0, input.length];
    this.hint = details.hint ?? null;
  }
}
