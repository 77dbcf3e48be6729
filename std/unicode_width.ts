/**
 * `unicodeWidth` of `@std/cli/unicode-width`. The npm package of the standard library lacks its
 * table, so `npm:string-width` measures instead.
 *
 * @module
 */
import stringWidth from "string-width";

/** Returns how many columns `str` takes on a terminal; Chinese characters take two. */
export function unicodeWidth(str: string): number {
  return stringWidth(str);
}
