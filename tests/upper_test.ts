import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Source } from "../net/stream.ts";
import { asciiUpperCase, UpperCase, upperCase } from "../server/upper.ts";
import { codePoint } from "./code_points.ts";
import { slowUpperCase } from "./upper_oracle.ts";

const encoder = new TextEncoder();

/** Yields `bytes` cut into pieces of the given sizes, each lent in a buffer that is spoilt before the next. */
async function* lent(bytes: Uint8Array, sizes: readonly number[]): Source {
  const buffer = new Uint8Array(Math.max(1, bytes.length));
  let at = 0;
  for (let k = 0; at < bytes.length; k++) {
    const piece = bytes.subarray(at, at + (sizes[k % sizes.length] ?? 1));
    buffer.fill(0xa5);
    buffer.set(piece);
    yield await Promise.resolve(buffer.subarray(0, piece.length));
    at += piece.length;
  }
}

async function collect(source: Source): Promise<number[]> {
  const bytes: number[] = [];
  for await (const chunk of source) bytes.push(...chunk);
  return bytes;
}

/** Text with what is hard about upper case: letters that grow, final sigma, dotless i, ligatures, astral letters. */
const hardText = fc.string({
  unit: fc.oneof(
    fc.constantFrom(..."aZß你ŉﬁﬃΐςσıİǆẖ𐐨🙂\u{1e922}\ufeff\u0345é\0"),
    fc.string({ unit: codePoint, minLength: 1, maxLength: 1 }).filter((c) => c.isWellFormed()),
  ),
  maxLength: 40,
});

const cuts = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 });

Deno.test("upperCase() gives what toUpperCase() gives for the whole, however it is cut", async () => {
  await fc.assert(
    fc.asyncProperty(hardText, cuts, async (text, sizes) => {
      const answer = await collect(upperCase(lent(encoder.encode(text), sizes)));
      assertEquals(answer, [...encoder.encode(text.toUpperCase())]);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("upperCase() passes bytes that are not UTF-8 unchanged, however it is cut", async () => {
  const bytes = fc.array(
    fc.oneof(
      fc.constantFrom(0x61, 0xc3, 0xa9, 0xe4, 0xbd, 0xa0, 0xed, 0xa0, 0x80, 0xf0, 0x9f, 0xf4, 0x90),
      fc.integer({ min: 0, max: 255 }),
    ),
    { maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(bytes, cuts, async (bytes, sizes) => {
      const given = Uint8Array.from(bytes);
      assertEquals(await collect(upperCase(lent(given, sizes))), [...slowUpperCase(given)]);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("UpperCase agrees with toUpperCase() on every code point", () => {
  const state = new UpperCase();
  for (let page = 0; page < 0x110000; page += 0x1000) {
    if (page >= 0xd000 && page < 0xe000) continue; // surrogates are no characters; U+D000-U+D7FF come below
    const text = Array.from({ length: 0x1000 }, (_, i) => String.fromCodePoint(page + i)).join("");
    assertEquals(
      new TextDecoder("utf-8", { ignoreBOM: true }).decode(state.push(encoder.encode(text))),
      text.toUpperCase(),
    );
  }
  const hangul = Array.from({ length: 0x800 }, (_, i) => String.fromCodePoint(0xd000 + i)).join("");
  assertEquals(new TextDecoder().decode(state.push(encoder.encode(hangul))), hangul.toUpperCase());
  assertEquals(state.end(), new Uint8Array());
});

Deno.test("UpperCase gives ASCII back in the chunk that it was given", () => {
  const chunk = encoder.encode("hello");
  assertEquals(new UpperCase().push(chunk), chunk);
  assertEquals(new TextDecoder().decode(chunk), "HELLO");
});

Deno.test("UpperCase keeps an unfinished character, and gives its bytes back when the stream ends in it", () => {
  const state = new UpperCase();
  assertEquals(state.push(Uint8Array.of(0x61, 0xe4, 0xbd)), Uint8Array.of(0x41));
  assertEquals(state.end(), Uint8Array.of(0xe4, 0xbd));
  assertEquals(state.end(), new Uint8Array());
});

for (
  const [name, bytes] of [
    ["a byte-order mark", [0xef, 0xbb, 0xbf, 0x61]],
    ["a surrogate", [0xed, 0xa0, 0x80, 0x61]],
    ["an overlong slash", [0xc0, 0xaf, 0x61]],
    ["a code point above U+10FFFF", [0xf4, 0x90, 0x80, 0x80, 0x61]],
    ["UTF-16", [0xff, 0xfe, 0x61, 0x00]],
    ["a lead byte before a letter", [0xe4, 0x61]],
  ] as const
) {
  Deno.test(`UpperCase keeps ${name} and changes the a beside it`, () => {
    const answer = [...new UpperCase().push(Uint8Array.from(bytes))];
    assertEquals(answer, bytes.map((byte) => byte === 0x61 ? 0x41 : byte));
  });
}

Deno.test("asciiUpperCase() changes a to z and no other byte", async () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  const expected = [...all].map((byte) => byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte);
  for (const sizes of [[256], [1], [7, 3]]) {
    assertEquals(await collect(asciiUpperCase(lent(all, sizes))), expected);
  }
});
