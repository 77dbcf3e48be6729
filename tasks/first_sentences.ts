/**
 * `deno task first-sentences`: the first sentence of every documentation comment, to be read in one go.
 *
 * @module
 */
import { ROOT, sources } from "../tests/sources.ts";

/** The first sentence of a documentation comment. */
export interface FirstSentence {
  /** Its line in the file, from 1. */
  readonly line: number;
  /** The sentence. */
  readonly text: string;
}

/** Returns the first sentences of the documentation comments in `source`. */
export function firstSentences(source: string): FirstSentence[] {
  return [...source.matchAll(/\/\*\*([\s\S]*?)\*\//g)].map((comment) => {
    const text = comment[1]!.replace(/^\s*\* ?/gm, "").split(/\n\s*\n|\n\s*@/)[0]!;
    const plain = text.replace(/\s+/g, " ").trim();
    return {
      line: source.slice(0, comment.index).split("\n").length,
      text: plain.match(/^.*?[.:](?= |$)/)?.[0] ?? plain,
    };
  });
}

if (import.meta.main) {
  for (const path of await sources()) {
    const source = await Deno.readTextFile(new URL(path, ROOT));
    const lines = firstSentences(source).map(({ line, text }) => `${path}:${line}  ${text}\n`);
    await new Response(lines.join("")).body!.pipeTo(Deno.stdout.writable, { preventClose: true });
  }
}
