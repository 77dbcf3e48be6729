/**
 * Proposals for mistyped names: "did you mean".
 *
 * @module
 */
import { levenshteinDistance } from "@std/text/levenshtein-distance";

/**
 * Returns the name that `given` is a slip of, or `null`: at most a third of its letters differ, at
 * least one.
 */
export function nearest(given: string, names: readonly string[]): string | null {
  if (given === "" || given.length > 40) return null; // no slip of the fingers
  let best: string | null = null;
  let least = Math.max(1, Math.floor(given.length / 3)) + 1;
  for (const name of names) {
    const distance = slips(given.toLowerCase(), name.toLowerCase());
    if (distance < least) {
      best = name;
      least = distance;
    }
  }
  return best;
}

/** Returns the hint `did you mean NAME?`, or `null`. */
export function didYouMean(given: string, names: readonly string[]): string | null {
  const name = nearest(given, names);
  return name === null ? null : `did you mean ${name}?`;
}

/** Returns how many slips lead from `name` to `given`; two letters that changed places are one. */
function slips(given: string, name: string): number {
  const at = name.split("").findIndex((letter, i) => given[i] !== letter);
  const swapped = name.slice(0, at) + name[at + 1] + name[at] + name.slice(at + 2);
  return at !== -1 && given === swapped ? 1 : levenshteinDistance(given, name);
}
