/**
 * The command reference of README.md, from the commands' values.
 *
 * @module
 */
import { commandHelp, fieldsHelp, programHelp } from "../cli/help.ts";
import type { Program } from "../cli/program.ts";
import { PLAIN } from "../cli/terminal.ts";

const BEGIN = "<!-- reference: written by `deno task readme` -->";
const END = "<!-- end of reference -->";

/** Returns the reference of all commands in Markdown. */
export function reference(program: Program): string {
  const style = { columns: 88, palette: PLAIN };
  const block = (text: string) => `\`\`\`text\n${text}\`\`\`\n`;
  return [
    block(programHelp(program, style)),
    ...program.commands.map((command) => {
      const help = [commandHelp, fieldsHelp].map((part) => part(program, command, style));
      return `### ${program.name} ${command.name}\n\n${block(help.join("\n"))}`;
    }),
  ].join("\n");
}

/**
 * Returns `readme` with the text between the two comment markers replaced by the reference.
 *
 * @throws {Error} When a marker is missing.
 */
export function withReference(readme: string, program: Program): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`no "${BEGIN}" … "${END}"`);
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${reference(program)}\n${readme.slice(end)}`;
}
