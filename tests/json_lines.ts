/**
 * JSON output in tests: an object a line.
 *
 * @module
 */

/** Returns the objects of `text`, one from each line. */
export function jsonLines<T>(text: string): T[] {
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as T);
}
