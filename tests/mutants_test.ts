import { assert, assertEquals } from "@std/assert";
import { mutated, type Mutation } from "../tasks/mutation.ts";
import { MUTATIONS } from "../tasks/mutations.ts";
import { sources } from "./sources.ts";

const ROOT = new URL("../", import.meta.url);

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

Deno.test("every deliberate bug still applies: its text stands once in its file", () => {
  const lost = MUTATIONS.filter((each) => mutated(read(each.file), each) === null);
  assertEquals(lost.map(({ file, before }) => `${file}: ${before}`), []);
});

Deno.test("every deliberate bug changes something, and names tests that there are", () => {
  for (const { file, before, after, felt, tests } of MUTATIONS) {
    assert(before !== after && felt !== "", file);
    assert(tests.length > 0, file);
    for (const test of tests) assert(/^tests\/\w+_test\.ts$/.test(test) && read(test) !== "", test);
  }
});

Deno.test("there are 60 deliberate bugs over all folders, and at most 5 that no test can find", async () => {
  assert(MUTATIONS.length >= 60);
  const folders = new Set(MUTATIONS.map(({ file }) => file.replace(/[^/]+$/, "")));
  const sourceFolders = new Set((await sources()).map((path) => path.replace(/[^/]+$/, "")));
  sourceFolders.delete("std/"); // types alone
  assertEquals([...folders].sort(), [...sourceFolders].sort());
  assert(MUTATIONS.filter(({ survives }) => survives !== null).length <= 5);
});

Deno.test("mutated() wants a text that stands there exactly once", () => {
  const bug: Mutation = {
    file: "",
    before: "aa",
    after: "$&",
    felt: "",
    tests: [],
    survives: null,
  };
  assertEquals(mutated("baac", bug), "b$&c");
  assertEquals(mutated("bac", bug), null);
  assertEquals(mutated("aa aa", bug), null);
  assertEquals(mutated("aaa", bug), null);
});
