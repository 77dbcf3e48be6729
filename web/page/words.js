/**
 * The words of the page in English and Chinese.
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { CHINESE } from "./chinese.js";
import { ENGLISH } from "./english.js";
import { usualLanguage } from "./language.js";

/** The words by language and key. */
const WORDS = { en: ENGLISH, zh: CHINESE };

/** The language that is spoken. */
export const translator = {
  /** @type {"en" | "zh"} */
  language: usualLanguage(),

  /** Speaks another language from now on. @param {string} language */
  speak(language) {
    this.language = language === "zh" ? "zh" : "en";
    document.documentElement.lang = this.language === "zh" ? "zh-CN" : "en";
    for (const each of document.querySelectorAll("[data-text]")) {
      each.textContent = translate(/** @type {HTMLElement} */ (each).dataset.text ?? "");
    }
    document.getElementById("message")?.setAttribute("placeholder", translate("placeholder"));
  },
};

/** Returns the words of a key; what is no key, as it is. @param {string} key @returns {string} */
export function translate(key) {
  const words = /** @type {Record<string, string>} */ (WORDS[translator.language]);
  return words[key] ?? key;
}
