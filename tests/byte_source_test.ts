import { assertEquals } from "@std/assert";
import { readBytes } from "../cli/byte_source.ts";
import { fakeIo } from "./fakes.ts";

Deno.test("readBytes() yields a file of many chunks as it is, though it reads ahead", async () => {
  const data = Uint8Array.from({ length: 1_000_000 }, (_, i) => i * 7 + (i >> 10));
  const io = fakeIo({ files: { "/data": data } });
  const read: number[] = [];
  for await (const chunk of readBytes("/data", io)) {
    await Promise.resolve(); // what reads ahead has time to do it
    for (const byte of chunk) read.push(byte);
  }
  assertEquals(Uint8Array.from(read), data);
});

Deno.test("readBytes() does not wait for a pipe that nobody wants more of", async () => {
  let closed = false;
  let reads = 0;
  const pipe = {
    // A large first piece, and then nothing as long as the other end stays open.
    read: (buffer: Uint8Array) =>
      ++reads === 1 ? Promise.resolve(buffer.length) : new Promise<never>(() => {}),
    close: () => void (closed = true),
  };
  const io = fakeIo({});
  for await (const _ of readBytes("/pipe", { ...io, openFile: () => Promise.resolve(pipe) })) break;
  assertEquals([closed, reads], [true, 2]);
});
