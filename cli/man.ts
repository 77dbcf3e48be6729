/**
 * The manual page of the program, from the commands' values, in the macros of man(7).
 *
 * @module
 */
import { type Option, optionName } from "./command.ts";
import {
  ENVIRONMENT,
  EXIT_CODES,
  HELP_ROW,
  optionGroups,
  optionText,
  permissionsOf,
  PROGRAM_OPTIONS,
  usage,
} from "./help.ts";
import { type DocumentedCommand, operandsOf, type Program } from "./program.ts";
import { SERVICES } from "./services.ts";
import { pieces, wrap } from "../text/layout.ts";
import { languageInUse, t, translate } from "../text/messages.ts";

/** The longest line of text in the source of the page; mandoc finds more than 80 bad style. */
const LINE = 78;

/** Manual pages of programs for similar work. */
const SEE_ALSO = "arp(8), ipcalc(1), nc(1), socat(1), ss(8), tcpdump(8)";

/**
 * Returns the manual page of `program`, in ASCII only, so that it is the same in every locale.
 *
 * @param date The day of the program's version, as YYYY-MM-DD.
 */
export function manPage(program: Program, date: string): string {
  const { name, version, summary, commands } = program;
  const lines = [
    `.TH ${name.toUpperCase()} 1 "${date}" "${name} ${version}" "${roff(t`User Commands`)}"`,
    // Chinese is not stretched to the right margin: between its characters are no blanks.
    ...(languageInUse() === "en" ? [] : [".ad l"]),
    `.SH ${roff(t`NAME`)}`,
    `${name} \\- ${roff(translate(summary))}`,
    `.SH ${roff(t`SYNOPSIS`)}`,
    ...[
      `${name} COMMAND [OPTION]... [OPERAND]...`,
      ...SERVICES.map(([service]) => `${name} ${service}`),
    ].flatMap((line, i) => [...(i === 0 ? [] : [".br"]), synopsis(line)]),
    `.SH ${roff(t`COMMANDS`)}`,
    ...commands.flatMap(({ name, summary }) => item(bold(name), summary)),
    ...SERVICES.flatMap(([service, summary]) => item(synopsis(service), summary)),
    `.SH ${roff(t`OPTIONS`)}`,
    ...PROGRAM_OPTIONS.flatMap(([option, summary]) => item(bold(option), summary)),
    ...commands.flatMap((command) => section(program, command)),
    `.SH ${roff(t`EXIT STATUS`)}`,
    ...EXIT_CODES.flatMap(([code, summary]) => item(bold(code), summary)),
    `.SH ${roff(t`ENVIRONMENT`)}`,
    ...ENVIRONMENT.flatMap(([variable, summary]) => item(bold(variable), summary)),
    `.SH ${roff(t`SEE ALSO`)}`,
    SEE_ALSO,
  ];
  return `${lines.join("\n")}\n`;
}

/** Returns the section about one command. */
function section(program: Program, command: DocumentedCommand): string[] {
  const { name, description, examples, json } = command;
  return [
    `.SH ${`${program.name} ${name}`.toUpperCase()}`,
    synopsis(usage(program, command)),
    ...description.flatMap((paragraph) => [".PP", ...text(translate(paragraph))]),
    ...part(t`Operands`, operandsOf(command).map((each) => item(italic(each.name), each.summary))),
    ...part(t`Options`, [
      ...optionGroups(command).flatMap(([purpose, entries]) => {
        const items = entries.map(([key, each]) => item(label(key, each), optionText(each)));
        return purpose === null
          ? [...items, item(`${bold("-h")}, ${bold("--help")}`, HELP_ROW[1])]
          : [[".PP", ...text(t`${translate(purpose)}:`)], ...items];
      }),
    ]),
    ...part(t`Examples`, examples.map((each) => item(bold(each.line), each.says))),
    ...part(
      t`Fields in JSON`,
      json.map((each) => item(bold(each.name), t`${each.type}: ${translate(each.says)}`)),
    ),
    ...part(t`Permissions`, [text(permissionsOf(command))]),
  ];
}

/** Returns a heading and what is below it; nothing where nothing is below it. */
function part(heading: string, items: readonly (readonly string[])[]): string[] {
  return items.length === 0 ? [] : [`.SS ${roff(heading)}`, ...items.flat()];
}

/** Returns a paragraph with a tag that has been marked up already, in the user's language. */
function item(tag: string, paragraph: string): string[] {
  return [".TP", tag, ...text(translate(paragraph))];
}

/** Returns the tag of an option: `-p, --port PORT`. */
function label(key: string, { short, value }: Option<unknown>): string {
  return [
    ...(short === undefined ? [] : [`${bold(`-${short}`)}, `]),
    bold(`--${optionName(key)}`),
    ...(value === null ? [] : [` ${italic(value)}`]),
  ].join("");
}

/** Marks a usage line up: words that are typed as they stand are bold, names of values italic. */
function synopsis(line: string): string {
  return roff(line)
    .replace(/\b[a-z][a-z]+\b/g, "\\fB$&\\fR")
    .replace(/\b[A-Z]{2,}\b/g, "\\fI$&\\fR");
}

function bold(text: string): string {
  return `\\fB${roff(text)}\\fR`;
}

function italic(text: string): string {
  return `\\fI${roff(text)}\\fR`;
}

/**
 * Returns a paragraph in lines of the source, none of which is taken for a macro; `\:` is where a line of
 * Chinese may end.
 */
function text(paragraph: string): string[] {
  const marked = paragraph.split(" ").map((word) => pieces(word).map(roff).join("\\:")).join(" ");
  return wrap(marked, LINE).map((line) => line.replace(/^\./, "\\&."));
}

/** The characters that roff takes for others, or prints as others, and how they are written. */
const SPECIAL: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-", // a hyphen, which a shell does not take for a minus
  "'": "\\(aq",
  '"': "\\(dq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
};

/** Writes text for roff, which then prints it as it stands; in ASCII. */
function roff(text: string): string {
  return text
    .replace(/[\\'"`^~-]/g, (character) => SPECIAL[character]!)
    .replace(/[^\0-\x7f]/gu, (character) => {
      const digits = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
      return `\\[u${digits}]`;
    });
}
