import { assert, assertEquals, assertRejects } from "@std/assert";
import { system } from "../system/io.ts";
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

Deno.test("COLUMNS says how wide lines may be where there is no terminal", async () => {
  for (const columns of [40, 60, 100]) {
    const { out } = await netkit(["help", "serve"], "", { env: { COLUMNS: `${columns}` } });
    const widest = Math.max(...out.split("\n").map((line) => line.length));
    assert(widest <= columns && widest > columns - 15, `${widest} of ${columns}`);
  }
});
