/**
 * Command lines of a lesson: the ways in which they are run, and what comes of them.
 *
 * @module
 */

/** The end of a command: its exit code and its output. */
export interface Ran {
  /** Its exit code. */
  readonly code: number;
  /** Its standard output. */
  readonly out: string;
  /** Its standard error. */
  readonly err: string;
}

/** A server that a step has started. */
export interface Server {
  /** Its port. */
  readonly port: number;
  /** Resolves when its log matches `pattern`, to what it matched; rejects when it ends without. */
  readonly says: (pattern: RegExp) => Promise<RegExpMatchArray>;
  /** Ends it as Ctrl-C does; resolves to its log. */
  readonly end: () => Promise<string>;
}

/** The ways in which a command line is run and shown. */
export interface Line {
  /** The text on its standard input; shown as `printf TEXT |` in front. */
  readonly input?: string;
  /** Whether nothing of it is shown. */
  readonly quiet?: boolean;
  /** The number of lines that are shown, as by `head`; all if not given. */
  readonly head?: number;
  /** The number of lines that are shown, as by `tail`; all if not given. */
  readonly tail?: number;
  /** The output after which it is ended as Ctrl-C does; if not given, it ends by itself. */
  readonly until?: RegExp;
}

/** Returns what stands behind a command line of which only a part of the output is shown. */
export function cutOf({ head, tail }: Line): string {
  return head !== undefined ? ` | head -n ${head}` : tail !== undefined ? ` | tail -n ${tail}` : "";
}

/** Returns the part of an output that is shown. */
export function partOf(output: string, { head, tail }: Line): string {
  const lines = output.split("\n").slice(0, head);
  return (tail === undefined ? lines : lines.slice(-tail - 1)).join("\n"); // the last line feed ends no line
}
