import { assert, assertEquals } from "@std/assert";
import { entriesOf, merged, moduleOf } from "../tasks/catalogue.ts";
import { SERVICE_NAMES } from "../cli/services.ts";
import { loadNetkit } from "../main.ts";
import { allMessages, CATALOGUES, modulesOf, pathsOf } from "../tasks/messages.ts";
import { messagesIn } from "../tasks/message_source.ts";
import { ROOT } from "./sources.ts";
import { t, useCatalogue } from "../text/messages.ts";
import { count } from "../text/units.ts";

const MESSAGES = await allMessages();

/** The words behind netkit in a command line. */
const COMMANDS: ReadonlySet<string> = new Set([
  ...(await loadNetkit()).commands.map(({ name }) => name),
  ...SERVICE_NAMES,
]);

/** Options, which are the same in every language. */
const OPTIONS = /(?<![\w-])--?[a-z][\w-]*/g;

/** Other words that are: states and flags of TCP, words for values, names of fields. */
const NAMES = new RegExp(
  [
    "\\b(?:SYN-SENT|SYN-RECEIVED|FIN-WAIT-[12]|CLOSE-WAIT|LAST-ACK|TIME-WAIT)\\b",
    "\\b[A-Z][A-Z]+\\b",
    "\\b[a-z]+\\.[a-z_]+\\b",
  ].join("|"),
  "g",
);

function found(pattern: RegExp, text: string): string[] {
  return [...new Set(text.match(pattern) ?? [])].sort();
}

function placesIn(text: string): string[] {
  return (text.match(/\{[^{}]*\}/g) ?? []).sort();
}

/** Returns the blanks for values in words of a page. */
function blanksIn(text: string): string[] {
  return (text.match(/%[a-z]*/g) ?? []).sort();
}

for (const name of CATALOGUES) {
  const { po } = pathsOf(name);
  const text = await Deno.readTextFile(po);
  const entries = entriesOf(text);

  Deno.test(`po/${name}.po has the messages of the sources and no others`, () => {
    assertEquals(merged(text, MESSAGES) === text, true, "run: deno task messages");
  });

  for (const [path, content] of modulesOf(name, text, MESSAGES)) {
    const file = path.pathname.slice(ROOT.pathname.length);
    Deno.test(`${file} is made from po/${name}.po`, async () => {
      assertEquals(content === await Deno.readTextFile(path), true, "run: deno task messages");
    });
  }

  Deno.test(`po/${name}.po has a translation of every message`, () => {
    assertEquals(
      entries.filter(({ translations }) => translations.length === 0).map(({ id }) => id),
      [],
    );
  });

  Deno.test(`po/${name}.po has the same places for values, options and states as the English`, () => {
    for (const { id, translations, context } of entries) {
      for (const each of translations) {
        assertEquals(placesIn(each), placesIn(id), id);
        if (context?.startsWith("page of ")) assertEquals(blanksIn(each), blanksIn(id), id);
        assertEquals(found(OPTIONS, each), found(OPTIONS, id), `${id}\n${each}`);
        if (id === id.toUpperCase()) continue; // a heading
        const lost = found(NAMES, id).filter((name) => !each.includes(name));
        assertEquals(lost, [], `${id}\n${each}`);
      }
    }
  });

  Deno.test(`po/${name}.po has the same commands of netkit as the English`, () => {
    for (const { id, translations } of entries) {
      for (
        const [command] of id.matchAll(
          /netkit [a-z]+(?: (?:--?[a-z][\w-]*|\{[^}]*\}|[\w.-]*[\d.:/][\w.:/]*))*/g,
        )
      ) {
        if (!COMMANDS.has(command.split(" ")[1]!)) continue; // a sentence
        for (const each of translations) assert(each.includes(command), `${command}\n${each}`);
      }
    }
  });
}

const CHINESE = entriesOf(await Deno.readTextFile(pathsOf("zh_CN").po))
  .flatMap(({ id, translations }) => translations.map((text) => ({ id, text })));

