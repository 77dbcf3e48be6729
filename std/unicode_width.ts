/**
 * `unicodeWidth` of `@std/cli/unicode-width`. The npm package of the standard library lacks its
 * table, so the tables of `npm:get-east-asian-width` serve instead.
 *
 * @module
 */
import { eastAsianWidth } from "get-east-asian-width";

/** Whether it is a mark that stands on or inside the character before it, or a format character. */
function hasNoWidth(character: string): boolean {
  return /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]$/u.test(character); // a constant takes 0.3 ms at each start
}

/** Whether it is an arrow, a line or a shape of drawings, which takes one column: most of them are these. */
function isLine(codePoint: number): boolean {
  return (codePoint >= 0x2190 && codePoint <= 0x2311) ||
    (codePoint >= 0x2500 && codePoint <= 0x25fc) || (codePoint >= 0x20 && codePoint < 0x7f);
}

/** Returns how many columns `str` takes on a terminal; Chinese characters take two. */
export function unicodeWidth(str: string): number {
  let columns = 0;
  for (const character of str) {
    const codePoint = character.codePointAt(0)!;
    if (isLine(codePoint)) {
      columns++;
      continue;
    }
    const control = codePoint < 0x20 || (codePoint >= 0x7f && codePoint < 0xa0);
    if (!control && !hasNoWidth(character)) columns += eastAsianWidth(codePoint);
  }
  return columns;
}
