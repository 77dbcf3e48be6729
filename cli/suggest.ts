/**
 * Proposals for mistyped names: "did you mean".
 *
 * @module
 */
import { levenshteinDistance } from "@std/text/levenshtein-distance";
import { t } from "../text/messages.ts";

/**
 * Returns the name that `given` is a slip of, or `null`: at most a third of its letters differ, at
 * least one. Of a short name none differs: two may have changed places, or one is left out or typed
 * twice, because `--kill` is not `--all`.
 */
export function nearest(given: string, names: readonly string[]): string | null {
  if (given === "" || given.length > 40) return null; // no slip of the fingers
  const letters = given.replace(/^-+/, "").length;
  let best: string | null = null;
  let least = Math.max(1, Math.floor(letters / 3)) + 1;
  for (const name of names) {
    const [a, b] = [given.toLowerCase(), name.toLowerCase()];
    const distance = letters > SHORT || sameLetters(a, b) ? slips(a, b) : Infinity;
    if (distance < least) {
      best = name;
      least = distance;
    }
  }
  return best;
}

/** The most letters of a name in which a changed letter makes another word. */
const SHORT = 4;

/** Whether `given` has the letters of `name` in any order, or in order with one more or less. */
function sameLetters(given: string, name: string): boolean {
  if (given.length === name.length) {
    return [...given].sort().join("") === [...name].sort().join("");
  }
  return Math.abs(given.length - name.length) === 1; // then a distance of 1 is no changed letter
}

/** Returns the hint `did you mean NAME?`, or `null`. */
export function didYouMean(given: string, names: readonly string[]): string | null {
  const name = nearest(given, names);
  return name === null ? null : t`did you mean ${name}?`;
}

/** Returns how many slips lead from `name` to `given`; two letters that changed places are one. */
function slips(given: string, name: string): number {
  const at = name.split("").findIndex((letter, i) => given[i] !== letter);
  const swapped = name.slice(0, at) + name[at + 1] + name[at] + name.slice(at + 2);
  return at !== -1 && given === swapped ? 1 : levenshteinDistance(given, name);
}
