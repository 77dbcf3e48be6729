/**
 * Lessons played by a test: the real commands, a screen that is kept, answers that the test gives.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Asked, Lesson, Step } from "../learn/lesson.ts";
import type { Lab } from "../learn/lab/lab.ts";
import { LabStage } from "../learn/lab/stage.ts";
import { isRight } from "../learn/answer.ts";
import { Progress } from "../learn/progress.ts";
import type { Tries } from "../learn/report.ts";
import { Screen } from "../learn/screen.ts";
import { playLesson } from "../learn/session.ts";
import { Stage } from "../learn/stage.ts";
import { system } from "../system/io.ts";
import type { SpawnOptions } from "../cli/io.ts";
import { type FakeIo, fakeIo, type FakeOptions } from "./fakes.ts";
import { RUN } from "./processes.ts";

/** A system whose programs and files are real, and whose streams, environment and signals are a fake's. */
export function learningIo(
  columns = 80,
  { withGo = false, ...options }: FakeOptions & { readonly withGo?: boolean } = {},
): FakeIo {
  const real = system();
  const fake = fakeIo({ columns, ...options });
  return Object.assign(Object.create(fake) as FakeIo, {
    self: [Deno.execPath(), ...RUN],
    platform: real.platform,
    // Go takes long: what it shows is seen by tests/learn_matrix_test.ts.
    spawn: (program: string, ...rest: [readonly string[], SpawnOptions?]) => {
      if (program === "go" && !withGo) throw new Deno.errors.NotFound();
      return real.spawn(program, ...rest);
    },
    temporaryFolder: real.temporaryFolder,
    tryBind: real.tryBind,
    createFile: real.createFile,
    now: real.now,
  });
}

/** The same, with what it takes to make a laboratory. */
export function labIo(): FakeIo {
  const { capture, readTextFile, openFile } = system();
  return Object.assign(learningIo(), { capture, readTextFile, openFile });
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
  { io = learningIo(), lab = null }: { io?: FakeIo; lab?: Lab | null } = {},
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
  await using stage = lab === null ? new Stage(io, screen, 1) : new LabStage(io, screen, 1, lab);
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

/** Gives each mistake that a question names; it must be wrong, and its hint must be said. */
export async function tryMistakes(asked: Asked): Promise<void> {
  for (const { given, hint } of asked.mistakes) {
    assertEquals(isRight(given, asked.answers), false, `${given} is right: ${asked.text}`);
    const once = await playOne(asked, [given, asked.answers[0]!]);
    const flat = once.replace(/\s+/g, " ");
    assert(flat.includes(hint.replace(/\s+/g, " ")), `${given}: ${hint}\n${once}`);
  }
}
