/**
 * Messages in the user's language: English stands in the source where it is read, a catalogue has the
 * others. `deno task messages` finds the messages and keeps the catalogues (po/README.md).
 *
 * @module
 */

/** The messages of one language. */
export interface Catalogue {
  /** The language as a tag of BCP 47: `zh-CN`. */
  readonly language: string;
  /** By its key each message; where it counts something, in the forms of the language's plural. */
  readonly messages: Readonly<Record<string, string | readonly string[]>>;
}

/** A language that netkit speaks, by the name that `--lang` takes. */
export type Language = "en" | "zh";

/** The languages that netkit speaks, by the names that `--lang` takes. */
export const LANGUAGES: readonly Language[] = ["en", "zh"];

/** The catalogue in use; `null` for English. */
let current: Catalogue | null = null;

/** The plural of the language in use: its rules, and its categories in the order of a PO file's forms. */
let plural: { readonly rules: Intl.PluralRules; readonly categories: readonly string[] } | null =
  null;

/** Returns the language in which messages come, as a tag of BCP 47. */
export function languageInUse(): string {
  return current?.language ?? "en";
}

/** Makes all messages come from `catalogue` from now on; `null` is English. */
export function useCatalogue(catalogue: Catalogue | null): void {
  current = catalogue;
  plural = null;
}

/** Returns what `make` makes of English messages, whatever the language in use: for a reader that translates. */
export function inEnglish<T>(make: () => T): T {
  return inLanguage(null, make);
}

/** Returns what `make` makes of the messages of `catalogue`, whatever the language in use; `null` is English. */
export function inLanguage<T>(catalogue: Catalogue | null, make: () => T): T {
  const kept = [current, plural] as const;
  useCatalogue(catalogue);
  try {
    return make();
  } finally {
    [current, plural] = kept;
  }
}

/** The parts of each template without breaks of lines, and its key. */
const TEMPLATES = new WeakMap<
  TemplateStringsArray,
  { readonly parts: readonly string[]; readonly key: string }
>();

function templateOf(strings: TemplateStringsArray) {
  let template = TEMPLATES.get(strings);
  if (template === undefined) {
    const parts = strings.map(onOneLine);
    template = { parts, key: parts.join("{}") };
    TEMPLATES.set(strings, template);
  }
  return template;
}

/** Returns a text of a source on one line: a break and the blanks around it are one blank. */
export function onOneLine(text: string): string {
  if (!text.includes("\n")) return text; // the first match of the pattern takes 0.5 ms
  return text.replace(/(?:(?<! ) +)?\n */g, " "); // a run of blanks is tried from its first one only
}

/**
 * The tag of a message: returns it with its values, in the user's language. A template may stand on
 * several lines, which are one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { t, useCatalogue } from "./messages.ts";
 *
 * const where = "127.0.0.1:80";
 * assertEquals(t`connect to ${where}`, "connect to 127.0.0.1:80");
 * useCatalogue({ language: "zh-CN", messages: { "connect to {}": "连接{0}" } });
 * assertEquals(t`connect to ${where}`, "连接127.0.0.1:80");
 * useCatalogue(null);
 * ```
 */
export function t(strings: TemplateStringsArray, ...values: readonly unknown[]): string {
  return message(templateOf(strings), values, "");
}

/** Returns the tag of messages that need another translation in `context` than elsewhere. */
export function inContext(context: string): typeof t {
  return (strings, ...values) => message(templateOf(strings), values, `${context}\u0004`);
}

function message(
  { parts, key }: { readonly parts: readonly string[]; readonly key: string },
  values: readonly unknown[],
  prefix: string,
): string {
  const found = current === null ? undefined : current.messages[prefix + key];
  if (typeof found === "string") return values.length === 0 ? found : filled(found, values);
  let text = parts[0]!;
  for (let i = 0; i < values.length; i++) text += `${values[i]}${parts[i + 1]}`;
  return text;
}

/** Returns `text` with the values at the places `{0}`, `{1}`, …. */
function filled(text: string, values: readonly unknown[]): string {
  return text.replace(
    /\{(\d+)\}/g,
    (place, i) => Number(i) < values.length ? `${values[i]}` : place,
  );
}

/** Returns a message that stands in a table in English, in the user's language. */
export function translate(text: string): string {
  const found = current === null ? undefined : current.messages[text];
  return typeof found === "string" ? found : text;
}

/** Returns a message in English with a number for its `#`: for a text that `translateNumbered` translates. */
export function numbered(text: string, number: number): string {
  return text.replace("#", `${number}`);
}

/** Returns a message in whose English a number stands for the `#` that it has in the sources. */
export function translateNumbered(text: string): string {
  const [number] = text.match(/\d+(?:\.\d+)?/) ?? [];
  if (number === undefined) return translate(text);
  const key = text.replace(number, "#");
  const found = translate(key);
  return found === key ? translate(text) : found.replace("#", number);
}

/** Returns a message that stands in a table and needs another translation in `context` than elsewhere. */
export function translateIn(context: string, text: string): string {
  const found = current === null ? undefined : current.messages[`${context}\u0004${text}`];
  return typeof found === "string" ? found : text;
}

/**
 * Marks a text in a table as a message, where it stays in English; `translate` is called when it is printed.
 *
 * @returns `text`.
 */
export function msg<const T extends string>(text: T): T {
  return text;
}

/** Returns words as one list in the user's language: in English with `word` before each but the first. */
export function listed(words: readonly string[], word: "and" | "or"): string {
  if (current === null) return words.join(` ${word} `);
  const type = word === "and" ? "conjunction" : "disjunction";
  return new Intl.ListFormat(current.language, { type }).format(words);
}

/** Returns a number and its noun in the user's language: `one` or `other` in English. */
export function counted(n: number | bigint, one: string, other: string): string {
  const found = current === null ? undefined : current.messages[`{} ${one}`];
  if (current === null || !Array.isArray(found)) return `${n} ${n === 1 || n === 1n ? one : other}`;
  plural ??= pluralOf(current.language);
  const at = plural.categories.indexOf(plural.rules.select(Number(n)));
  return filled(found[Math.min(at, found.length - 1)], [n]);
}

function pluralOf(language: string): NonNullable<typeof plural> {
  const rules = new Intl.PluralRules(language);
  const found: readonly string[] = rules.resolvedOptions().pluralCategories;
  const all = ["zero", "one", "two", "few", "many", "other"];
  return { rules, categories: all.filter((each) => found.includes(each)) };
}
