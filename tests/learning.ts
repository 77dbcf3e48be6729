/**
 * Lessons played by a test: the real commands, a screen that is kept, answers that the test gives.
 *
 * @module
 */
import type { Asked, Lesson, Step } from "../learn/lesson.ts";
import { Progress } from "../learn/progress.ts";
import type { Tries } from "../learn/report.ts";
import { Screen } from "../learn/screen.ts";
import { playLesson } from "../learn/session.ts";
import { Stage } from "../learn/stage.ts";
import { system } from "../system/io.ts";
import { type FakeIo, fakeIo } from "./fakes.ts";
import { RUN } from "./processes.ts";

/** A system whose programs and files are real, and whose streams, environment and signals are a fake's. */
export function learningIo(columns = 80): FakeIo {
  const real = system();
  const fake = fakeIo({ columns });
  return Object.assign(Object.create(fake) as FakeIo, {
    self: [Deno.execPath(), ...RUN],
    platform: real.platform,
    spawn: real.spawn,
    temporaryFolder: real.temporaryFolder,
    tryBind: real.tryBind,
    createFile: real.createFile,
    now: real.now,
  });
}

/** A lesson that was played. */
export interface Played {
  /** What the person saw. */
  readonly out: string;
  /** Whether it was played to its end. */
  readonly done: boolean;
  /** The tries at its questions. */
  readonly tries: readonly Tries[];
  /** What was asked at each step. */
  readonly asked: readonly (Asked | null)[];
}

/** Plays a lesson; `type` gives the lines, from what was asked last and the number of tries at it so far. */
export async function play(
  lesson: Lesson,
  type: (asked: Asked | null, tries: number) => string | null,
  { io = learningIo() }: { io?: FakeIo } = {},
): Promise<Played> {
  const all: (Asked | null)[] = [];
  let tries = 0;
  const steps = lesson.steps.map((step): Step => ({
    says: step.says,
    async play(stage) {
      const asked = await step.play(stage);
      all.push(asked);
      tries = 0;
      return asked;
    },
  }));
  const screen = new Screen(io);
  const onTries: Tries[] = [];
  await using stage = new Stage(io, screen, 1);
  const done = await playLesson({
    lesson: { ...lesson, steps },
    number: 1,
    io,
    screen,
    stage,
    lines: { next: () => Promise.resolve(type(all.at(-1) ?? null, tries++)) },
    progress: await Progress.read(fakeIo()),
    onTries: (each) => void onTries.push(each),
  });
  return { out: io.out(), done, tries: onTries, asked: all };
}

/** Plays a lesson of this one question with these lines; resolves to what was seen. */
export async function playOne(asked: Asked, lines: (string | null)[]): Promise<string> {
  const lesson: Lesson = {
    name: "one",
    title: () => "One question",
    steps: [{ says: () => [], play: () => Promise.resolve(asked) }],
  };
  return (await play(lesson, () => lines.shift() ?? null)).out;
}