Deno.test("Chinese has no blank beside a Chinese character, and marks of its own width", () => {
  const wrong = CHINESE.filter(({ text }) =>
    /\p{Script=Han} +[\w"'\-{\p{Script=Han}]|[\w"'}] +\p{Script=Han}/u.test(
      text.replaceAll("\n", ""),
    ) ||
    /\p{Script=Han}[,;:!?]|[,;:!?]\p{Script=Han}|\p{Script=Han}\((?![a-z])|\.$/u.test(text)
  );
  assertEquals(wrong.map(({ text }) => text), []);
});

/** Values, commands, and what is quoted or added in parentheses: they stay English. */
const ENGLISH = /\{[^}]*\}|netkit [^，。：；]*|\([^)]*\)|"[^"]*"|`[^`]*`/g;
/** Words of a sentence. */
const SENTENCE =
  /\b[a-z]{2,} (if|is|of|the|to|with|for|and|in|out|a|not|or|like) [a-z]{2,}|\b(if|in|of|the|with|like) [a-z]{2,} [a-z]{2,}/;

Deno.test("Chinese has no part of a sentence that is still English", () => {
  const wrong = CHINESE.filter(({ text }) =>
    /\p{Script=Han}/u.test(text) && SENTENCE.test(text.replace(ENGLISH, ""))
  );
  assertEquals(wrong.map(({ text }) => text), []);
});

Deno.test("Chinese has one word for each word of the glossary", async () => {
  const glossary = (await Deno.readTextFile(new URL("../po/glossary.tsv", import.meta.url))).trim()
    .split("\n").map((line) => line.split("\t") as [string, string]);
  const wrong = glossary.flatMap(([english, chinese]) => {
    const word = new RegExp(`\\b${english}(s|es)?\\b`, "i");
    // A word that stays English, as values of JSON do, is none to be translated.
    return CHINESE.filter(({ id, text }) =>
      word.test(id) && !text.includes(chinese) && !text.toLowerCase().includes(english)
    )
      .map(({ text }) => `${english}: ${text}`);
  });
  assertEquals(wrong, []);
});

Deno.test("messagesIn() finds tags, marked texts, contexts and things that are counted", () => {
  const source = `
    const a = t\`cannot \${verb} to \${ends[0]!}: \${formatBytes(size)} of \${a + b}\`;
    const b = msg("a long " + "text");
    const c = inContext("state")\`open\`;
    const d = t\`on two
      lines\`;
    const e = count(n, lost ? "packet" : "process", "processes");
    f\`no \${message}\`;
  `;
  assertEquals(messagesIn("x.ts", source).map(({ id, context, plural }) => [id, context, plural]), [
    ["cannot {verb} to {ends}: {size} of {value}", undefined, undefined],
    ["a long text", undefined, undefined],
    ["open", "state", undefined],
    ["on two lines", undefined, undefined],
    ["{n} packet", undefined, "{n} processes"],
    ["{n} process", undefined, "{n} processes"],
  ]);
});

Deno.test("t puts values into the places of a translation, in its order; without one it is English", () => {
  try {
    const message = () =>
      t`${1} of ${"two"}
      things`;
    assertEquals(message(), "1 of two things");
    useCatalogue({ language: "zh-CN", messages: { "{} of {} things": "{1}的{0}，{2}" } });
    assertEquals(message(), "two的1，{2}");
    assertEquals(t`no ${"translation"} {0}`, "no translation {0}");
  } finally {
    useCatalogue(null);
  }
});

Deno.test("count() takes the form of the plural that the language has", () => {
  try {
    assertEquals([1, 2n].map((n) => count(n, "packet")), ["1 packet", "2 packets"]);
    const forms = ["{0} пакет", "{0} пакета", "{0} пакетов"];
    useCatalogue({ language: "ru", messages: { "{} packet": forms } });
    assertEquals([1, 3, 7, 21].map((n) => count(n, "packet")), [
      "1 пакет",
      "3 пакета",
      "7 пакетов",
      "21 пакет",
    ]);
    assertEquals(count(2, "frame"), "2 frames");
  } finally {
    useCatalogue(null);
  }
});

Deno.test("a message that has changed keeps its translation as a proposal that is not used", () => {
  const message = { id: "the port is taken", places: [], where: "x.ts" };
  const po = merged(
    'msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n\nmsgid "the port is taken."\nmsgstr "端口被占用"\n',
    [message],
  );
  assert(po.includes('#, fuzzy\nmsgid "the port is taken"\nmsgstr "端口被占用"'), po);
  assertEquals(entriesOf(po).map(({ translations }) => translations), [[]]);
  assertEquals(JSON.parse(moduleOf(po, [message])), { language: "zh-CN", messages: {} });
});
