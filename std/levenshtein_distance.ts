/**
 * `levenshteinDistance` of `@std/text/levenshtein-distance`.
 *
 * @module
 */
import { levenshteinDistance as untyped } from "deno-std/text/levenshtein_distance.js";

/** Returns how many insertions, deletions and substitutions lead from one text to the other. */
export const levenshteinDistance: (str1: string, str2: string) => number = untyped;
