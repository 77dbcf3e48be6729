import { assert } from "@std/assert";
import { needs } from "./needs.ts";
import { ROOT, sources } from "./sources.ts";

/** An example in a documentation comment: the file, and the code. */
interface Example {
  readonly path: string;
  readonly code: string;
}

/** The examples in documentation comments, in the order of their files. */
const EXAMPLES: readonly Example[] = (await Promise.all(
  (await sources()).map(async (path) =>
    examplesIn(await Deno.readTextFile(new URL(path, ROOT))).map((code) => ({ path, code }))
  ),
)).flat();

/** Returns the code of each block that follows `@example` in documentation comments. */
function examplesIn(text: string): string[] {
  return text.split(/^ *\* @example(?: .*)?\n/m).slice(1).map((rest) => {
    const lines = rest.split("\n").map((line) => line.replace(/^ *\* ?/, ""));
    assert(lines[0] === "```ts", `an example begins with: ${lines[0]}`);
    return lines.slice(1, lines.indexOf("```", 1)).join("\n");
  });
}

/** Returns an example that can stand in any folder: what it imports by a relative path has its URL. */
function anywhere({ path, code }: Example): string {
  const base = new URL(path, ROOT);
  return code.replaceAll(/(?<= from )"(\.[^"]*)"/g, (_, to) => JSON.stringify(new URL(to, base)));
}

// `deno test --doc` gives each file an isolate of its own, which takes half a second of processor time:
// here all examples are tests of one file. Types are not checked: an example leaves out what they ask for.
Deno.test("the examples in documentation comments run as they stand", needs(), async () => {
  const folder = await Deno.makeTempDir();
  try {
    const tests = await Promise.all(EXAMPLES.map(async (example, i) => {
      await Deno.writeTextFile(`${folder}/${i}.ts`, anywhere(example));
      return `Deno.test("${i} ${example.path}", () => import("./${i}.ts"));\n`;
    }));
    const file = `${folder}/all_test.ts`;
    await Deno.writeTextFile(file, tests.join(""));
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--config=deno.json", "-A", "--no-check", file],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
    }).output();
    const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
    assert(success, text);
    assert(text.includes(`ok | ${EXAMPLES.length} passed`), text);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("every example in a documentation comment is found", async () => {
  const words = await Promise.all(
    (await sources()).map((path) => Deno.readTextFile(new URL(path, ROOT))),
  );
  const count = words.join("").match(/@example/g)?.length;
  assert(EXAMPLES.length > 0);
  assert(EXAMPLES.length === count, `${EXAMPLES.length} of ${count} are found`);
});
