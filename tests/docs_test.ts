import { assert, assertEquals } from "@std/assert";
import { optionName } from "../cli/command.ts";
import { PROGRAM_OPTIONS } from "../cli/help.ts";
import { loadNetkit } from "../main.ts";
import { blocks, CHINESE, ENGLISH, PAGES, prose, textOf, transcripts } from "./pages.ts";
import { ROOT } from "./sources.ts";

const { commands } = await loadNetkit();

/** The options of netkit's commands and of netkit itself. */
const OPTIONS: ReadonlySet<string> = new Set([
  ...commands.flatMap(({ options }) => Object.keys(options).map((key) => `--${optionName(key)}`)),
  ...PROGRAM_OPTIONS.flatMap(([names]) => names.match(/--[a-z]+/g) ?? []),
]);

/** Options of Deno that pages name, beside those of its permissions. */
const OPTIONS_OF_DENO: ReadonlySet<string> = new Set(["--v8-flags", "--max-semi-space-size"]);

/** A command line of another program, with options of its own. */
const OTHER_PROGRAM = /^(npm|npx|deno|docker) /;

/** Returns the options in the code spans of a page, `--tls-cert` for `--tls-cert FILE`. */
function optionsIn(markdown: string): string[] {
  const spans = [...prose(markdown).matchAll(/`([^`]+)`/g)].map(([, span]) => span!)
    .filter((span) => !OTHER_PROGRAM.test(span));
  return spans.flatMap((span) => span.match(/(?<![\w-])--[a-z][\w-]*/g) ?? []);
}

for (const { path, text } of PAGES) {
  Deno.test(`${path} names only options that there are`, () => {
    const unknown = optionsIn(text).filter((option) =>
      !OPTIONS.has(option) && !OPTIONS_OF_DENO.has(option) && !option.startsWith("--allow-")
    );
    assertEquals(unknown, []);
  });
}

/** Returns the command lines of netkit in the blocks of a page, without comments, sorted. */
function commandsIn(markdown: string): string[] {
  const typed = [...blocks(markdown, "sh"), ...transcripts(markdown).map(({ command }) => command)];
  return [...typed.join("\n").matchAll(/^((?:[^#\n]*[ (])?netkit [^#\n]*?)(?: +#.*)?$/gm)]
    .map(([, line]) => line!).toSorted();
}

Deno.test("a page in Chinese has the commands of the one in English", () => {
  ENGLISH.forEach(({ path, text }, i) => {
    if (path === "docs/reference.md") return;
    assertEquals(commandsIn(CHINESE[i]!.text), commandsIn(text), CHINESE[i]!.path);
  });
});

/** Words of the past and of the future, which are refused in pages: a page says what is. */
const NOT_OF_NOW = /\b(no longer|used to|now also|formerly|will (?:soon|be added)|planned|todo)\b/i;

Deno.test("pages say what is, not what was or will be", () => {
  for (const { path, text } of ENGLISH) {
    const found = prose(text).split("\n").filter((line) => NOT_OF_NOW.test(line));
    assertEquals(found, [], path);
  }
});

Deno.test("every file of examples/ is named by a page or by a script", async () => {
  const names = (await Array.fromAsync(Deno.readDir(new URL("examples/", ROOT))))
    .filter(({ isFile }) => isFile).map(({ name }) => name);
  const texts = [
    ...PAGES.map(({ text }) => text),
    ...await Promise.all(
      names.filter((name) => name.endsWith(".sh"))
        .map((name) => Deno.readTextFile(new URL(`examples/${name}`, ROOT))),
    ),
  ].join("\n");
  for (const name of names.filter((name) => !name.endsWith(".pcap"))) {
    assert(texts.includes(name), `examples/${name}`);
  }
});

Deno.test("README.zh-CN.md names a mirror of npm in front of the first command that needs npm", () => {
  const { text } = CHINESE[0]!;
  const mirror = text.indexOf("npm config set registry https://registry.npmmirror.com");
  assert(mirror > 0 && mirror < text.indexOf("npx -y deno"));
});

/** Returns the rows of the table of figures in a page, without the blanks around cells. */
function figures(path: string): string[] {
  const [, table] = textOf(path).match(/<!-- bench\b.*-->\n([\s\S]*?)<!-- \/bench -->/)!;
  return table!.split("\n").filter((line) => /^\|(?! *-)/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()).join("|"));
}

Deno.test("the figures are the same in every page", () => {
  const all = figures("docs/performance.md");
  assertEquals(figures("docs/zh-CN/performance.md"), all);
  assertEquals(figures("README.zh-CN.md"), figures("README.md"));
  assertEquals(figures("README.md").filter((row) => !all.includes(row)), []);
});
