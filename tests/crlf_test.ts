import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { crlf } from "../talk/crlf.ts";
import { lineByLine } from "../talk/line_input.ts";

/** An input that gives the chunks one by one, each cut to the buffer. */
function inputOf(chunks: readonly Uint8Array[]) {
  const rest = chunks.map((chunk) => chunk.slice());
  return {
    read(buffer: Uint8Array): Promise<number | null> {
      const chunk = rest.shift();
      if (chunk === undefined) return Promise.resolve(null);
      const part = chunk.subarray(0, buffer.length);
      if (part.length < chunk.length) rest.unshift(chunk.subarray(part.length));
      buffer.set(part);
      return Promise.resolve(part.length);
    },
    close() {},
  };
}

/** Reads `crlf` of `chunks` to the end, through a buffer that is soiled before each read. */
async function expanded(chunks: readonly Uint8Array[], size: number): Promise<number[]> {
  const input = crlf(inputOf(chunks));
  const buffer = new Uint8Array(size);
  const bytes: number[] = [];
  for (;;) {
    buffer.fill(0xa5);
    const count = await input.read(buffer);
    if (count === null) return bytes;
    bytes.push(...buffer.subarray(0, count));
  }
}

/** The whole at once, as one reads it in the documentation: CR before every LF that has none. */
function oracle(bytes: readonly number[]): number[] {
  return bytes.flatMap((byte, i) => byte === 10 && bytes[i - 1] !== 13 ? [13, 10] : [byte]);
}

Deno.test("crlf() puts CR before LF and leaves CRLF and CR as they are", async () => {
  const text = new TextEncoder().encode("a\n b\r\n c\r \n \rd");
  const bytes = await expanded([text], 64);
  assertEquals(new TextDecoder().decode(Uint8Array.from(bytes)), "a\r\n b\r\n c\r \r\n \rd");
});

Deno.test("crlf() of any cut is crlf() of the whole", async () => {
  const byte = fc.constantFrom(10, 13, 97, 255);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(byte, { maxLength: 12 }), { maxLength: 8 }),
      fc.integer({ min: 2, max: 9 }),
      async (chunks, size) => {
        const bytes = await expanded(chunks.map((chunk) => Uint8Array.from(chunk)), size);
        assertEquals(bytes, oracle(chunks.flat()));
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("lineByLine() gives a line at a time, in any cut", async () => {
  const text = "one\n\nthree, which is long\nlast";
  for (const size of [1, 2, 5, 100]) {
    const bytes = new TextEncoder().encode(text);
    let at = 0;
    const lines = lineByLine({
      read(buffer) {
        const part = bytes.subarray(at, at + size);
        buffer.set(part);
        at += part.length;
        return Promise.resolve(part.length === 0 ? null : part.length);
      },
      close() {},
    });
    const seen: string[] = [];
    const buffer = new Uint8Array(10);
    for (let count; (count = await lines.read(buffer)) !== null;) {
      seen.push(new TextDecoder().decode(buffer.subarray(0, count)));
    }
    assertEquals(seen, ["one\n", "\n", "three, whi", "ch is long", "\n", "last"], `${size}`);
  }
});
