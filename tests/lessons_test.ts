import { assert, assertEquals } from "@std/assert";
import { allLessons, NAMES } from "../learn/lessons.ts";
import type { Lesson } from "../learn/lesson.ts";
import { ChangedStage } from "./changed_stage.ts";
import { learningIo, play, type Played, tryMistakes } from "./learning.ts";
import { CHANGES } from "./lesson_changes.ts";
import { needs, UNIX } from "./needs.ts";

/** What was played of each lesson. */
const PLAYED = new Map<string, Played>();

/** Plays a lesson with right answers; one that was played before is not played again. */
async function rightly(lesson: Lesson): Promise<Played> {
  const { name } = lesson;
  const played = PLAYED.get(name) ?? await play(lesson, (asked) => asked?.answers[0] ?? "");
  PLAYED.set(name, played);
  return played;
}

for (const lesson of await allLessons()) {
  Deno.test(`netkit learn ${lesson.name} is played to its end, and each mistake gets its hint`, {
    ...needs(UNIX),
  }, async () => {
    const { done, out, tries, asked } = await rightly(lesson);
    assert(done, out);
    assertEquals(tries.map(({ right, tries }) => [right, tries]), tries.map(() => [true, 1]));
    for (const line of out.split("\n")) {
      assert(line.length <= 80 || line.startsWith("  $ "), line); // a command line is one to be copied
    }
    for (const each of asked) if (each !== null) await tryMistakes(each);
  });

  Deno.test(
    `netkit learn ${lesson.name} has its answers from its run: another run, another answer`,
    {
      ...needs(UNIX),
    },
    async () => {
      const { asked } = await rightly(lesson);
      const rows = CHANGES[lesson.name]!;
      assertEquals(asked.map((each) => each === null), rows.map((each) => each === null));
      for (const [at, row] of rows.entries()) {
        if (row === null || "always" in row) continue;
        const answers = [asked[at]!.answers[0]!];
        for (const change of [row].flat()) {
          const io = learningIo();
          await using stage = new ChangedStage(io, change);
          const changed = await stage.step(at, lesson.steps[at]!.play);
          assertEquals(changed!.answers[0], change.answer, `step ${at + 1}: ${io.out()}`);
          await tryMistakes(changed!);
          answers.push(change.answer);
        }
        assert(new Set(answers).size > 1, `step ${at + 1}: the answer is ${answers} in any run`);
      }
    },
  );
}

Deno.test("there are changes for all lessons, and for no others", () => {
  assertEquals(Object.keys(CHANGES), NAMES);
});
