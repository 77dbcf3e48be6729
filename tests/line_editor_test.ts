import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Key, KeyDecoder } from "../talk/keys.ts";
import { LineEditor } from "../talk/line_editor.ts";
import { place, PromptScreen } from "../talk/prompt_screen.ts";
import { assertLinear } from "./linear.ts";

const encoder = new TextEncoder();

/** Returns the keys in `text`, whatever the pieces in which its bytes come. */
function keysOf(text: string, piece = Infinity): Key[] {
  const decoder = new KeyDecoder();
  const bytes = encoder.encode(text);
  const keys: Key[] = [];
  for (let at = 0; at < bytes.length; at += piece) {
    keys.push(...decoder.push(bytes.subarray(at, at + piece)));
  }
  return keys;
}

/** Returns keys in short: the names of keys in angle brackets, pasted text in braces. */
function shortOf(keys: readonly Key[]): string {
  return keys.map((key) =>
    key.kind === "key" ? `<${key.name}>` : key.kind === "paste" ? `{${key.text}}` : key.text
  ).join("").replaceAll("}{", "");
}

const KEYS: readonly (readonly [typed: string, keys: string])[] = [
  ["hello 你好", "hello 你好"],
  ["a\rb\n", "a<enter>b<enter>"],
  ["\x03\x04\x1a\x12", "<^C><^D><^Z><^R>"],
  ["\x7f\b\t", "<backspace><backspace><tab>"],
  ["\x1b[A\x1bOB\x1b[C\x1b[D\x1b[3~", "<up><down><right><left><delete>"],
  ["\x1b[H\x1b[F\x1b[1~\x1bOF", "<home><end><home><end>"],
  ["\x1bb\x1bf\x1b\x7f\x1b[1;5C", "<M-b><M-f><M-backspace><M-f>"],
  ["\x1b[999;9Rx\x1b[200~y", "x{y}"], // a sequence that is not known is no key
  ["\x1b[200~one\r\ntwo\rthree\n\x03\x1b[201~\x04", "{one\ntwo\nthree\n\x03}<^D>"],
  ["\x1b[200~\x1b[20\x1b[201~z", "{\x1b[20}z"],
];

for (const [typed, keys] of KEYS) {
  Deno.test(`KeyDecoder reads ${JSON.stringify(typed)} as ${JSON.stringify(keys)}, in any pieces`, () => {
    for (const piece of [1, 2, 3, 5, 7, Infinity]) {
      assertEquals(shortOf(keysOf(typed, piece)), keys, `in pieces of ${piece}`);
    }
  });
}

Deno.test("KeyDecoder takes time in proportion to what is pasted", async () => {
  const read = (text: string) => {
    const decoder = new KeyDecoder();
    const bytes = encoder.encode(text);
    for (let at = 0; at < bytes.length; at += 64) decoder.push(bytes.subarray(at, at + 64));
  };
  for (const unit of ["\x1b[", "\x1b[200~", "a\r", "\x1b[20", "\x1b"]) {
    for (const mark of ["", "\x1b[200~"]) {
      await assertLinear((size) => mark + unit.repeat(size), read, { name: mark + unit });
    }
  }
});

/** Presses keys, and returns the lines that were ended, and the line that is left with `|` for the cursor. */
function edited(typed: string, editor = new LineEditor()): string[] {
  const lines = keysOf(typed).flatMap((key) => editor.press(key)).map((effect) =>
    effect.kind === "line" ? effect.line : `<${effect.kind}>`
  );
  return [...lines, `${editor.text.slice(0, editor.cursor)}|${editor.text.slice(editor.cursor)}`];
}

