/**
 * What the program says about itself, from the commands' values.
 *
 * @module
 */
import { type Command, type Operand, type Option, optionName, type Program } from "./command.ts";
import { EXIT } from "./errors.ts";
import { pad, type Palette, width, wrap } from "./terminal.ts";

/** How help is laid out. */
export interface HelpStyle {
  /** The longest line. */
  readonly columns: number;
  /** Styles of headings and names. */
  readonly palette: Palette;
}

/** The widest that a left column may become before its text goes to the next line. */
const MAX_LABEL = 30;

/** What `main.ts` understands beside the commands. */
const SERVICES: readonly (readonly [string, string])[] = [
  ["help [COMMAND]", "explain netkit, or one command"],
  ["completions SHELL", "print completions for bash, zsh or fish"],
];

/** The exit codes in words. */
const EXIT_CODES: readonly (readonly [string, string])[] = [
  [`${EXIT.ok}`, "it worked"],
  [
    `${EXIT.failed}`,
    "it could not: network failure, no such entry, damaged file, a negative answer",
  ],
  [`${EXIT.usage}`, "the request was wrong or could not start: usage, bind, resolve, permission"],
  [`${EXIT.interrupted}, ${EXIT.terminated}`, "SIGINT or SIGTERM ended it before it was done"],
];

/** Returns the help of the whole program. */
export function programHelp(program: Program, style: HelpStyle): string {
  return layout([
    [null, [`${program.name} ${program.version}: ${program.summary}`]],
    ["usage", [`${program.name} COMMAND [OPTION]... [OPERAND]...`]],
    ["commands", program.commands.map((command) => [command.name, command.summary])],
    ["more", SERVICES],
    ["options", [
      ["-h, --help", "explain; with a command, explain that command"],
      ["-V, --version", "print the version"],
    ]],
    ["exit status", EXIT_CODES],
  ], style);
}

/** Returns the help of one command. */
export function commandHelp(program: Program, command: Command, style: HelpStyle): string {
  const options = Object.entries(command.options).map((
    [key, option],
  ) => [optionLabel(key, option), option.summary] as const);
  return layout([
    [null, [`${program.name} ${command.name}: ${command.summary}`]],
    ["usage", [usage(program, command)]],
    [null, command.description],
    ["operands", command.operands.map((operand) => [operand.name, operand.summary])],
    ["options", [...options, ["-h, --help", "explain this command"]]],
    ["examples", command.examples.map((example) => [example.line, example.says])],
    [
      "fields of --json",
      (command.json ?? []).map((field) => [
        field.name,
        `${field.type}: ${field.says}`,
      ]),
    ],
    ["permissions", [command.permissions.join(" ") || "none"]],
  ], style);
}

/** Returns the usage line of `command`. */
export function usage(program: Program, command: Command): string {
  return [program.name, command.name, "[OPTION]...", ...command.operands.map(operandUsage)]
    .join(" ");
}

function operandUsage(operand: Operand): string {
  const name = operand.repeated ? `${operand.name}...` : operand.name;
  return operand.required ? name : `[${name}]`;
}

function optionLabel(key: string, option: Option<unknown>): string {
  const short = option.short === undefined ? "    " : `-${option.short}, `;
  return `${short}--${optionName(key)}${option.value === null ? "" : ` ${option.value}`}`;
}

/** A heading, or none, over paragraphs or over rows of a label and its text. */
type Section = readonly [
  heading: string | null,
  body: readonly (string | readonly [label: string, text: string])[],
];

/** Lays sections out below each other; empty ones are left out. */
function layout(sections: readonly Section[], { columns, palette }: HelpStyle): string {
  return sections.filter(([, body]) => body.length > 0).map(([heading, body]) => {
    const indent = heading === null ? "" : "  ";
    const labels = body.filter((row) => typeof row !== "string").map(([label]) => width(label));
    const column = Math.min(Math.max(0, ...labels), MAX_LABEL);
    const lines = body.flatMap((row, i) => {
      if (typeof row === "string") {
        const lines = wrap(row, columns - indent.length).map((line) => indent + line);
        return heading === null && i > 0 ? ["", ...lines] : lines;
      }
      const [label, text] = row;
      const left = indent.length + column + 2;
      const [first = "", ...rest] = wrap(text, Math.max(20, columns - left));
      const blank = " ".repeat(left);
      const name = indent + palette.bold(label);
      return width(label) > column
        ? [name, blank + first, ...rest.map((line) => blank + line)]
        : [`${indent}${palette.bold(label)}${pad("", column - width(label))}  ${first}`]
          .concat(rest.map((line) => blank + line));
    });
    return [...(heading === null ? [] : [palette.bold(`${heading}:`)]), ...lines].join("\n");
  }).join("\n\n") + "\n";
}
