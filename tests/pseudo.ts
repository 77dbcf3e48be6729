/**
 * A language that exists only in tests: English in letters of double width. What is not a message, or is laid
 * out by the number of its characters, shows.
 *
 * @module
 */
import { keyOf } from "../tasks/catalogue.ts";
import { allMessages } from "../tasks/messages.ts";
import { type Catalogue, useCatalogue } from "../text/messages.ts";
import chinese from "../text/zh_CN.json" with { type: "json" };

const NAMES =
  /\{\w+\}|(?<![\w-])--?[a-z][\w-]*|\b[a-z0-9]+[._][\w.]+|\b[A-Z][A-Z0-9_-]+\b|netkit [a-z]+/g;

/** Returns `text` with letters of double width, but for names, which are the same in all languages. */
function pseudo(text: string): string {
  let done = "";
  let from = 0;
  const wide = (part: string) =>
    part.replace(/[A-Za-z]/g, (each) => String.fromCharCode(each.charCodeAt(0) + 0xfee0));
  for (const match of text.matchAll(NAMES)) {
    done += wide(text.slice(from, match.index)) + match[0];
    from = match.index + match[0].length;
  }
  return done + wide(text.slice(from));
}

const CATALOGUE: Catalogue = {
  language: "en-x-pseudo",
  messages: Object.fromEntries((await allMessages()).map((message) => {
    const numbered = (text: string) =>
      (message.places ?? []).reduce(
        (sum, name, i) => sum.replace(`{${name}}`, `{${i}}`),
        pseudo(text),
      );
    const { id, plural } = message;
    return [keyOf(message), plural === undefined ? numbered(id) : [numbered(id), numbered(plural)]];
  })),
};

/** Resolves to what `print` returns in the pseudo-language. */
export async function inPseudo<T>(print: () => T | Promise<T>): Promise<T> {
  useCatalogue(CATALOGUE);
  try {
    return await print();
  } finally {
    useCatalogue(null);
  }
}

/** Resolves to what `work` does while `--lang zh` means the pseudo-language. */
export async function asChinese<T>(work: () => Promise<T>): Promise<T> {
  const kept = { ...chinese };
  Object.assign(chinese, CATALOGUE);
  try {
    return await work();
  } finally {
    Object.assign(chinese, kept);
    useCatalogue(null);
  }
}

/** Two English words that follow each other: a text that is no message. */
export const WORDS = /(?!\b[a-f]+ )\b[a-z]{2,} [a-z]{2,}/;
