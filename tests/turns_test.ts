import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { takeTurns, type TurnOptions } from "../talk/turns.ts";

/** A time that no test waits for. */
const HOUR = 3_600_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Both sides of `takeTurns` on an input of `chunks`; what is written is kept. */
function turns(chunks: readonly string[], options: Partial<TurnOptions> = {}) {
  const rest = chunks.map((chunk) => encoder.encode(chunk));
  let reads = 0;
  let written = "";
  let stray = "";
  const input = {
    read(buffer: Uint8Array): Promise<number | null> {
      reads++;
      const chunk = rest.shift();
      if (chunk) buffer.set(chunk);
      return Promise.resolve(chunk?.length ?? null);
    },
    close() {},
  };
  const output = {
    write(bytes: Uint8Array): Promise<number> {
      written += decoder.decode(bytes);
      return Promise.resolve(bytes.length);
    },
  };
  const result = takeTurns(input, output, {
    unit: "line",
    timeout: null,
    onTimeout() {},
    onOutOfTurn: (bytes) => stray += decoder.decode(bytes),
    ...options,
  });
  const buffer = new Uint8Array(64);
  return {
    ...result,
    async line(): Promise<string | null> {
      const count = await result.input.read(buffer);
      return count === null ? null : decoder.decode(buffer.subarray(0, count));
    },
    answer: (text: string) => result.output.write(encoder.encode(text)),
    reads: () => reads,
    written: () => written,
    stray: () => stray,
  };
}

/** Returns whether `promise` is still pending when everything that could happen has happened. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true;
  promise.then(() => pending = false);
  await new Promise((resolve) => setTimeout(resolve, 0));
  return pending;
}

Deno.test("takeTurns() gives one line and does not read on before a line has come back", async () => {
  const local = turns(["one\n", "two\n"]);
  assertEquals(await local.line(), "one\n");
  const second = local.line();
  assertEquals(await isPending(second), true);
  assertEquals(local.reads(), 1);
  await local.answer("ON"); // not a line yet
  assertEquals(await isPending(second), true);
  await local.answer("E\n");
  assertEquals(await second, "two\n");
  assertEquals(local.stray(), "");
});

Deno.test("takeTurns() tells what comes out of turn, and writes it all the same", async () => {
  const local = turns(["one\n"]);
  await local.answer("220 hello\n"); // nobody was asked
  await local.line();
  await local.answer("ONE\nand more\n");
  assertEquals(local.stray(), "220 hello\nand more\n");
  assertEquals(local.written(), "220 hello\nONE\nand more\n");
});

Deno.test("takeTurns() lets the peer say what it likes after the end of input", async () => {
  const local = turns(["last"]);
  assertEquals(await local.line(), "last");
  assertEquals(await local.line(), null);
  await local.answer("LAST\nand more\n");
  assertEquals(local.stray(), "");
});

Deno.test("takeTurns() takes any message for an answer where messages are the unit", async () => {
  const local = turns(["one", "two"], { unit: "message" });
  assertEquals(await local.line(), "one");
  const second = local.line();
  assertEquals(await isPending(second), true);
  await local.answer("ONE");
  assertEquals(await second, "two");
});

Deno.test("takeTurns() lets what waits for a turn end when the input is closed", async () => {
  const local = turns(["one\n", "two\n"]);
  await local.line();
  const second = local.line();
  local.input.close();
  assertEquals(await second, null);
});

Deno.test("takeTurns() goes on without turns when the peer has ended its half", async () => {
  const late = () => assertEquals("late", "never");
  const local = turns(["one\ntwo\nthree\n"], { timeout: HOUR, onTimeout: late });
  assertEquals(await local.line(), "one\n");
  const second = local.line();
  assertEquals(await isPending(second), true);
  local.peerEnded();
  assertEquals(await second, "two\n");
  assertEquals([await local.line(), await local.line()], ["three\n", null]);
});

for (const [chunks, what] of [[["one\n"], "a line"], [["one"], "a line without end"]] as const) {
  Deno.test(`takeTurns() calls the peer late that does not answer ${what}`, async () => {
    const late = Promise.withResolvers<void>();
    const local = turns(chunks, { timeout: 5, onTimeout: late.resolve });
    await local.line();
    const end = local.line(); // after an answer, or the end
    await late.promise;
    local.close();
    await end;
  });
}

Deno.test("takeTurns() waits no longer once the answer to a line without end has come", async () => {
  const local = turns(["one"], { timeout: HOUR });
  assertEquals([await local.line(), await local.line()], ["one", null]);
  await local.answer("ONE\n");
  // A timer that went on now would make an error of it an hour later: the sanitizer looks.
});

Deno.test("takeTurns() keeps the order of lines that were read ahead, also for small buffers", async () => {
  const local = turns(["one\na\nb\nc\n"]);
  let sent = await local.line();
  for (let i = 0; i < 3; i++) {
    await local.answer("x\n");
    const small = new Uint8Array(4);
    sent += decoder.decode(small.subarray(0, await local.input.read(small) ?? 0));
  }
  assertEquals(sent, "one\na\nb\nc\n");
});

Deno.test("takeTurns() alternates for any lines in any cut", async () => {
  const text = fc.array(fc.constantFrom("a", "bc", "\n"), { maxLength: 20 });
  await fc.assert(fc.asyncProperty(fc.array(text, { maxLength: 6 }), async (parts) => {
    const chunks = parts.map((part) => part.join("")).filter((chunk) => chunk !== "");
    const local = turns(chunks);
    let sent = "";
    let lines = 0;
    for (let line; (line = await local.line()) !== null;) {
      sent += line;
      assertEquals(line.indexOf("\n"), line.endsWith("\n") ? line.length - 1 : -1);
      if (!line.endsWith("\n")) continue;
      lines++;
      await local.answer("x\n");
    }
    assertEquals(sent, chunks.join(""));
    assertEquals(local.written(), "x\n".repeat(lines));
    assertEquals(local.stray(), "");
  }));
});
