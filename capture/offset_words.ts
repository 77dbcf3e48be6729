/**
 * The words for a dump with offsets.
 *
 * @module
 */
import { msg, t, translate } from "../text/messages.ts";
import type { Unit } from "./offset_rows.ts";

const UNIT_WORDS: Readonly<Record<Unit, string>> = {
  hex: msg("a hex dump"),
  swapped: msg("a hex dump of little-endian words"),
  decimal: msg("a dump of decimal bytes"),
  octal: msg("a dump of octal bytes"),
  "octal words": msg("a dump of little-endian words in octal (od)"),
};

/** Returns what a dump with offsets is, in words. */
export function offsetWords(unit: Unit, base: number, start: number): string {
  const words = translate(UNIT_WORDS[unit]);
  const from = start === 0 ? "" : t` from 0x${start.toString(16)} on`;
  switch (base) {
    case 8:
      return t`${words} with octal offsets${from}`;
    case 10:
      return t`${words} with decimal offsets${from}`;
    default:
      return t`${words} with offsets${from}`;
  }
}
