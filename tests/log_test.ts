import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { Output } from "../cli/io.ts";
import { formatBytes, formatDuration, formatTime } from "../text/units.ts";
import { Log } from "../cli/log.ts";

const MEBIBYTE = 1024 * 1024;

const notice = (count: number) => `(${count} dropped)`;

/** An output that takes `size` bytes at a time, once `open` is called. */
function slowOutput(size = Infinity) {
  const gate = Promise.withResolvers<void>();
  const taken: Uint8Array[] = [];
  let writing = 0;
  let most = 0;
  const output: Output = {
    async write(bytes) {
      most = Math.max(most, ++writing);
      await gate.promise;
      const part = bytes.slice(0, size);
      taken.push(part);
      writing--;
      return part.length;
    },
    isTerminal: () => false,
  };
  return {
    output,
    open: () => gate.resolve(),
    mostAtOnce: () => most,
    async text() {
      return await new Blob(taken as Uint8Array<ArrayBuffer>[]).text();
    },
  };
}

Deno.test("Log writes lines in order, one write at a time", async () => {
  const lines = fc.array(fc.array(fc.stringMatching(/^[^\n]*$/)));
  await fc.assert(fc.asyncProperty(lines, fc.integer({ min: 1, max: 9 }), async (bursts, size) => {
    const { output, open, mostAtOnce, text } = slowOutput(size);
    open();
    const log = new Log(output, { notice });
    for (const burst of bursts) {
      for (const line of burst) log.line(line);
      await Promise.resolve();
    }
    await log.flush();
    assertEquals(await text(), bursts.flat().map((line) => `${line}\n`).join("").toWellFormed());
    assert(mostAtOnce() <= 1);
  }));
});

Deno.test("Log drops lines while its reader takes nothing, keeps 8 MiB and tells how many", async () => {
  const { output, open, text } = slowOutput();
  const log = new Log(output, { notice });
  const line = "x".repeat(1023);
  for (let i = 0; i < 12_000; i++) log.line(line);
  open();
  await log.flush();
  const written = await text();
  assert(written.length < 8.1 * MEBIBYTE, `it kept ${written.length} characters`);
  const kept = written.split(`${line}\n`).length - 1;
  assert(kept > 8000);
  assertEquals(written.slice(kept * 1024), `(${12_000 - kept} dropped)\n`);
});

Deno.test("Log tells of dropped lines before the lines that come after them", async () => {
  const { output, open, text } = slowOutput();
  const log = new Log(output, { notice });
  log.line("first");
  log.line("x".repeat(8 * MEBIBYTE));
  log.line("second");
  open();
  await log.flush();
  assertEquals(await text(), "first\n(1 dropped)\nsecond\n");
});

Deno.test("Log drops a single line that is longer than all that may wait", async () => {
  const { output, open, text } = slowOutput();
  open();
  const log = new Log(output, { notice });
  log.line("x".repeat(8 * MEBIBYTE));
  await log.flush();
  assertEquals(await text(), "(1 dropped)\n");
});

Deno.test("Log.flush() resolves at once when nothing was written", async () => {
  await new Log(slowOutput().output, { notice }).flush();
});

Deno.test("Log.flush() waits for lines that are added meanwhile", async () => {
  const { output, open, text } = slowOutput();
  const log = new Log(output, { notice });
  log.line("before");
  const flushed = log.flush();
  log.line("after");
  open();
  await flushed;
  assertEquals(await text(), "before\nafter\n");
});

Deno.test("Log.flush() gives up on a reader that has stopped reading", async () => {
  const log = new Log({ write: () => new Promise(() => {}), isTerminal: () => false }, { notice });
  log.line("nobody reads this");
  await log.flush(1);
});

Deno.test("Log.flush() does not give up on a reader that is slow", async () => {
  const taken: number[] = [];
  const log = new Log({
    async write(bytes) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      taken.push(bytes[0]!);
      return 1;
    },
    isTerminal: () => false,
  }, { notice });
  log.line("slowly but surely");
  await log.flush(1000);
  assertEquals(new TextDecoder().decode(new Uint8Array(taken)), "slowly but surely\n");
});

