/**
 * A number or a word in the text of a command, for what its `--json` does not have.
 *
 * @module
 */

/** Returns the first group of `pattern` in the text of a command; throws where that is not in it. */
export function found(text: string, pattern: RegExp): string {
  const match = text.match(pattern);
  if (match === null) throw new Error(`no ${pattern} in ${text}`);
  return match[1]!;
}
