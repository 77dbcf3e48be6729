/**
 * `unicodeWidth` of `@std/cli/unicode-width`. The npm package of the standard library lacks its
 * table, so the tables of `npm:get-east-asian-width` serve instead.
 *
 * @module
 */
import { eastAsianWidth } from "get-east-asian-width";

/** Marks that stand on or inside the character before them, and format characters. */
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]$/u;

/** Returns how many columns `str` takes on a terminal; Chinese characters take two. */
export function unicodeWidth(str: string): number {
  let columns = 0;
  for (const character of str) {
    const codePoint = character.codePointAt(0)!;
    const control = codePoint < 0x20 || (codePoint >= 0x7f && codePoint < 0xa0);
    if (!control && !ZERO_WIDTH.test(character)) columns += eastAsianWidth(codePoint);
  }
  return columns;
}
