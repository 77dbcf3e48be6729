/**
 * Any character, for property tests of what takes text.
 *
 * @module
 */
import fc from "fast-check";

/**
 * A character of Unicode, surrogates left out; every third one is ASCII, most others are rare. It is what
 * fast-check calls the unit "binary", which takes ten seconds to make its table.
 */
export const codePoint: fc.Arbitrary<string> = fc.oneof(
  fc.integer({ min: 0, max: 0x7f }),
  fc.integer({ min: 0, max: 0xffff - 0x800 }),
  fc.integer({ min: 0, max: 0x10ffff - 0x800 }),
).map((number) => String.fromCodePoint(number < 0xd800 ? number : number + 0x800));
