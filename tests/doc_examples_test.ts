import { assert } from "@std/assert";
import { needs } from "./needs.ts";
import { ROOT, sources } from "./sources.ts";

/** The files of which a documentation comment has an example. */
const FILES: readonly string[] = (await Promise.all(
  (await sources()).map(async (path) => ({
    path,
    text: await Deno.readTextFile(new URL(path, ROOT)),
  })),
)).filter(({ text }) => text.includes("@example")).map(({ path }) => path);

Deno.test("the examples in documentation comments run as they stand", needs(), async () => {
  // An example runs in the folder of its file: it imports what it shows from "./FILE.ts". Types are not
  // checked, since Deno adds imports of everything else in the file, and unused ones are errors here.
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--doc", "-A", "--no-check", ...FILES],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  assert(success, text);
  for (const path of FILES) {
    assert(new RegExp(`\\b[1-9]\\d* tests? from \\./${path}`).test(text), path + text);
  }
});

Deno.test("there are examples in documentation comments", () => assert(FILES.length > 0));
