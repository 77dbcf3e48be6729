import { assertEquals } from "@std/assert";
import { firstSentences } from "../tasks/first_sentences.ts";
import { ROOT, sources, texts } from "./sources.ts";

/** Beginnings of sentences that leave out the noun, as a riddle does. */
const RIDDLE = /^(What|Who|Whom|Whose|How|Which)\b(?!.*\?$)/;

/** Words that the field does not have for these things, and those of the field in their place. */
const PRIVATE: readonly (readonly [word: RegExp, field: string])[] = [
  [/\b(two[ _])?doors?\b/i, "listener"],
  [/\bwalkers?\b/i, "reader"],
  [/\bturnstiles?\b/i, "queue"],
  [/\binterlocutors?\b/i, "connection"],
  [/\bstor(y|ies)\b/i, "summary"],
  [/\bwish(es)?\b/i, "query, options"],
  [/\bcompanions?\b/i, "child command"],
  [/\bnear sides?\b/i, "local side"],
  [/\bafter ?crowd\b/i, ""],
  [/\bhappenings?\b/i, "event"],
  [/\boverhears?\b/i, "observe"],
  [/\bsurroundings\b/i, "context"],
];

for (const path of await sources()) {
  Deno.test(`${path} names each thing in the first sentence about it`, async () => {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    const riddles = firstSentences(text).filter((sentence) => RIDDLE.test(sentence.text));
    assertEquals(riddles.map(({ line, text }) => `${path}:${line} ${text}`), []);
  });
}

/** The first word of a sentence of a comment, where it is one that leaves out the noun. */
const BARE =
  /(?:\/\*\* |\/\/ |[.:] (?=[A-Z])|\.\n *(?:\*|\/\/) |\*\n *\* )((?:What|Who|Whom|Whose|How|Which) [a-z][^.?]*\??)/g;

Deno.test("no sentence of a comment begins with a bare What, Who, How or Which", async () => {
  const found: string[] = [];
  for (const path of await texts()) {
    if (!path.endsWith(".ts") || /^(tests|bench|examples)\//.test(path)) continue;
    const text = await Deno.readTextFile(new URL(path, ROOT));
    const comments = text.match(/\/\*\*[^]*?\*\/|(?:^ *\/\/.*\n)+|(?<=[;{,)\]] )\/\/ .*/gm) ?? [];
    for (const comment of comments) {
      for (const [, sentence = ""] of comment.matchAll(BARE)) {
        if (!sentence.endsWith("?")) found.push(`${path}: ${sentence}`);
      }
    }
  }
  assertEquals(found, []);
});

Deno.test("sources, tests and texts say things in the words of the field", async () => {
  const found: string[] = [];
  for (const path of await texts()) {
    if (path === "tests/words_test.ts") continue;
    const lines = (await Deno.readTextFile(new URL(path, ROOT))).split("\n");
    lines.forEach((line, i) => {
      const words = line.replace(/([a-z])([A-Z])/g, "$1 $2").replaceAll("_", " ");
      for (const [word, field] of PRIVATE) {
        if (word.test(words)) {
          found.push(`${path}:${i + 1} ${word.source} is "${field}": ${line.trim()}`);
        }
      }
    });
  }
  assertEquals(found, []);
});
