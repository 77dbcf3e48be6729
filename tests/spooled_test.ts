import { assert, assertEquals } from "@std/assert";
import { spawnSpooled } from "../system/spooled.ts";
import { needs } from "./needs.ts";

const UNIX = { what: "a shell and /proc", isHere: Deno.build.os === "linux" };

Deno.test({
  name: "spawnSpooled() yields all that a program writes, in order, and empties the file meanwhile",
  ...needs(UNIX, "seq"),
  async fn() {
    const running = spawnSpooled("seq", ["1", "12000000"], { LC_ALL: "C" })!;
    let [size, rest, expected] = [0, "", 1];
    const decoder = new TextDecoder();
    for await (const bytes of running.stdout) {
      size += bytes.length;
      const text = rest + decoder.decode(bytes);
      const end = text.lastIndexOf("\n") + 1;
      const lines = text.slice(0, end).split("\n");
      assertEquals(Number(lines[0]), expected);
      expected += lines.length - 1;
      rest = text.slice(end);
    }
    for await (const bytes of running.stderr) assertEquals(decoder.decode(bytes), "");
    assertEquals([await running.ended, expected - 1], [0, 12_000_000]);
    assert(size > 64 * 2 ** 20, `${size} bytes`);
  },
});

Deno.test({
  name: "spawnSpooled() leaves no file with a name, and a signal ends the program",
  ...needs(UNIX, "sleep"),
  async fn() {
    const running = spawnSpooled("sleep", ["100"], {})!;
    let isSent = false;
    const read = async () => {
      for await (const _ of running.stdout);
    };
    const reading = read();
    while (!isSent) {
      // The shell has become the program when it answers to its name.
      isSent = (await namesOfPrograms()).includes("sleep 100");
    }
    running.kill("SIGINT");
    assertEquals(await running.ended, 130);
    await reading;
    for await (const _ of running.stderr);
  },
});

Deno.test("spawnSpooled() leaves a program that is not there to the usual way", () => {
  assertEquals(spawnSpooled("no-such-program", [], {}), null);
});

/** Returns the command lines of all processes (proc_pid_cmdline(5)). */
async function namesOfPrograms(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    names.push(line.replaceAll("\0", " ").trim());
  }
  return names;
}
