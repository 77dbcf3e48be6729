import { assert, assertEquals, assertMatch } from "@std/assert";
import { PAGES as REFERENCES, referencePage } from "../tasks/reference.ts";
import { loadNetkit } from "../main.ts";
import {
  CHINESE,
  ENGLISH,
  headings,
  links,
  type Page,
  PAGES,
  textOf,
  transcripts,
} from "./pages.ts";

const netkit = await loadNetkit();

for (const reference of REFERENCES) {
  Deno.test(`${reference.path} is current`, async () => {
    const current = await referencePage(netkit, reference);
    assertEquals(current === textOf(reference.path), true, "run: deno task readme");
  });
}

Deno.test("README.md has at most 400 lines, in each language", () => {
  for (const { path, text } of [ENGLISH[0]!, CHINESE[0]!]) {
    assert(text.split("\n").length <= 401, path);
  }
});

Deno.test("README.md names the commands for a machine that has only Node, with the Deno of CI", async () => {
  const ci = await Deno.readTextFile(new URL("../.ci/run", import.meta.url));
  const [deno] = ci.match(/npx -y deno@[\d.]+/)!;
  const commands = ["serve --web", "client"].map((each) => `run -A main.ts ${each}`);
  for (const command of [...commands, "task test", "task test-quick"]) {
    for (const { path, text } of [ENGLISH[0]!, CHINESE[0]!]) {
      assert(text.includes(`\n${deno} ${command}\n`), `${path}: ${deno} ${command}`);
    }
  }
});

Deno.test("docs/permissions.md lists the permissions of every command, in each language", () => {
  for (const path of ["docs/permissions.md", "docs/zh-CN/permissions.md"]) {
    for (const command of netkit.commands) {
      const row = textOf(path).split("\n").find((line) => line.startsWith(`| \`${command.name}\``));
      for (
        const flag of command.permissions.join(" ").match(/--allow-[a-z]+(=[a-zA-Z,]+)?/g) ?? []
      ) {
        assert(row?.includes(flag), `${path}: ${command.name}: ${flag}`);
      }
    }
  }
});

Deno.test("every command has its page", () => {
  for (const { name } of netkit.commands) textOf(`docs/${name}.md`); // throws
});

/** Returns the files to which a page links, by their paths from the project's folder. */
function linkedFiles({ path, text }: Page): string[] {
  return links(text).map((link) => new URL(link, `file:///${path}`).pathname.slice(1));
}

Deno.test("both languages have the same pages with the same sections, linked both ways", () => {
  const paths = ENGLISH.map(({ path }) => path);
  const inChinese = (path: string) =>
    path === "README.md" ? "README.zh-CN.md" : path.replace("docs/", "docs/zh-CN/");
  assertEquals(CHINESE.map(({ path }) => path), paths.map(inChinese));
  for (const page of ENGLISH) {
    const other = CHINESE.find(({ path }) => path === inChinese(page.path))!;
    const levels = ({ text }: Page) => headings(text).map(({ level }) => level);
    assertEquals(levels(other), levels(page), page.path);
    assert(linkedFiles(page).includes(other.path), `${page.path} does not link to ${other.path}`);
    assert(linkedFiles(other).includes(page.path), `${other.path} does not link to ${page.path}`);
  }
});

Deno.test("README.md leads to every page of docs/, and every page back, in each language", () => {
  for (const [face, ...pages] of [ENGLISH, CHINESE]) {
    for (const page of pages) {
      assert(linkedFiles(face!).includes(page.path), `${face!.path}: ${page.path}`);
      assert(linkedFiles(page).includes(face!.path), `${page.path}: ${face!.path}`);
    }
  }
});

/** Returns the anchors that GitHub gives to the headings of a Markdown text. */
function anchors(markdown: string): string[] {
  return headings(markdown).map(({ title }) =>
    title.toLowerCase().replace(/[^\p{L}\p{N}\p{M}\-_ ]/gu, "").replaceAll(" ", "-")
  );
}

for (const file of [...PAGES.map(({ path }) => path), "bench/README.md", "CHANGELOG.md"]) {
  Deno.test(`the links in ${file} lead somewhere`, async () => {
    const base = new URL(`../${file}`, import.meta.url);
    const text = await Deno.readTextFile(base);
    for (const link of links(text)) {
      const target = new URL(link, base);
      const anchor = decodeURIComponent(target.hash.slice(1));
      target.hash = "";
      const found = await Deno.stat(target).catch(() => null);
      assert(found, link);
      if (anchor) assert(anchors(await Deno.readTextFile(target)).includes(anchor), link);
    }
  });
}

Deno.test("README.md has a transcript of every command", () => {
  const lines = transcripts(textOf("README.md")).map(({ command }) => command).join("\n");
  for (const { name } of netkit.commands) assertMatch(lines, new RegExp(`\\bnetkit ${name}\\b`));
});
