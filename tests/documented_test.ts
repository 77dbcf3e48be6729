import { assert } from "@std/assert";
import { SERVICE_NAMES } from "../cli/services.ts";
import { parse } from "../cli/parse.ts";
import { loadNetkit } from "../main.ts";
import { PAGES } from "./pages.ts";

const { commands } = await loadNetkit();

/** Returns the calls of netkit in a line for a shell: the words of each, up to a pipe or the like. */
function calls(line: string): string[][] {
  return [...line.matchAll(/(?:^|[|&;(] *)netkit (\w+)((?: [^\s|<>#;()$`]+(?=[\s)]|$))*)/g)]
    .map(([, command, rest]) => [command!, ...rest!.trim().split(" ").filter((word) => word)]);
}

/** The lines for a shell in a text in Markdown. */
function shellLines(markdown: string): string[] {
  return [...markdown.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block]) => block!.split("\n"));
}

const sources: [where: string, lines: readonly string[]][] = [
  ...commands.map(({ name, examples }) =>
    [`the help of ${name}`, examples.map(({ line }) => line)] as [string, string[]]
  ),
];
for (const { path, text } of PAGES) {
  const lines = shellLines(text);
  if (lines.flatMap(calls).length > 0) sources.push([path, lines]);
}

for (const [where, lines] of sources) {
  Deno.test(`netkit understands the command lines in ${where}`, () => {
    assert(lines.flatMap(calls).length > 0);
    for (const [name, ...args] of lines.flatMap(calls)) {
      if (SERVICE_NAMES.includes(name!)) continue;
      const command = commands.find((each) => each.name === name);
      assert(command, name);
      parse(command, args); // throws
    }
  });
}