Deno.test("Log gives the output no more at once than a slow reader takes soon", async () => {
  const sizes: number[] = [];
  const output: Output = {
    write(bytes) { // like write(2) into a pipe: it returns when all is taken
      sizes.push(bytes.length);
      return Promise.resolve(bytes.length);
    },
    isTerminal: () => false,
  };
  const log = new Log(output, { notice });
  log.line("x".repeat(MEBIBYTE));
  await log.flush();
  assertEquals(sizes.reduce((sum, size) => sum + size, 0), MEBIBYTE + 1);
  assertEquals(Math.max(...sizes), 64 * 1024);
});

Deno.test("Log does not mind a closed standard error, and tries again with the next line", async () => {
  let tries = 0;
  const log = new Log({
    write() {
      tries++;
      return Promise.reject(new Deno.errors.BrokenPipe("Broken pipe (os error 32)"));
    },
    isTerminal: () => false,
  }, { notice });
  log.line("one");
  await log.flush();
  log.line("two");
  await log.flush();
  assertEquals(tries, 2);
});

Deno.test("Log does not mind an output that throws at once", async () => {
  const log = new Log({
    write() {
      throw new Error("closed");
    },
    isTerminal: () => false,
  }, { notice });
  log.line("one");
  await log.flush();
});

Deno.test("formatTime() returns the local time of day to the millisecond", () => {
  assertEquals(formatTime(new Date(2026, 0, 2, 3, 4, 5, 6).getTime()), "03:04:05.006");
  assertEquals(formatTime(new Date(2026, 0, 2, 23, 59, 59, 999).getTime()), "23:59:59.999");
  assertMatch(formatTime(Date.now()), /^\d\d:\d\d:\d\d\.\d{3}$/);
});

const DURATIONS: readonly (readonly [milliseconds: number, text: string])[] = [
  [0, "0.00 ms"],
  [0.123, "0.12 ms"],
  [0.999, "1.00 ms"],
  [1, "1 ms"],
  [87.4, "87 ms"],
  [999.4, "999 ms"],
  [999.5, "1.00 s"],
  [1000, "1.00 s"],
  [4590, "4.59 s"],
  [59_994, "59.99 s"],
  [59_995, "1 min 0 s"],
  [60_000, "1 min 0 s"],
  [119_499, "1 min 59 s"],
  [119_500, "2 min 0 s"],
  [125_000, "2 min 5 s"],
  [3_599_499, "59 min 59 s"],
  [3_599_500, "1 h 0 min"],
  [7_199_499, "1 h 59 min"],
  [7_199_500, "2 h 0 min"],
  [90_000_000, "25 h 0 min"],
];

for (const [milliseconds, text] of DURATIONS) {
  Deno.test(`formatDuration() writes ${milliseconds} ms as ${text}`, () => {
    assertEquals(formatDuration(milliseconds), text);
  });
}

Deno.test("formatDuration() never writes a unit full", () => {
  fc.assert(fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (milliseconds) => {
    const text = formatDuration(milliseconds);
    assertMatch(
      text,
      /^(\d\.\d\d ms|\d{1,3} ms|[1-5]?\d\.\d\d s|[1-5]?\d min [1-5]?\d s|\d+ h [1-5]?\d min)$/,
    );
  }));
});

const AMOUNTS: readonly (readonly [bytes: number, text: string])[] = [
  [0, "0 B"],
  [5, "5 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [1536, "1.5 KiB"],
  [1_048_524, "1023.9 KiB"],
  [1_048_525, "1.0 MiB"],
  [1_048_575, "1.0 MiB"],
  [1_048_576, "1.0 MiB"],
  [1_258_291, "1.2 MiB"],
  [2 ** 30 - 1, "1.0 GiB"],
  [2 ** 40, "1.0 TiB"],
  [2 ** 52, "4096.0 TiB"],
];

for (const [bytes, text] of AMOUNTS) {
  Deno.test(`formatBytes() writes ${bytes} B as ${text}`, () => {
    assertEquals(formatBytes(bytes), text);
  });
}

Deno.test("formatBytes() never writes a unit full below 1024 TiB", () => {
  fc.assert(fc.property(fc.maxSafeNat().map((bytes) => bytes % 2 ** 50), (bytes) => {
    const [number = "", unit = ""] = formatBytes(bytes).split(" ");
    assert(Number(number) < 1024 || bytes >= 1023.95 * 2 ** 40, `${number} ${unit}`);
    assertStringIncludes("B KiB MiB GiB TiB", unit);
  }));
});