const EDITED: readonly (readonly [typed: string, ...lines: readonly string[]])[] = [
  ["abc", "abc|"],
  ["abc\x02\x02X", "aX|bc"],
  ["abc\x01X\x05Y", "XabcY|"],
  ["one two-three\x1bb\x1bbX", "one X|two-three"],
  ["one two\x01\x1bfX", "oneX| two"],
  ["one  two \x17X", "one  X|"],
  ["one two-three\x1b\x7f", "one two-|"],
  ["one two\x01\x1bd\x05\x19", " twoone|"],
  ["one two\x1bb\x0b", "one |"],
  ["one two\x1bb\x15\x19", "one |two"],
  ["e\u0301你\x7f\x7f", "|"],
  ["ab👨‍👩‍👧c\x02\x02X", "abX|👨‍👩‍👧c"],
  ["abc\x02\x04", "ab|"],
  ["abc\x01\x1b[3~", "|bc"],
  ["\x04", "<end>", "|"],
  ["ab\x03", "<interrupt>", "ab|"],
  ["ab\x1a\x0c", "<suspend>", "<clear>", "ab|"],
  ["a\r\rb\r", "a", "", "b", "|"],
  ["a\rb\rdraft\x1b[A", "a", "b", "b|"],
  ["a\rb\rdraft\x1b[A\x1b[A\x1b[A", "a", "b", "a|"],
  ["a\rb\rdraft\x1b[A\x1b[A\x1b[B\x1b[B\x1b[B", "a", "b", "draft|"],
  ["a\ra\r\x10\x10X", "a", "a", "aX|"],
  ["get one\rget two\rput\r\x12get", "get one", "get two", "put", "|get two"],
  ["get one\rget two\rput\r\x12get\x12", "get one", "get two", "put", "|get one"],
  ["get one\rget two\r\x12one\r", "get one", "get two", "get one", "|"],
  ["get one\rdraft\x12one\x07", "get one", "draft|"],
  ["get one\r\x12onx\x7f", "get one", "get |one"],
  ["get one\r\x12zzz", "get one", "|"],
  ["x\x1b[200~1\n2\n3\x1b[201~y", "x1", "2", "3y|"],
  ["ab\x02\x1b[200~1\n2\x1b[201~", "a1", "2|b"],
  ["\x1b[200~no \x03 key\x1b[201~", "no \x03 key|"],
];

for (const [typed, ...lines] of EDITED) {
  Deno.test(`LineEditor makes ${JSON.stringify(lines)} of ${JSON.stringify(typed)}`, () => {
    assertEquals(edited(typed), lines);
  });
}

Deno.test("LineEditor keeps the cursor between characters, whatever is pressed", () => {
  const key = fc.constantFrom(
    ..."\x01\x02\x05\x06\x0b\x0e\x10\x12\x15\x17\x19\x07\x7f\r\t",
    "\x1bb",
    "\x1bf",
    "\x1bd",
    "\x1b\x7f",
    "\x1b[A",
    "\x1b[3~",
    "你",
    "e\u0301",
    "😀",
    "ab c",
    "\x1b[200~p\nq\x1b[201~",
  );
  fc.assert(fc.property(fc.array(key, { maxLength: 40 }), (keys) => {
    const editor = new LineEditor();
    edited(keys.join(""), editor);
    const { text, cursor } = editor;
    assertEquals(cursor >= 0 && cursor <= text.length, true);
    assertEquals(text.isWellFormed() && text.slice(0, cursor).isWellFormed(), true);
  }));
});

Deno.test("place() wraps as terminals do: two columns do not stand on the last one", () => {
  assertEquals(place("abc", 4), { row: 0, column: 3 });
  assertEquals(place("abcd", 4), { row: 1, column: 0 });
  assertEquals(place("abcde", 4), { row: 1, column: 1 });
  assertEquals(place("abc你", 4), { row: 1, column: 2 });
  assertEquals(place("> 一二三", 7), { row: 1, column: 2 });
});

Deno.test("PromptScreen draws no more than a screen, and writes out what would command the terminal", () => {
  const size = { columns: 20, rows: 4 };
  const screen = new PromptScreen();
  const long = `> ${"你".repeat(1000)}`;
  const drawn = screen.draw({ text: long, before: long.slice(0, 500) }, size);
  assertEquals(place(drawn.slice(0, drawn.indexOf("\x1b")), size.columns).row < size.rows, true);
  assertEquals(new PromptScreen().draw({ text: "\x1b[2J", before: "\x1b[2J" }, size), "\\x1b[2J");
  assertEquals(new PromptScreen().draw({ text: "a\tb", before: "a\tb" }, size), "a       b");
});
