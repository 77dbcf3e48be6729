/**
 * Small deliberate bugs, as `deno task mutants` puts them into copies of the sources.
 *
 * @module
 */

/** A bug: a text that stands once in a file, and what stands there instead. */
export interface Mutation {
  /** The file, from the project's folder. */
  readonly file: string;
  /** The text that is replaced; it stands there once. */
  readonly before: string;
  /** The text of the bug. */
  readonly after: string;
  /** The effect that a user would notice. */
  readonly felt: string;
  /** The test files of which one must fail. */
  readonly tests: readonly string[];
  /** Why no test can tell; `null` where one must. */
  readonly survives: string | null;
}

/** A bug as the lists write it: what stands there, what the bug makes of it, what a user would notice. */
export type Change = readonly [before: string, after: string, felt: string, survives?: string];

/** Returns the bugs of one file, which the same `tests` must find. */
export function mutationsOf(
  file: string,
  tests: readonly string[],
  changes: readonly Change[],
): Mutation[] {
  return changes.map(([before, after, felt, survives = null]) => ({
    file,
    before,
    after,
    felt,
    tests,
    survives,
  }));
}

/** Returns `source` with the bug in it, or `null` when the text does not stand there exactly once. */
export function mutated(source: string, { before, after }: Mutation): string | null {
  const at = source.indexOf(before);
  if (at === -1 || source.indexOf(before, at + 1) !== -1) return null;
  return source.slice(0, at) + after + source.slice(at + before.length);
}
