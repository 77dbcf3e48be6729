/**
 * `unicodeWidth` of `@std/cli/unicode-width`.
 *
 * @module
 */
import { unicodeWidth as untyped } from "deno-std/cli/unicode_width.js";

/** Returns how many columns `str` takes on a terminal; Chinese characters take two. */
export const unicodeWidth: (str: string) => number = untyped;
