/**
 * The pages for users in both languages, as the tests of their links, transcripts and names find them.
 *
 * @module
 */
import { ROOT } from "./sources.ts";

/** A page in one language. */
export interface Page {
  /** Its file, from the project's folder. */
  readonly path: string;
  /** Its text in Markdown. */
  readonly text: string;
}

async function pagesIn(face: string, folder: string): Promise<readonly Page[]> {
  const names = (await Array.fromAsync(Deno.readDir(new URL(folder, ROOT))))
    .map(({ name }) => name).filter((name) => name.endsWith(".md")).sort();
  const paths = [face, ...names.map((name) => folder + name)];
  return await Promise.all(paths.map(async (path) => ({
    path,
    text: await Deno.readTextFile(new URL(path, ROOT)),
  })));
}

/** The pages in English: README.md first, then those of docs/ by name. */
export const ENGLISH: readonly Page[] = await pagesIn("README.md", "docs/");

/** The same in Chinese. */
export const CHINESE: readonly Page[] = await pagesIn("README.zh-CN.md", "docs/zh-CN/");

/** All of them. */
export const PAGES: readonly Page[] = [...ENGLISH, ...CHINESE];

/**
 * Returns the text of the page at `path`.
 *
 * @throws {Error} If there is no such page.
 */
export function textOf(path: string): string {
  const page = PAGES.find((each) => each.path === path);
  if (page === undefined) throw new Error(`there is no page ${path}`);
  return page.text;
}

/** Returns the targets of the links of a page to other files, as they stand there: `../README.md#use`. */
export function links(markdown: string): string[] {
  return [...markdown.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target]) => target!);
}

/** Returns the blocks of code of a page that are of `kind`: `sh`, `console`. */
export function blocks(markdown: string, kind: string): string[] {
  return [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, each]) => each === kind).map(([, , block]) => block!);
}

/** A command of a transcript and what the transcript shows of its output. */
export interface Entry {
  /** The command line. */
  readonly command: string;
  /** The output, with the newline that ends it. */
  readonly output: string;
}

/** Returns the commands in the console blocks of a page, in order. */
export function transcripts(markdown: string): Entry[] {
  return blocks(markdown, "console").flatMap((block) =>
    [...block.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm)].map(([, command, output]) => ({
      command: command!,
      output: output!,
    }))
  );
}

/** A part of a page between two headings. */
export interface Heading {
  /** The number of `#`. */
  readonly level: number;
  /** The heading without them. */
  readonly title: string;
}

/** Returns the text of a page without its blocks of code. */
export function prose(markdown: string): string {
  return markdown.replace(/^```.*\n[\s\S]*?^```$/gm, "");
}

/** Returns the headings of a page in order. */
export function headings(markdown: string): Heading[] {
  return [...prose(markdown).matchAll(/^(#+) (.*)$/gm)]
    .map(([, marks, title]) => ({ level: marks!.length, title: title! }));
}
