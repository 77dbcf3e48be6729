/**
 * Help texts of the program and of its commands, from the commands' values.
 *
 * @module
 */
import { type Command, type Operand, type Option, optionName } from "./command.ts";
import { EXIT } from "./errors.ts";
import { type DocumentedCommand, operandsOf, type Overview } from "./program.ts";
import { SERVICES } from "./services.ts";
import { pad, width, wrap } from "../text/layout.ts";
import { t, translate } from "../text/messages.ts";
import type { Palette } from "./terminal.ts";

/** The layout of help. */
export interface HelpStyle {
  /** The longest line. */
  readonly columns: number;
  /** Styles of headings and names. */
  readonly palette: Palette;
}

/** The widest that a left column may become before its text goes to the next line. */
const MAX_LABEL = 30;

/** The most of a line that a left column may take: the text needs the rest. */
const MAX_LABEL_SHARE = 0.4;

/** The option that every command has, and its summary. */
export const HELP_ROW: Row = ["-h, --help", "explain this command"];

/** The options that stand in the place of a command. */
export const PROGRAM_OPTIONS: readonly (readonly [names: string, summary: string])[] = [
  ["-h, --help", "explain; with a command, explain that command"],
  ["-V, --version", "print the version"],
  ["--lang LANGUAGE", "the language of messages, in any command: en, zh"],
];

/** The environment variables that are obeyed, where they may be read. */
export const ENVIRONMENT: readonly (readonly [name: string, summary: string])[] = [
  ["NO_COLOR", "no colours, if it is not empty"],
  ["TERM", "no colours, if it is dumb"],
  ["COLUMNS", "the longest line, where no terminal says it; nothing is cut if unset"],
  ["LC_ALL, LC_CTYPE, LANG", "the first that is set: drawings in ASCII, unless it is UTF-8"],
  ["NETKIT_LANG", "the language of messages, en or zh; that of the locale if unset"],
];

/** The exit codes in words. */
export const EXIT_CODES: readonly (readonly [code: string, meaning: string])[] = [
  [`${EXIT.ok}`, "it worked"],
  [
    `${EXIT.failed}`,
    "it could not: network failure, no such entry, damaged file, a negative answer",
  ],
  [`${EXIT.usage}`, "the request was wrong or could not start: usage, bind, resolve, permission"],
  [`${EXIT.interrupted}, ${EXIT.terminated}`, "SIGINT or SIGTERM ended it before it was done"],
];

/** Returns the help of the whole program, which fits a screen of 24 lines and 80 columns. */
export function programHelp(
  program: Overview & { readonly version: string },
  style: HelpStyle,
): string {
  const { name, version, summary, commands, groups } = program;
  const line = `${name} COMMAND [OPTION]... [OPERAND]...`;
  const head = [t`${name} ${version}: ${translate(summary)}`, t`usage: ${line}`];
  const purposes = Object.entries(groups ?? { commands: commands.map(({ name }) => name) });
  return head.flatMap((each) => wrap(each, style.columns)).join("\n") + "\n\n" + layout([
    [
      null,
      purposes.flatMap(([purpose, names]): (string | Row)[] => [
        t`${translate(purpose)}:`,
        ...commands.filter(({ name }) => names.includes(name))
          .map(({ name, summary }): Row => [name, translate(summary)]),
      ]),
    ],
    [t`more`, [
      ...translated([...SERVICES, ...PROGRAM_OPTIONS.slice(1)]),
      [t`exit status`, t`0 it worked, 1 it could not, 2 the request was wrong`],
    ]],
  ], style);
}

/** The number of examples with which the help of a command begins. */
const FIRST_EXAMPLES = 3;

/** The help of one command; that of the fields of its JSON output is named only. */
export function commandHelp(
  program: Overview,
  command: DocumentedCommand,
  style: HelpStyle,
): string {
  const options = optionGroups(command).flatMap(([purpose, entries]): (string | Row)[] => {
    const rows = entries.map(([key, option]) =>
      [optionLabel(key, option), optionText(option)] as const
    );
    if (purpose === null) return [...rows, ...translated([HELP_ROW])];
    return [t`${translate(purpose)}:`, ...rows];
  });
  const examples = command.examples.map(({ line, says }): Row => [line, translate(says)]);
  return layout([
    [null, [t`${program.name} ${command.name}: ${translate(command.summary)}`]],
    [t`usage`, [usage(program, command)]],
    [t`examples`, examples.slice(0, FIRST_EXAMPLES), " \\"],
    [null, command.description.map(translate)],
    [t`operands`, operandsOf(command).map(({ name, summary }) => [name, translate(summary)])],
    [t`options`, options],
    [t`more examples`, examples.slice(FIRST_EXAMPLES), " \\"],
    [
      t`fields in JSON`,
      command.json.length === 0 ? [] : [`${program.name} help ${command.name} json`],
    ],
    [t`permissions`, [permissionsOf(command)]],
  ], style);
}

