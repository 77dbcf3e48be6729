import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Channel } from "../net/stream.ts";
import { ReadQueue } from "../server/read_queue.ts";
import { type Slot, type SlotClass, upperKernel } from "../server/upper_kernel.ts";
import { UpperSession } from "../server/upper_session.ts";
import { slowUpperCase } from "./upper_oracle.ts";

/** The kernel with slots that are counted, and spoilt when they are given back. */
function countingKernel() {
  const kernel = upperKernel()!;
  const out = new Set<Slot>();
  const taken: SlotClass[] = [];
  const slots = {
    take(size: SlotClass): Slot | null {
      const slot = kernel.slots.take(size);
      if (slot) out.add(slot);
      taken.push(size);
      return slot;
    },
    give(slot: Slot, size: SlotClass): void {
      assert(out.delete(slot), "a slot was given back twice");
      slot.fill(0xa5);
      kernel.slots.give(slot, size);
    },
  };
  return { kernel: { ...kernel, slots } as typeof kernel, out, taken };
}

/** A channel that reads `input` in pieces and takes what is written in pieces. */
function piecemeal(input: Uint8Array, reads: readonly number[], writes: readonly number[]) {
  const answer: number[] = [];
  let at = 0;
  let readings = 0;
  let writings = 0;
  const channel: Channel = {
    read(buffer) {
      if (at === input.length) return Promise.resolve(null);
      const piece = input.subarray(
        at,
        at + Math.min(reads[readings++ % reads.length]!, buffer.length),
      );
      buffer.set(piece);
      at += piece.length;
      return Promise.resolve(piece.length);
    },
    write(bytes) {
      const piece = bytes.subarray(0, writes[writings++ % writes.length]!);
      for (const byte of piece) answer.push(byte);
      return Promise.resolve(piece.length);
    },
    closeWrite: () => Promise.resolve(),
    close() {},
  };
  return { channel, answer };
}

/** Runs a session over `input`; resolves to what it answers, and checks what it leaves. */
async function converse(
  input: Uint8Array,
  reads: readonly number[],
  writes: readonly number[],
  unicode = true,
): Promise<{ answer: number[]; taken: SlotClass[] }> {
  const { kernel, out, taken } = countingKernel();
  const { channel, answer } = piecemeal(input, reads, writes);
  const shared = { kernel, unicode, readQueue: new ReadQueue() };
  const [error, bytesIn, bytesOut] = await new Promise<[unknown, number, number]>((resolve) => {
    new UpperSession(channel, shared, { end: (...end) => resolve(end) });
  });
  assertEquals(error, null);
  assertEquals(out.size, 0, "slots are left");
  assertEquals([bytesIn, bytesOut], [input.length, answer.length]);
  return { answer, taken };
}

const sizes = fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 6 });
const byte = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0x20, max: 0x7a }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(0xc3, 0x9f, 0xa9, 0xe4, 0xbd, 0xa0, 0xf0, 0x9f, 0xc5, 0x89),
  },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
);

Deno.test("UpperSession answers as the readable version, however reads and writes are cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(byte, { maxLength: 3000 }),
      sizes,
      sizes,
      async (array, reads, writes) => {
        const input = Uint8Array.from(array);
        const { answer } = await converse(input, reads, writes);
        assertEquals(Uint8Array.from(answer), slowUpperCase(input));
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("UpperSession changes a to z and nothing else when that is asked", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(byte, { maxLength: 3000 }), sizes, async (array, reads) => {
      const expected = array.map((byte) => byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte);
      const { answer } = await converse(Uint8Array.from(array), reads, [100_000], false);
      assertEquals(answer, expected);
    }),
    { numRuns: 300 },
  );
});

for (
  const [name, character] of [["ASCII", "a"], ["text that grows threefold", "\u0390"]] as const
) {
  Deno.test(`UpperSession takes larger slots for bulk, and smaller ones again: ${name}`, async () => {
    const text = character.repeat(500_000);
    const input = new TextEncoder().encode(text);
    const calm = new Array<number>(20).fill(3);
    const { answer, taken } = await converse(
      input,
      [300_000, 300_000, 300_000, ...calm],
      [300_000],
    );
    assertEquals(new TextDecoder().decode(Uint8Array.from(answer)) === text.toUpperCase(), true);
    assert(taken.includes(2), "none of the largest");
    assert(taken.lastIndexOf(0) > taken.indexOf(2), "none of the smallest after it");
  });
}

Deno.test("UpperSession ends with the error of its channel", async () => {
  for (const failing of ["read", "write"] as const) {
    const { kernel, out } = countingKernel();
    const error = new Deno.errors.ConnectionReset();
    const { channel } = piecemeal(new TextEncoder().encode("straße"), [3], [1]);
    const shared = { kernel, unicode: true, readQueue: new ReadQueue() };
    const ended = await new Promise<unknown>((resolve) => {
      new UpperSession({ ...channel, [failing]: () => Promise.reject(error) }, shared, {
        end: resolve,
      });
    });
    assertEquals([ended, out.size], [error, 0]);
  }
});
