import { assert, assertEquals, assertRejects } from "@std/assert";
import { system } from "../system/io.ts";
import { needs, UNIX } from "./needs.ts";
import { netkit } from "./processes.ts";

Deno.test("a program that does not answer in time is ended", async () => {
  const prototype = Deno.ChildProcess.prototype;
  const original = prototype.kill;
  const killed: Deno.ChildProcess[] = [];
  prototype.kill = function (this: Deno.ChildProcess, signal) {
    killed.push(this);
    return original.call(this, signal);
  };
  try {
    // It ends by itself, so that nothing stays where the test fails.
    const late = "await new Promise((resolve) => setTimeout(resolve, 30_000))";
    const error = await assertRejects(
      () => system().capture(Deno.execPath(), ["eval", late], { timeout: 50 }),
      DOMException,
    );
    assertEquals(error.name, "TimeoutError");
    assertEquals(killed.length, 1);
    assertEquals((await killed[0]!.status).signal, "SIGKILL");
  } finally {
    prototype.kill = original;
  }
});

Deno.test({
  name: "a program that has ended is late where a child of it holds its output",
  ...needs(UNIX),
  async fn() {
    const prototype = Deno.ChildProcess.prototype;
    const original = prototype.output;
    let done: Promise<unknown> | null = null;
    prototype.output = function (this: Deno.ChildProcess) {
      const output = original.call(this);
      done = output;
      return output;
    };
    const folder = await Deno.makeTempDir();
    try {
      const script = `mkfifo ${folder}/x; { read line <${folder}/x; } & exit 0`;
      const error = await assertRejects(
        () => system().capture("sh", ["-c", script], { timeout: 500 }),
        DOMException,
      );
      assertEquals(error.name, "TimeoutError");
      // Also for reading: to open it waits for nobody, where the shell was ended before it had a child.
      using fifo = await Deno.open(`${folder}/x`, { read: true, write: true, create: true });
      await fifo.write(new TextEncoder().encode("\n")); // the child ends
      await done;
    } finally {
      prototype.output = original;
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("COLUMNS says how wide lines may be where there is no terminal", async () => {
  for (const [set, columns] of [["40", 40], ["60", 60], ["100", 100], ["-5", 80]] as const) {
    const { out } = await netkit(["help", "serve"], "", { env: { COLUMNS: set } });
    const widest = Math.max(...out.split("\n").map((line) => line.length));
    assert(widest <= columns && widest > columns - 15, `${widest} of ${columns}`);
  }
});
