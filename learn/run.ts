/**
 * The work of `netkit learn`: the list, a lesson, its answers, its sheet.
 *
 * @module
 */
import { createBytes } from "../cli/byte_source.ts";
import { EXIT } from "../cli/errors.ts";
import { type Io, say } from "../cli/io.ts";
import { columnsOf } from "../cli/terminal.ts";
import { formatTable } from "../text/layout.ts";
import { t } from "../text/messages.ts";
import type { Lesson } from "./lesson.ts";
import { allLessons, lessonNamed, NAMES } from "./lessons.ts";
import type { Options } from "./options.ts";
import { Progress } from "./progress.ts";
import { reportOf, type Tries } from "./report.ts";
import { Screen } from "./screen.ts";
import { playLesson, TypedLines } from "./session.ts";
import { Stage } from "./stage.ts";

/** Prints a row for each lesson; resolves to the exit code. */
export async function listLessons(io: Io): Promise<number> {
  const [progress, lessons] = await Promise.all([Progress.read(io), allLessons()]);
  const rows = lessons.map(({ name, title, steps }, i) => {
    const { step, done } = progress.of(name);
    const state = step > 0 ? t`step ${step + 1} of ${steps.length}` : done ? t`done` : "";
    return [`${i + 1}`.padStart(2), name, title(), state];
  });
  const screen = new Screen(io);
  await screen.write(formatTable(rows, columnsOf(io.stdout, io)));
  const next = lessons.findIndex(({ name }) => !progress.of(name).done);
  const number = next === -1 ? 1 : next + 1;
  await screen.write(`\n${t`to start or go on: ${`netkit learn ${number}`}`}\n`);
  return EXIT.ok;
}

/** Plays a lesson, or prints what was asked for in its place; resolves to the exit code. */
export async function learnLesson(word: string, options: Options, io: Io): Promise<number> {
  const { lesson, number } = await lessonNamed(word);
  const seed = options.seed ?? Math.floor(Math.random() * 1e9);
  if (options.answers) return await printAnswers(lesson, number, seed, io);
  if (options.sheet !== null) {
    const { writeSheet } = await import("./sheet.ts");
    return await writeSheet(lesson, number, seed, options.sheet, io);
  }
  return await play(lesson, number, seed, options, io);
}

async function play(
  lesson: Lesson,
  number: number,
  seed: number,
  { from, report }: Options,
  io: Io,
): Promise<number> {
  const screen = new Screen(io);
  const progress = await Progress.read(io);
  if (from !== null) {
    const step = Math.min(from, lesson.steps.length) - 1;
    await progress.keep(lesson.name, { ...progress.of(lesson.name), step });
  }
  const all: Tries[] = [];
  const file = report === null ? null : await createBytes(report, io); // refused before the lesson
  const lines = new TypedLines(io, screen);
  try {
    await using stage = new Stage(io, screen, seed);
    const onTries = (tries: Tries) => void all.push(tries);
    const session = { lesson, number, io, screen, stage, lines, progress, onTries };
    if (await playLesson(session)) {
      const next = NAMES[number];
      await screen.paragraph(
        next === undefined
          ? t`That was the last lesson.`
          : t`This lesson is done. The next one: ${`netkit learn ${number + 1}`}`,
      );
    } else {
      await screen.paragraph(t`The place is kept: ${`netkit learn ${number}`} goes on here.`);
    }
  } finally {
    lines.close();
    await file?.write(new TextEncoder().encode(reportOf(all)));
    file?.close();
    if (!progress.isKept) await say(io, t`the place cannot be kept on this machine`);
  }
  return EXIT.ok;
}

/** Prints each question with its answer, from a run that is not shown. */
async function printAnswers(
  { title, steps }: Lesson,
  number: number,
  seed: number,
  io: Io,
): Promise<number> {
  await using stage = new Stage(io, null, seed);
  const screen = new Screen(io);
  await screen.lines(t`Lesson ${number}: ${title()}`);
  for (const [at, step] of steps.entries()) {
    const asked = await stage.step(at, step.play);
    io.stop.throwIfAborted();
    if (asked === null) continue;
    await screen.gap();
    await screen.lines(`${at + 1}. ${asked.text}`);
    await screen.lines(t`answer of a run just now: ${asked.answers[0]!}`);
    await screen.lines(t`rule: ${asked.rule}`);
  }
  return EXIT.ok;
}
