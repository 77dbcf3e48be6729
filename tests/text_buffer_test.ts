import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { pad } from "../text/layout.ts";
import { TextBuffer } from "../text/text_buffer.ts";
import { SEED } from "./seed.ts";

/** Returns the text that `add` adds. */
function textBy(add: (text: TextBuffer) => void): string {
  const text = new TextBuffer();
  add(text);
  return text.takeText();
}

/** Texts of any characters, of which many are ASCII. */
const words = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.constantFrom("", "é", "bytes 0–13", "封装", "\u{1f600}", "x".repeat(127), "x".repeat(40_000)),
);

Deno.test(`TextBuffer has the texts that were added, in any cut (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.array(words, { maxLength: 30 }), fc.nat(30), (texts, at) => {
      const text = new TextBuffer();
      for (const each of texts.slice(0, at)) text.add(each);
      const first = text.takeText();
      assertEquals(text.size, 0);
      for (const each of texts.slice(at)) text.line(each);
      const all = first + new TextDecoder("utf-8", { ignoreBOM: true }).decode(text.bytes);
      const second = texts.slice(at).map((each) => `${each}\n`).join("");
      assertEquals(all, texts.slice(0, at).join("") + second);
    }),
    { seed: SEED, numRuns: 200 },
  );
});

Deno.test(`TextBuffer.cell() fills up by columns, as pad() does (seed ${SEED})`, () => {
  fc.assert(
    fc.property(words, fc.nat(40), (each, columns) => {
      assertEquals(textBy((text) => text.cell(each, columns)), pad(each, columns));
    }),
    { seed: SEED },
  );
});

Deno.test(`TextBuffer.number() aligns numbers to the right (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.nat(Number.MAX_SAFE_INTEGER), fc.nat(20), (value, columns) => {
      const expected = String(value).padStart(columns);
      assertEquals(textBy((text) => text.number(value, columns)), expected);
    }),
    { seed: SEED },
  );
  for (const value of [0, 9, 10, 99, 100, 65_535]) {
    assertEquals(textBy((text) => text.number(value, 1)), String(value));
  }
});

Deno.test("TextBuffer.hex() and printable() write a part of the bytes", () => {
  const data = Uint8Array.from({ length: 256 }, (_, i) => i);
  assertEquals(textBy((text) => text.hex(data, 8, 18)), "08 09 0a 0b 0c 0d 0e 0f 10 11");
  assertEquals(textBy((text) => text.hex(data, 7, 7)), "");
  assertEquals(textBy((text) => text.hex(data, 255, 256)), "ff");
  assertEquals(textBy((text) => text.printable(data, 0x1e, 0x23)), '.. !"');
  assertEquals(textBy((text) => text.printable(data, 0x7d, 0x81)), "}~..");
});

Deno.test("TextBuffer.cut() removes and returns what was added last", () => {
  const text = new TextBuffer();
  text.line("IPv4  bytes 14–33");
  const before = text.size;
  text.add("封装");
  assertEquals(text.cut(before), "封装");
  assertEquals(text.size, before);
  text.add("ip.ttl");
  assertEquals(text.takeText(), "IPv4  bytes 14–33\nip.ttl");
});

Deno.test(`TextBuffer.quoted() writes texts as JSON does, or not at all (seed ${SEED})`, () => {
  fc.assert(
    fc.property(words, (each) => {
      const text = new TextBuffer();
      const isPlain = /^[ -~]*$/.test(each) && !/["\\\\]/.test(each);
      assertEquals(text.quoted(each), isPlain);
      assertEquals(text.takeText(), isPlain ? JSON.stringify(each) : "");
    }),
    { seed: SEED },
  );
});
