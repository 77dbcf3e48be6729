import { assert, assertEquals } from "@std/assert";
import { formatProgress, Progress } from "../talk/progress.ts";
import { fakeIo } from "./fakes.ts";
import { until } from "./waiting.ts";

Deno.test("formatProgress() has the share, the amounts and the rate", () => {
  const line = formatProgress(1024 * 1024, 3 * 1024 * 1024, 2);
  assertEquals(line, "33 %  1.0 MiB of 3.0 MiB sent, 512.0 KiB/s");
  assertEquals(formatProgress(5, 4, 1), "100 %  5 B of 4 B sent, 5 B/s"); // the file has grown
});

/** Resolves when `text` has appeared on standard error. */
async function shows(io: ReturnType<typeof fakeIo>, text: RegExp): Promise<void> {
  await until(() => text.test(io.err()), () => io.err());
}

Deno.test("Progress shows itself for a file, makes way for output, and is erased", async () => {
  const io = fakeIo({ terminal: true, stdinInfo: { kind: "file", size: 1000 } });
  const progress = new Progress(io);
  const output = progress.around(io.stdout);
  progress.add(100);
  await shows(io, /10 % {2}100 B of 1000 B sent/);
  await output.write(new TextEncoder().encode("answer\n"));
  assert(io.err().endsWith("\r\x1b[K"));
  progress.add(100);
  await shows(io, /20 %/);
  await progress.close();
  assert(io.err().endsWith("\r\x1b[K"));
});

Deno.test("Progress leaves nothing on the screen when it was over before a second", async () => {
  const io = fakeIo({ terminal: true, stdinInfo: { kind: "file", size: 1000 } });
  const progress = new Progress(io);
  progress.add(1000);
  await progress.close();
  assertEquals(io.err(), "");
});
