import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes/concat";
import fc from "fast-check";
import { asciiUpperCase, upperCase } from "../server/upper.ts";
import {
  SLOT_SIZES,
  type SlotClass,
  type UpperKernel,
  upperKernel,
} from "../server/upper_kernel.ts";
import { PIECE, upperCaseMessage, upperCasePieces } from "../server/upper_message.ts";
import { codePoint } from "./code_points.ts";
import { assertLinear } from "./linear.ts";
import { slowUpperCase } from "./upper_oracle.ts";

/** Bytes of which few make characters: parts of them, what may not follow, surrogates, overlong forms. */
const HARD_BYTES = Uint8Array.fromHex("00617a80bfc0c39fa9ce90e0a0e4bdedeff09ff490fafeff");

const hardBytes = fc.array(
  fc.oneof(fc.constantFrom(...HARD_BYTES), fc.integer({ min: 0, max: 255 })),
  { maxLength: 70 },
).map((array) => Uint8Array.from(array));

/** The ways in which a message is changed: by the kernel, and where there is none. */
const WAYS: readonly (readonly [name: string, kernel: UpperKernel | null])[] = [
  ["the kernel", upperKernel()],
  ["the readable form", null],
];

/** Returns `bytes` with a to z in upper case. */
function slowAscii(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte);
}

for (const [name, kernel] of WAYS) {
  Deno.test(`upperCaseMessage() by ${name} agrees with the oracle on bytes that are hard`, () => {
    fc.assert(
      fc.property(hardBytes, (bytes) => {
        const before = bytes.slice();
        assertEquals(upperCaseMessage(bytes, { kernel }), slowUpperCase(bytes));
        assertEquals(upperCaseMessage(bytes, { kernel, unicode: false }), slowAscii(bytes));
        assertEquals(bytes, before);
      }),
      { numRuns: 2000 },
    );
  });

  Deno.test(`upperCaseMessage() by ${name} agrees with toUpperCase() on any text`, () => {
    const unit = fc.oneof(
      fc.constantFrom(..."aZß你ŉﬁﬃΐςσıİǆẖ𐐨🙂\u{1e922}\u{1d800}\ufeff\u0345é\0"),
      fc.string({ unit: codePoint, minLength: 1, maxLength: 1 }).filter((c) => c.isWellFormed()),
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), hardBytes, (text, bytes) => {
        const [start, upper] = [text, text.toUpperCase()].map((each) =>
          new TextEncoder().encode(each)
        );
        // With 0xff between both, neither changes what the other becomes.
        const message = concat([start!, Uint8Array.of(0xff), bytes]);
        const expected = concat([upper!, Uint8Array.of(0xff), slowUpperCase(bytes)]);
        assertEquals(upperCaseMessage(message, { kernel }), expected);
      }),
      { numRuns: 1000 },
    );
  });

  Deno.test(`upperCasePieces() by ${name} gives the same wherever pieces are cut`, () => {
    fc.assert(
      fc.property(hardBytes, fc.integer({ min: 0, max: 70 }), (bytes, before) => {
        const prefix = new Uint8Array(PIECE - before).fill(0x61);
        const message = concat([prefix, bytes, prefix]);
        const expected = concat([slowAscii(prefix), slowUpperCase(bytes), slowAscii(prefix)]);
        // A lead byte at the end of the hard ones stays one: an "a" never goes on with it.
        const pieces: Uint8Array[] = [];
        for (const { bytes } of upperCasePieces(message, { kernel })) pieces.push(bytes.slice());
        assert(pieces.length > 1);
        for (const piece of pieces) assert(piece.length > 0 && piece.length <= 3 * PIECE);
        assertEquals(concat(pieces).toBase64() === expected.toBase64(), true);
      }),
      { numRuns: 100 },
    );
  });

  Deno.test(`upperCaseMessage() by ${name} takes what grows, what is empty, and what ends too early`, () => {
    const grows = new TextEncoder().encode("\u0390".repeat(PIECE));
    const grown = new TextEncoder().encode("\u0390".toUpperCase().repeat(PIECE));
    assertEquals(upperCaseMessage(grows, { kernel }).toBase64() === grown.toBase64(), true);
    assertEquals(upperCaseMessage(new Uint8Array(), { kernel }), new Uint8Array());
    for (const rest of [[0xc3], [0xe4, 0xbd], [0xf0, 0x9f, 0x99]]) {
      const message = Uint8Array.of(0x61, ...rest);
      assertEquals(upperCaseMessage(message, { kernel }), Uint8Array.of(0x41, ...rest));
    }
  });
}

Deno.test("upperCaseMessage() makes what upperCase() and asciiUpperCase() make of a stream", async () => {
  await fc.assert(
    fc.asyncProperty(hardBytes, fc.integer({ min: 1, max: 9 }), async (bytes, size) => {
      for (const [transform, unicode] of [[upperCase, true], [asciiUpperCase, false]] as const) {
        const parts: Uint8Array[] = [];
        for await (const part of transform(cut(bytes, size))) parts.push(part.slice());
        assertEquals(upperCaseMessage(bytes, { unicode }), concat(parts));
      }
    }),
    { numRuns: 1000 },
  );
});

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    yield await Promise.resolve(bytes.slice(at, at + size));
  }
}

Deno.test("upperCaseMessage() gives every slot back, and needs none when all are taken", () => {
  const kernel = upperKernel()!;
  const text = "straße ".repeat(SLOT_SIZES[1]);
  const message = new TextEncoder().encode(text);
  for (let free = 0; free < 3; free++) {
    let taken = 0;
    const slots = {
      take: (size: SlotClass) => taken < free ? (taken++, kernel.slots.take(size)) : null,
      give: (...slot: Parameters<typeof kernel.slots.give>) => {
        taken--;
        kernel.slots.give(...slot);
      },
    };
    const answer = upperCaseMessage(message, { kernel: { ...kernel, slots } as typeof kernel });
    assertEquals(new TextDecoder().decode(answer) === text.toUpperCase(), true);
    assertEquals(taken, 0);
  }
});

/** Bytes that are repeated: what is no UTF-8 in short and in long runs, and what grows. */
const REPEATED: readonly (readonly [name: string, hex: string])[] = [
  ["bytes of which few are UTF-8", "00fe23faf0"],
  ["beginnings of characters", "f0"],
  ["surrogates", "eda080"],
  ["letters and bytes that are none", "61ff"],
  ["letters that grow threefold", "ce90"],
  ["a byte in each block of letters", "61616161616161616161616161616180"],
];

for (const [name, kernel] of WAYS) {
  Deno.test(`upperCaseMessage() by ${name} takes linear time`, async () => {
    for (const [name, hex] of REPEATED) {
      const unit = Uint8Array.fromHex(hex);
      const make = (size: number) =>
        Uint8Array.from({ length: size }, (_, i) => unit[i % unit.length]!);
      for (const unicode of [true, false]) {
        await assertLinear(make, (bytes) => upperCaseMessage(bytes, { kernel, unicode }), { name });
      }
    }
  });
}
