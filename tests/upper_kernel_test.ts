import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Slot, SLOT_SIZES, Slots, upperKernel } from "../server/upper_kernel.ts";
import { kernelSource } from "../tasks/kernel.ts";
import { codePoint } from "./code_points.ts";
import { slowUpperCase } from "./upper_oracle.ts";

const kernel = upperKernel()!;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Takes two slots of the largest class, fills both with 0xa5, and gives them back after `test`. */
function withSlots(test: (from: Slot, to: Slot) => void): void {
  const [from, to] = [kernel.slots.take(2)!, kernel.slots.take(2)!];
  from.fill(0xa5);
  to.fill(0xa5);
  test(from, to);
  kernel.slots.give(from, 2);
  kernel.slots.give(to, 2);
}

/** Returns what the kernel makes of `bytes` in one call, and how many of them it consumes. */
function unicode(bytes: Uint8Array): { answer: Uint8Array; consumed: number } {
  let answer = new Uint8Array();
  withSlots((from, to) => {
    from.set(bytes);
    answer = to.slice(0, kernel.unicode(from, 0, bytes.length, to));
    assertEquals(from.subarray(0, bytes.length), bytes); // its input stays as it is
  });
  return { answer, consumed: kernel.consumed() };
}

Deno.test("the committed kernel is what its text form says", async () => {
  const committed = await Deno.readTextFile(
    new URL("../server/upper_kernel_binary.ts", import.meta.url),
  );
  // In whatever way the formatter breaks the lines.
  const base64 = (source: string) => source.match(/"[^"]+"/g)!.join("").replaceAll('"', "");
  assertEquals(base64(committed) === base64(await kernelSource()), true, "run: deno task kernel");
});

Deno.test("UpperKernel.unicode() agrees with toUpperCase() on all 1,112,064 code points", () => {
  for (let page = 0; page < 0x110000; page += 0x800) {
    if (page === 0xd800) continue; // the surrogates are no characters
    const text = Array.from({ length: 0x800 }, (_, i) => String.fromCodePoint(page + i)).join("");
    assertEquals(decoder.decode(unicode(encoder.encode(text)).answer) === text.toUpperCase(), true);
  }
});

Deno.test("UpperKernel.unicode() agrees with the readable version on text in any cut", () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom(..."aZß你ŉﬁﬃΐςσıİǆẖ𐐨🙂\u{1e922}\ufeff\u0345é\0"),
      fc.string({ unit: codePoint, minLength: 1, maxLength: 1 }).filter((c) => c.isWellFormed()),
    ),
    maxLength: 60,
  });
  const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(text, cuts, (text, cuts) => {
      const bytes = encoder.encode(text);
      const answers: number[] = [];
      let rest: Uint8Array = new Uint8Array();
      for (let at = 0, k = 0; at < bytes.length; k++) {
        const piece = Uint8Array.from([
          ...rest,
          ...bytes.subarray(at, at += cuts[k % cuts.length]!),
        ]);
        const { answer, consumed } = unicode(piece);
        answers.push(...answer);
        rest = piece.slice(consumed);
        assert(rest.length <= 3);
      }
      assertEquals(rest.length, 0);
      assertEquals(Uint8Array.from(answers), slowUpperCase(bytes));
    }),
    { numRuns: 3000 },
  );
});

Deno.test("UpperKernel.unicode() passes what is no UTF-8", () => {
  const byte = fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(0x61, 0xc3, 0xa9, 0xe0, 0xe4, 0xbd, 0xa0, 0xed, 0xf0, 0x9f, 0xf4, 0x90),
  );
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 70 }), (array) => {
      const bytes = Uint8Array.from(array);
      const { answer, consumed } = unicode(bytes);
      assert(consumed <= bytes.length && consumed >= bytes.length - 3);
      assertEquals(answer, slowUpperCase(bytes.subarray(0, consumed)));
    }),
    { numRuns: 3000 },
  );
});

Deno.test("UpperKernel.ascii() changes a to z in place, whatever stands behind the end", () => {
  const bytes = fc.uint8Array({ max: 127, maxLength: 80 });
  fc.assert(
    fc.property(bytes, fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes, behind) => {
      withSlots((slot) => {
        slot.set(bytes);
        slot.set(behind, bytes.length);
        assertEquals(kernel.ascii(slot, bytes.length), bytes.length);
        assertEquals(slot.slice(0, bytes.length), slowUpperCase(bytes));
      });
    }),
    { numRuns: 5000 },
  );
});

Deno.test("UpperKernel.ascii() stops at the block with a byte that is not ASCII", () => {
  for (let at = 0; at < 70; at++) {
    withSlots((slot) => {
      slot.fill(0x61, 0, 70);
      slot[at] = 0xc3;
      assertEquals(kernel.ascii(slot, 70), at - at % 16);
      assertEquals(slot.slice(at - at % 16, at), new Uint8Array(at % 16).fill(0x61));
      if (at >= 16) assertEquals(slot[at - at % 16 - 1], 0x41);
    });
  }
});

Deno.test("Slots are apart from each other and have 16 bytes of slack", () => {
  const memory = new ArrayBuffer(256 * 2 ** 20);
  const slots = new Slots(memory, 65536);
  const taken = SLOT_SIZES.flatMap((length, size) =>
    Array.from({ length: 50 }, () => {
      const slot = slots.take(size as 0 | 1 | 2)!;
      assertEquals(slot.length, length);
      return slot;
    })
  );
  const starts = taken.map((slot) => slot.byteOffset).sort((a, b) => a - b);
  const ends = taken.map((slot) => slot.byteOffset + slot.length).sort((a, b) => a - b);
  assert(starts[0]! >= 65536);
  starts.slice(1).forEach((start, i) => assert(start >= ends[i]! + 16));
  assert(ends.at(-1)! + 16 <= memory.byteLength);
});

Deno.test("Slots gives the slot again that was given back last, and null when there is none", () => {
  const slots = new Slots(new ArrayBuffer(256 * 2 ** 20), 65536);
  const all: Slot[] = [];
  for (let slot = slots.take(2); slot; slot = slots.take(2)) all.push(slot);
  assert(all.length > 50);
  assertEquals(slots.take(2), null);
  assert(slots.take(0) && slots.take(1)); // the other classes have theirs
  slots.give(all[3]!, 2);
  slots.give(all[7]!, 2);
  assertEquals(slots.take(2) === all[7], true);
  assertEquals(slots.take(2) === all[3], true);
  assertEquals(slots.take(2), null);
});
