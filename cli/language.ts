/**
 * The language of messages: `--lang`, `NETKIT_LANG`, or the locale.
 *
 * It is read before the command line is parsed, so that errors and help obey it.
 *
 * @module
 */
import { type Catalogue, type Language, LANGUAGES, t, useCatalogue } from "../text/messages.ts";
import { UserError } from "./errors.ts";
import { type Io, speaksUnicode } from "./io.ts";

/** The languages beside English, and their catalogues: loaded only when they are spoken. */
const CATALOGUES: Readonly<Record<Exclude<Language, "en">, () => Promise<Catalogue>>> = {
  zh: async () => (await import("../text/zh_CN.json", { with: { type: "json" } })).default,
};

/** Makes all messages come in `language` from now on. Only another language than English loads anything. */
export async function speak(language: Language): Promise<void> {
  useCatalogue(language === "en" ? null : await CATALOGUES[language]());
}

/** The option, which any command line may have. */
const OPTION = "--lang";

/**
 * Makes netkit speak the language that is asked for: by `--lang`, else by `NETKIT_LANG`, else by the
 * locale; in English where the locale has no characters but those of ASCII, unless by `--lang`.
 *
 * @returns The arguments without `--lang` and its value.
 * @throws {UserError} If `--lang` has no value, or one that is no language of netkit's.
 */
export async function chooseLanguage(args: readonly string[], io: Io): Promise<readonly string[]> {
  await speak(localeLanguage(io)); // the language of an error of --lang
  const { value, rest } = takeOption(args);
  if (value === null) return rest;
  const language = languageOf(value);
  if (language === null) {
    throw new UserError(t`${OPTION}: "${value}" is no language of netkit's`, {
      hint: t`choose ${LANGUAGES.join(", ")}`,
    });
  }
  await speak(language);
  return rest;
}

/** Returns the language of the environment. */
function localeLanguage(io: Io): Language {
  if (!speaksUnicode(io)) return "en";
  return languageOf(io.env("NETKIT_LANG") ?? "") ?? languageOf(io.language) ?? "en";
}

/**
 * Returns the language of netkit's that a name of a locale means: `zh`, `zh_TW.UTF-8`, `zh-Hans-CN`. For
 * all Chinese there is one catalogue.
 */
function languageOf(name: string): Language | null {
  const [primary = ""] = name.toLowerCase().split(/[-_.@]/, 1);
  if (primary === "c" || primary === "posix") return "en";
  return LANGUAGES.find((each) => each === primary) ?? null;
}

/** Takes `--lang zh` or `--lang=zh` out of what stands before `--`. */
function takeOption(args: readonly string[]): { value: string | null; rest: readonly string[] } {
  const end = args.indexOf("--");
  const at = args.findIndex((arg, i) =>
    (end === -1 || i < end) && (arg === OPTION || arg.startsWith(`${OPTION}=`))
  );
  if (at === -1) return { value: null, rest: args };
  const isApart = args[at] === OPTION;
  const value = isApart ? args[at + 1] : args[at]!.slice(OPTION.length + 1);
  if (value === undefined || value === "" || value.startsWith("-")) {
    throw new UserError(t`${OPTION} needs a value: ${`${OPTION} LANGUAGE`}`, {
      hint: t`choose ${LANGUAGES.join(", ")}`,
    });
  }
  const rest = args.toSpliced(at, isApart ? 2 : 1);
  const again = takeOption(rest);
  if (again.value !== null) {
    throw new UserError(t`${OPTION} is given twice`, { hint: t`leave one of them out` });
  }
  return { value, rest };
}
