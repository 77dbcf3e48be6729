import { assertEquals } from "@std/assert";
import { closeQuietly, writeAll } from "../net/stream.ts";
import { ChunkReader } from "../server/chunk_reader.ts";

/** A readable that gives the texts one by one, then ends. */
function reading(...texts: string[]): { read(buffer: Uint8Array): Promise<number | null> } {
  return {
    read(buffer) {
      const text = texts.shift();
      if (text === undefined) return Promise.resolve(null);
      return Promise.resolve(new TextEncoder().encodeInto(text, buffer).written);
    },
  };
}

Deno.test("ChunkReader lends its buffer: a chunk changes when the next is read", async () => {
  const reader = new ChunkReader(reading("first", "again"), new Uint8Array(5));
  const first = (await reader.next()).value;
  assertEquals(new TextDecoder().decode(first), "first");
  await reader.next();
  assertEquals(new TextDecoder().decode(first), "again");
});

Deno.test("ChunkReader ends with the peer's half and counts what came", async () => {
  const reader = new ChunkReader(reading("abc", "", "de"), new Uint8Array(16));
  const texts: string[] = [];
  for await (const chunk of reader) texts.push(new TextDecoder().decode(chunk));
  assertEquals(texts, ["abc", "", "de"]); // a read of 0 bytes is not the end
  assertEquals(reader.bytes, 5);
});

Deno.test("writeAll() goes on after a partial write", async () => {
  const written: number[] = [];
  const output = {
    write(bytes: Uint8Array): Promise<number> {
      written.push(...bytes.subarray(0, 3));
      return Promise.resolve(Math.min(3, bytes.length));
    },
  };
  await writeAll(output, Uint8Array.of(1, 2, 3, 4, 5, 6, 7));
  assertEquals(written, [1, 2, 3, 4, 5, 6, 7]);
});

Deno.test("closeQuietly() does not mind what is closed already", () => {
  closeQuietly({
    close() {
      throw new Deno.errors.BadResource("Bad resource ID");
    },
  });
});
