/**
 * The words of the page in English and Chinese, and the choice between them.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { keepLanguage } from "../page/language.js";
import {
  counted,
  t,
  translate as translated,
  translateIn,
  useCatalogue,
} from "../../text/messages.ts";
import { ENGLISH } from "./english.ts";
import { CHINESE } from "./texts.ts";

/** A language of the page. */
export type Language = "en" | "zh";

/** The key of words. */
export type Key = keyof typeof ENGLISH;

/** Speaks another language from now on, also the next time. */
export function speak(next: Language): void {
  useCatalogue(next === "zh" ? CHINESE : null);
  keepLanguage(next);
  document.documentElement.lang = next === "zh" ? "zh-CN" : "en";
  for (const button of document.querySelectorAll<HTMLButtonElement>("#languages button")) {
    button.setAttribute("aria-pressed", `${button.value === next}`);
  }
  for (const each of document.querySelectorAll<HTMLElement>("[data-text]")) {
    each.textContent = translate(each.dataset.text as Key);
  }
  for (
    const [data, attribute] of [["label", "aria-label"], ["title", "title"], [
      "hint",
      "placeholder",
    ]]
  ) {
    for (const each of document.querySelectorAll<HTMLElement>(`[data-${data}]`)) {
      each.setAttribute(attribute!, translate(each.dataset[data!] as Key));
    }
  }
}

/** Returns the words of a key. */
export function translate(key: Key): string {
  return translateIn("page of trace", ENGLISH[key]);
}

/** Returns the words of a key with its blanks (`%`) filled in, in order. */
export function fill(key: Key, ...values: readonly (string | number)[]): string {
  let i = 0;
  return translate(key).replace(/%/g, () => `${values[i++]}`);
}

/** Returns how a connection ended, which a recording says in English, in the language of the page. */
export function verdictOf(english: string): string {
  const [, closed, by, side] = english.match(
    /^((?:half )?closed) (by (?:the (client|server)|both ends at once|its only end))$/,
  ) ?? [];
  if (closed !== undefined) {
    const words = side === undefined ? translated(by!) : t`by the ${translated(side)}`;
    return closed === "closed" ? t`closed ${words}` : t`half closed ${words}`;
  }
  const [, end] = english.match(/^reset by the (client|server)$/) ?? [];
  if (end !== undefined) return t`reset by the ${translated(end)}`;
  const [, tried] = english.match(/^no answer to (\d+) SYNs?$/) ?? [];
  if (tried !== undefined) return t`no answer to ${counted(Number(tried), "SYN", "SYNs")}`;
  return translated(english);
}
