import { assert, assertEquals } from "@std/assert";
import { allLessons, NAMES } from "../learn/lessons.ts";
import { play, tryMistakes } from "./learning.ts";
import { CHANGES } from "./lesson_changes.ts";
import { needs, UNIX } from "./needs.ts";

for (const lesson of await allLessons()) {
  Deno.test(`netkit learn ${lesson.name} is played to its end, and each mistake gets its hint`, {
    ...needs(UNIX),
  }, async () => {
    const { done, out, tries, asked } = await play(
      lesson,
      (asked) => asked?.answers[0] ?? "",
    );
    assert(done, out);
    assertEquals(tries.map(({ right, tries }) => [right, tries]), tries.map(() => [true, 1]));
    for (const line of out.split("\n")) {
      assert(line.length <= 80 || line.startsWith("  $ "), line); // a command line is one to be copied
    }
    for (const each of asked) if (each !== null) await tryMistakes(each);
  });
}

Deno.test("there are changes for all lessons, and for no others", () => {
  assertEquals(Object.keys(CHANGES), NAMES);
});
