/**
 * The bundle's words for each command, beside those of netkit.
 *
 * @module
 */
import { SHELLS } from "../cli/completions.ts";
import { loadNetkit } from "../main.ts";
import { assertSaysTheSame, makeBundle } from "./bundle.ts";
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

Deno.test("the bundle, alone in an empty folder, says what netkit says", {
  timeout: GUARD,
}, async (test) => {
  await using bundle = await makeBundle();
  for (const args of LINES) {
    await test.step(`netkit ${args.join(" ")}`, () => assertSaysTheSame(bundle, args));
  }
});
