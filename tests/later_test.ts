import { assertEquals } from "@std/assert";
import { later } from "../cli/later.ts";
import { GUARD } from "./waiting.ts";

Deno.test("later() calls when the time is over, and keeps the program alive until then", {
  timeout: GUARD,
}, async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  later(1, () => resolve("called"));
  assertEquals(await promise, "called");
});

Deno.test("later() does not call once it is told that all is over, and keeps no program alive", {
  timeout: GUARD,
}, async () => {
  const script = `import { later } from ${JSON.stringify(import.meta.resolve("../cli/later.ts"))};
    later(1, () => console.log("first"));
    const isOver = later(${GUARD}, () => console.log("never"));
    later(2, isOver);`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", script],
  }).output();
  assertEquals(new TextDecoder().decode(stdout), "first\n");
});
