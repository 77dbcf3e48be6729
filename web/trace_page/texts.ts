/**
 * The words of a rung in each language of the page, made when it comes.
 *
 * @module
 */
import type { Step } from "../../tcp/connection.ts";
import { type Catalogue, inEnglish, inLanguage } from "../../text/messages.ts";
import { type RungText, textOf } from "./rung_text.ts";
import chinese from "./zh_CN.json" with { type: "json" };

/** The messages of the page, and of what it shares with the terminal, in Chinese. */
export const CHINESE: Catalogue = chinese;

/** The words of a rung by language. */
export interface RungTexts {
  /** In English. */
  readonly en: RungText;
  /** In Chinese. */
  readonly zh: RungText;
}

/** Returns the words of a rung in each language; every character in them can be shown. */
export function textsOf(step: Step): RungTexts {
  return { en: inEnglish(() => textOf(step)), zh: inLanguage(CHINESE, () => textOf(step)) };
}
