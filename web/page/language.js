/**
 * The choice of a language, which the page of `serve` and that of `trace` have in common.
 *
 * @module
 */
// @ts-check
/// <reference lib="dom" />

/** The name under which a browser keeps the language that was chosen. */
const KEY = "netkit-language";

/** Returns the language that was chosen before, or that of the browser, if the page knows it. @returns {"en" | "zh"} */
export function usualLanguage() {
  try {
    const kept = localStorage.getItem(KEY);
    if (kept === "en" || kept === "zh") return kept;
  } catch {
    // This browser keeps nothing: the choice lasts as long as the page.
  }
  const known = (navigator.languages ?? []).find((each) => /^(en|zh)\b/.test(each));
  return known?.startsWith("zh") ? "zh" : "en";
}

/** Keeps a language for the next time that a page is opened. @param {string} language */
export function keepLanguage(language) {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // As above.
  }
}