/** The help of the fields of a command's JSON output. */
export function fieldsHelp(
  program: Overview,
  command: DocumentedCommand,
  style: HelpStyle,
): string {
  return layout([[
    t`${program.name} ${command.name}, fields in JSON`,
    command.json.map(({ name, type, says }) => [name, t`${type}: ${translate(says)}`]),
  ]], style);
}

/** Returns rows of a table in the user's language. */
function translated(rows: readonly Row[]): readonly Row[] {
  return rows.map(([label, text]) => [label, translate(text)]);
}

/** Returns the permissions of a command in one line. */
export function permissionsOf({ permissions }: Command): string {
  return permissions.map(translate).join(t`, `) || t`none`;
}

/** The options of one purpose by their keys, and the words for it: `null` for those of none. */
export type Group = readonly [
  purpose: string | null,
  entries: (readonly [string, Option<unknown>])[],
];

/** Returns the options of a command by their purpose, first those of none, if any. */
export function optionGroups({ options, groups = {} }: Command): readonly Group[] {
  const grouped = new Set<string>(Object.values(groups).flat());
  return [
    [null, Object.entries(options).filter(([key]) => !grouped.has(key))],
    ...Object.entries(groups).map(([purpose, keys]): Group => [
      purpose,
      keys.map((key) => [key, options[key]!]),
    ]),
  ];
}

/** Returns the usage line of `command`. */
export function usage(program: Overview, command: Command): string {
  const behind = command.behind ? [`[-- ${command.behind.name}...]`] : [];
  const operands = command.operands.map(operandUsage);
  return [program.name, command.name, "[OPTION]...", ...operands, ...behind].join(" ");
}

function operandUsage(operand: Operand): string {
  const name = operand.repeated ? `${operand.name}...` : operand.name;
  return operand.required ? name : `[${name}]`;
}

function optionLabel(key: string, option: Option<unknown>): string {
  const short = option.short === undefined ? "    " : `-${option.short}, `;
  const value = option.takes ? `[${option.value}]` : option.value;
  return `${short}--${optionName(key)}${value === null ? "" : ` ${value}`}`;
}

/** Returns the effect of an option, and the values it may have, in the user's language. */
export function optionText({ summary, choices, repeated }: Option<unknown>): string {
  const effect = translate(summary);
  const more = repeated ? t`${effect}; may be repeated` : effect;
  return choices ? t`${more} (${choices.join(", ")})` : more;
}

/** A label and its text. */
export type Row = readonly [label: string, text: string];

/** A heading, or none, over paragraphs or rows; `glue` ends a line on which a label goes on. */
type Section = readonly [
  heading: string | null,
  body: readonly (string | Row)[],
  glue?: string,
];

/** Lays sections out below each other; empty ones are left out. */
function layout(sections: readonly Section[], { columns, palette }: HelpStyle): string {
  return sections.filter(([, body]) => body.length > 0).map(([heading, body, glue = ""]) => {
    const indent = heading === null ? "" : "  ";
    const labels = body.filter((row) => typeof row !== "string").map(([label]) => width(label));
    const widest = Math.min(MAX_LABEL, Math.floor(columns * MAX_LABEL_SHARE));
    const column = Math.max(0, ...labels.filter((label) => label <= widest));
    const lines = body.flatMap((row, i) => {
      if (typeof row !== "string") return layoutRow(row, column, glue, { columns, palette });
      const lines = wrap(row, columns - indent.length).map((line) => indent + line);
      if (heading !== null) return lines;
      if (labels.length > 0) return lines.map((line) => palette.bold(line)); // a purpose over rows
      return i > 0 ? ["", ...lines] : lines;
    });
    return [...(heading === null ? [] : [palette.bold(t`${heading}:`)]), ...lines].join("\n");
  }).join("\n\n") + "\n";
}

/** Lays one row out: the text beside its label, or below a label wider than `column`. */
function layoutRow(
  [label, text]: Row,
  column: number,
  glue: string,
  { columns, palette }: HelpStyle,
): string[] {
  const left = " ".repeat(2 + column + 2);
  const lines = wrap(text, columns - left.length).map((line) => left + line);
  if (width(label) <= column) {
    const beside = lines[0]!.slice(left.length);
    return [`  ${palette.bold(label)}${pad("", column - width(label))}  ${beside}`]
      .concat(lines.slice(1));
  }
  const names = width(label) + 2 <= columns ? [label] : wrap(label, columns - 4 - glue.length);
  return names.map((name, i) =>
    `${i === 0 ? "  " : "    "}${palette.bold(name)}${i < names.length - 1 ? glue : ""}`
  ).concat(lines);
}
