import { assertEquals, assertRejects } from "@std/assert";
import { OutputClosed } from "../cli/errors.ts";
import type { Output } from "../cli/io.ts";
import { OutputQueue } from "../cli/output_queue.ts";

const decoder = new TextDecoder();

/** An output that takes at most `most` bytes at a time, each time when `next` is called. */
class SlowOutput implements Output {
  readonly written: string[] = [];
  #next = Promise.withResolvers<void>();

  constructor(readonly most: number = Infinity) {}

  async write(bytes: Uint8Array): Promise<number> {
    await this.#next.promise;
    this.#next = Promise.withResolvers();
    const count = Math.min(this.most, bytes.length);
    this.written.push(decoder.decode(bytes.subarray(0, count)));
    return count;
  }

  next(): void {
    this.#next.resolve();
  }

  isTerminal(): boolean {
    return false;
  }
}

/** Calls `next` of an output until `flushed`; resolves to what was written. */
async function drain(output: SlowOutput, flushed: Promise<void>): Promise<string[]> {
  let isOver = false;
  const over = flushed.finally(() => isOver = true);
  while (!isOver) {
    output.next();
    await Promise.resolve();
  }
  await over;
  return output.written;
}

Deno.test("OutputQueue writes at once, and together what comes in the meantime", async () => {
  const output = new SlowOutput();
  const queue = new OutputQueue(output);
  assertEquals(["one\n", "two\n", "three\n"].map((line) => queue.add(line)), [false, false, false]);
  assertEquals(await drain(output, queue.flush()), ["one\n", "two\nthree\n"]);
});

Deno.test("OutputQueue that collects writes nothing before flush()", async () => {
  const output = new SlowOutput();
  const queue = new OutputQueue(output, { collects: true });
  await queue.flush(); // nothing is there
  queue.add("one ");
  queue.add("two");
  output.next();
  await Promise.resolve();
  assertEquals(output.written, []);
  assertEquals(await drain(output, queue.flush()), ["one two"]);
  queue.add(" three");
  assertEquals(await drain(output, queue.flush()), ["one two", " three"]);
});

Deno.test("OutputQueue keeps bytes that are no text, and their place between texts", async () => {
  const output = new SlowOutput(2);
  const queue = new OutputQueue(output, { collects: true });
  queue.add("ab");
  queue.add(new Uint8Array([0x63, 0x64, 0x65]));
  queue.add("");
  queue.add("f");
  assertEquals((await drain(output, queue.flush())).join(""), "abcdef");
});

Deno.test("OutputQueue says when its writer has to wait", async () => {
  const output = new SlowOutput();
  const queue = new OutputQueue(output, { collects: true });
  assertEquals(queue.add("x".repeat(64 * 1024 - 1)), false);
  assertEquals(queue.add("x"), true);
  await drain(output, queue.flush());
  assertEquals(queue.add("x"), false);
});

Deno.test("OutputQueue whose reader has gone tells so, and drops the rest", async () => {
  let writes = 0;
  const queue = new OutputQueue({
    write: () => {
      writes++;
      return Promise.reject(new Deno.errors.BrokenPipe());
    },
    isTerminal: () => false,
  });
  queue.add("one");
  await assertRejects(() => queue.flush(), OutputClosed);
  assertEquals(queue.add("two"), true);
  await assertRejects(() => queue.flush(), OutputClosed);
  assertEquals(writes, 1);
});
