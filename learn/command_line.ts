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
  /** The number of lines that are shown, or the last of them, as by `head`; all if not given. */
  readonly head?: number | RegExp;
  /** The first of the lines that are shown, as by `tail`; all if not given. */
  readonly tail?: RegExp;
  /** The output after which it is ended as Ctrl-C does; if not given, it ends by itself. */
  readonly until?: RegExp;
}

/** A part of an output. */
export interface Part {
  /** The words behind the command line that show this part alone. */
  readonly filter: string;
  /** The part. */
  readonly text: string;
}

/** Returns the part of an output that is shown; the number of its lines depends on the width of the terminal. */
export function partOf(output: string, { head, tail }: Line): Part {
  const lines = output.replace(/\n$/, "").split("\n");
  if (head === undefined && tail === undefined) return { filter: "", text: output };
  if (tail !== undefined) {
    const shown = lines.slice(Math.max(0, lines.findIndex((line) => tail.test(line))));
    return { filter: ` | tail -n ${shown.length}`, text: shown.join("\n") };
  }
  const last = typeof head === "number" ? head : lines.findIndex((line) => head!.test(line)) + 1;
  const count = last || lines.length;
  return { filter: ` | head -n ${count}`, text: lines.slice(0, count).join("\n") };
}
