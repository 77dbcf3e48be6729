/**
 * The words of the bundle as a single file for each command, beside those of netkit. The folder's are in
 * `transcripts_matrix_test.ts`.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { SHELLS } from "../cli/completions.ts";
import { loadNetkit } from "../main.ts";
import { assertSaysTheSame, makeBundle } from "./bundle.ts";
import { needs, UNIX } from "./needs.ts";
import { GUARD } from "./waiting.ts";

const { commands } = await loadNetkit();

/** What netkit says about itself, and how it refuses, for each command. */
const LINES: readonly (readonly string[])[] = [
  [],
  ["--help"],
  ["--version"],
  ["man"],
  ["srve"],
  ...SHELLS.map((shell) => ["completions", shell]),
  ...commands.flatMap(({ name }) => [["help", name], [name, "--no-such-option"]]),
];

Deno.test("the bundle as a single file, alone in an empty folder, says what netkit says", {
  timeout: GUARD,
}, async (test) => {
  await using bundle = await makeBundle("file");
  for (const args of LINES) {
    await test.step(`netkit ${args.join(" ")}`, () => assertSaysTheSame(bundle, args));
  }
});

Deno.test("the bundle has the same files wherever it is made, also by a link to the project", {
  ...needs(UNIX),
  timeout: GUARD,
}, async () => {
  await using one = await makeBundle();
  const path = `${one.cwd}/other`;
  await Deno.symlink(await Deno.realPath(new URL("..", import.meta.url)), `${one.cwd}/link`);
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", `${one.cwd}/link/tasks/bundle.ts`, path],
  }).output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  const [files, others] = await Promise.all([one.path, path].map(async (path) => {
    const names = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name).sort();
    return await Promise.all(
      names.map(async (name) => [name, await Deno.readTextFile(`${path}/${name}`)] as const),
    );
  }));
  assertEquals(files!.map(([name]) => name), others!.map(([name]) => name));
  const different = files!.filter(([, text], i) => text !== others![i]![1]);
  assertEquals(different.map(([name]) => name), []);
});
