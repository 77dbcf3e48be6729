/**
 * The results of a bench: the raw figures of each run, and medians and ratios of them.
 *
 * @module
 */

/** The figures of one run, by name; `null` is "there is none". */
export type Sample = Readonly<Record<string, number | null>>;

/** One measurement of one server. */
export interface Run {
  /** The name of its scenario. */
  readonly scenario: string;
  /** The name of the server. */
  readonly server: string;
  /** Its round, from 1. */
  readonly round: number;
  /** The figures, or `null`. */
  readonly sample: Sample | null;
  /** Why nothing was found, or `null`. */
  readonly error: string | null;
}

/** Something that is left out, and why. */
export interface Missing {
  /** The name of a server or scenario. */
  readonly name: string;
  /** Why it is not there. */
  readonly reason: string;
}

/** The results of a bench; `--json` writes this. */
export interface Results {
  /** When it began, in UTC (RFC 3339). */
  readonly date: string;
  /** The description of the machine: pairs of a title and a text. */
  readonly machine: Readonly<Record<string, string>>;
  /** The servers and their versions. */
  readonly servers: Readonly<Record<string, string>>;
  /** The servers and scenarios that are left out. */
  readonly missing: readonly Missing[];
  /** The server that is compared with the others. */
  readonly subject: string;
  /** The number of rounds. */
  readonly rounds: number;
  /** Everything that was measured, in order. */
  readonly runs: readonly Run[];
}

/** Several values of one figure. */
export interface Spread {
  /** The value in the middle. */
  readonly median: number;
  /** The least. */
  readonly min: number;
  /** The greatest. */
  readonly max: number;
  /** The number of values. */
  readonly count: number;
}

/** Returns how `values` are spread, or `null` if there are none. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1
    ? sorted[middle]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)!, count: sorted.length };
}

/** Returns the values of a figure of a server, by round. */
function valuesOf(runs: readonly Run[], server: string, key: string): Map<number, number> {
  const values = new Map<number, number>();
  for (const run of runs) {
    const value = run.server === server ? run.sample?.[key] : null;
    if (typeof value === "number") values.set(run.round, value);
  }
  return values;
}

/** Returns the spread of a figure of a server over the rounds of `runs`, which are of one scenario. */
export function figureOf(runs: readonly Run[], server: string, key: string): Spread | null {
  return spreadOf([...valuesOf(runs, server, key).values()]);
}

/**
 * Returns the spread of `subject`'s figure divided by `other`'s. Each ratio is one of the same round:
 * the two were measured within seconds of each other, so changes of the machine's speed cancel out.
 */
export function ratioOf(
  runs: readonly Run[],
  { subject, other, key }: {
    readonly subject: string;
    readonly other: string;
    readonly key: string;
  },
): Spread | null {
  const others = valuesOf(runs, other, key);
  const ratios: number[] = [];
  for (const [round, value] of valuesOf(runs, subject, key)) {
    const divisor = others.get(round);
    if (divisor !== undefined && divisor > 0) ratios.push(value / divisor);
  }
  return spreadOf(ratios);
}
