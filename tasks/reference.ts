/**
 * The command reference in docs/, from the commands' values.
 *
 * @module
 */
import { commandHelp, EXIT_CODES, fieldsHelp, programHelp } from "../cli/help.ts";
import type { Program } from "../cli/program.ts";
import { speak } from "../cli/language.ts";
import { PLAIN } from "../cli/terminal.ts";
import { type Language, t, translate } from "../text/messages.ts";

/** The reference in one language. */
export interface ReferencePage {
  /** Its file, from the project's folder. */
  readonly path: string;
  /** The language of the help. */
  readonly language: Language;
  /** The text above the help. */
  readonly head: string;
}

/** The reference in each language. */
export const PAGES: readonly ReferencePage[] = [
  {
    path: "docs/reference.md",
    language: "en",
    head: `# Reference

[netkit](../README.md) · [中文](zh-CN/reference.md)

What \`netkit help\`, \`netkit help COMMAND\` and \`netkit help COMMAND json\` print. \`deno task readme\`
writes this page from the commands.
`,
  },
  {
    path: "docs/zh-CN/reference.md",
    language: "zh",
    head: `# 参考

[netkit](../../README.zh-CN.md) · [English](../reference.md)

\`netkit help\`、\`netkit help 命令\` 和 \`netkit help 命令 json\` 的输出。本页由 \`deno task readme\` 从命令本身写出。
`,
  },
];

/** Resolves to the text of a page in Markdown. */
export async function referencePage(program: Program, page: ReferencePage): Promise<string> {
  const style = { columns: 88, palette: PLAIN };
  const block = (text: string) => `\`\`\`text\n${text}\`\`\`\n`;
  await speak(page.language);
  try {
    return [
      page.head,
      block(programHelp(program, style)),
      `${t`exit status`}:\n`,
      EXIT_CODES.map(([code, meaning]) => `- \`${code}\`: ${translate(meaning)}\n`).join(""),
      ...program.commands.map((command) => {
        const help = [commandHelp, fieldsHelp].map((part) => part(program, command, style));
        return `## ${program.name} ${command.name}\n\n${block(help.join("\n"))}`;
      }),
    ].join("\n");
  } finally {
    await speak("en");
  }
}
