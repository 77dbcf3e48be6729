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

/** Returns the kinds of the blocks of code in a page: `sh`, `console`, `text`. */
function kindsIn(markdown: string): string[] {
  return [...markdown.matchAll(/^```(\w+)\n.*?^```$/gms)].map(([, kind]) => kind!);
}

Deno.test("a page in Chinese has the transcripts of the one in English, and all its other blocks", () => {
  ENGLISH.forEach(({ text }, i) => {
    const chinese = CHINESE[i]!.text;
    const commands = (page: string) => transcripts(page).map(({ command }) => command).toSorted();
    assertEquals(commands(chinese), commands(text), CHINESE[i]!.path);
    const mirror = i === 0 ? ["sh"] : []; // of npm, for readers in China
    const kinds = [...kindsIn(text), ...mirror].toSorted();
    assertEquals(kindsIn(chinese).toSorted(), kinds, CHINESE[i]!.path);
  });
});

/** A Chinese character or mark, and a blank or a break of a line that shows as one beside it. */
const STRAY_BLANK =
  /[，。：；、（）！？「」]\s+\S|\S\s+[，。：；、（）！？「」]|\p{Script=Han}\s+\p{Script=Han}/u;

Deno.test("a page in Chinese has no stray blank: a break of a line shows as one", () => {
  for (const { path, text } of CHINESE) {
    const paragraphs = prose(text).split(/\n\n+|\n(?=[-|]|\d+\. )/)
      .filter((each) => !/^[|#<]/.test(each));
    assertEquals(paragraphs.map((each) => each.match(STRAY_BLANK)?.[0]).filter(Boolean), [], path);
  }
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

/** Returns the rows of a table of figures in a page, without the blanks around cells. */
function figures(path: string, name = "bench"): string[] {
  const place = new RegExp(`<!-- ${name}(?:: short)? -->\\n([^]*?)<!-- /${name} -->`);
  const [, table] = textOf(path).match(place)!;
  return table!.split("\n").filter((line) => /^\|(?! *-)/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()).join("|"));
}

Deno.test("the figures are the same in every page", () => {
  const all = figures("docs/performance.md");
  assertEquals(figures("docs/zh-CN/performance.md"), all);
  const tools = figures("docs/performance.md", "bench-tools");
  assertEquals(figures("docs/zh-CN/performance.md", "bench-tools"), tools);
  assertEquals(figures("README.zh-CN.md"), figures("README.md"));
  assertEquals(figures("README.md").filter((row) => !all.includes(row)), []);
});
