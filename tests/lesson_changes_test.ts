/**
 * Each question of each lesson in another run: another run, another answer.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { allLessons } from "../learn/lessons.ts";
import { ChangedStage } from "./changed_stage.ts";
import { learningIo, play, tryMistakes } from "./learning.ts";
import { CHANGES } from "./lesson_changes.ts";
import { needs, UNIX } from "./needs.ts";

for (const lesson of await allLessons()) {
  Deno.test(
    `netkit learn ${lesson.name} has its answers from its run: another run, another answer`,
    {
      ...needs(UNIX),
    },
    async () => {
      const { asked } = await play(lesson, (asked) => asked?.answers[0] ?? "");
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
