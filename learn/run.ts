/**
 * The work of `netkit learn`: the list, a lesson, its answers, its sheet.
 *
 * @module
 */
import { createBytes } from "../cli/byte_source.ts";
import { EXIT } from "../cli/errors.ts";
import type { Io } from "../cli/io.ts";
import { columnsOf, sayFolded } from "../cli/terminal.ts";
import { formatTable } from "../text/layout.ts";
import { t } from "../text/messages.ts";
import type { Lesson, Numbered } from "./lesson.ts";
import { allLessons, LAB_LESSONS, lessonNamed, NAMES } from "./lessons.ts";
import type { Options } from "./options.ts";
import { Progress } from "./progress.ts";
import { reportOf, type Tries } from "./report.ts";
import { Screen } from "./screen.ts";
import { playLesson, TypedLines } from "./session.ts";
import { Stage } from "./stage.ts";

/** Prints a row for each lesson; resolves to the exit code. */
export async function listLessons({ lab }: Options, io: Io): Promise<number> {
  const [progress, lessons] = await Promise.all([
    Progress.read(io),
    allLessons(lab ? LAB_LESSONS : undefined),
  ]);
  const rows = lessons.map(({ name, title, steps }, i) => {
    const { step, done } = progress.of(name);
    const state = step > 0 ? t`step ${step + 1} of ${steps.length}` : done ? t`done` : "";
    return [`${i + 1}`.padStart(2), name, title(), state];
  });
  const screen = new Screen(io);
  await screen.write(formatTable(rows, columnsOf(io.stdout, io)));
  const command = commandFor(nextOf(lessons, progress) ?? 1, lab);
  await screen.write(`\n${t`to start or go on: ${command}`}\n`);
  if (!lab) await screen.lines(laboratory());
  return EXIT.ok;
}

/** Returns the line that leads to the lessons of the laboratory. */
function laboratory(): string {
  const command = "netkit learn --lab --list";
  return t`lessons with hosts and wires on this machine: ${command}`;
}

/** Returns the number of the first lesson that is not done, `null` if all are. */
function nextOf(lessons: readonly Lesson[], progress: Progress): number | null {
  const next = lessons.findIndex(({ name }) => !progress.of(name).done);
  return next === -1 ? null : next + 1;
}

/** Returns the command line that starts a lesson. */
function commandFor(number: number, isLab: boolean): string {
  return isLab ? `netkit learn --lab ${number}` : `netkit learn ${number}`;
}

/** Plays a lesson, or prints what was asked for in its place; resolves to the exit code. */
export async function learnLesson(word: string, options: Options, io: Io): Promise<number> {
  const chosen = await lessonNamed(word);
  const seed = seedOf(options);
  if (options.answers) {
    await using stage = new Stage(io, null, seed);
    return await printAnswers(chosen, stage, io);
  }
  if (options.sheet !== null) {
    const { writeSheet } = await import("./sheet.ts");
    const stageOn = (page: Screen) => Promise.resolve(new Stage(page.io, page, seed));
    return await writeSheet(chosen, options.sheet, io, stageOn);
  }
  const screen = new Screen(io);
  await using stage = new Stage(io, screen, seed);
  return await play([chosen], stage, screen, options, io);
}

/**
 * Makes a laboratory, and plays a lesson in it, without a `word` those that are not done; or prints the
 * answers, or writes the sheet. Resolves to the exit code.
 */
export async function learnInLab(
  word: string | undefined,
  options: Options,
  io: Io,
): Promise<number> {
  const chosen: Chosen = word === undefined
    ? await undone(await Progress.read(io))
    : [await lessonNamed(word, LAB_LESSONS)];
  const [{ Lab }, { LabStage }, { describe, describeHosts }] = await Promise.all([
    import("./lab/lab.ts"),
    import("./lab/stage.ts"),
    import("./lab/description.ts"),
  ]);
  await using lab = await Lab.make(io);
  const seed = seedOf(options);
  if (options.answers) {
    await using stage = new LabStage(io, null, seed, lab);
    return await printAnswers(chosen[0], stage, io);
  }
  if (options.sheet !== null) {
    const { writeSheet } = await import("./sheet.ts");
    return await writeSheet(chosen[0], options.sheet, io, async (page) => {
      await describeHosts(page);
      return new LabStage(page.io, page, seed, lab);
    });
  }
  const screen = new Screen(io);
  await describe(lab, screen);
  await using stage = new LabStage(io, screen, seed, lab);
  return await play(chosen, stage, screen, options, io);
}

/** Resolves to the lessons of the laboratory from the first one on that is not done; to all if all are. */
async function undone(progress: Progress): Promise<Chosen> {
  const lessons = await allLessons(LAB_LESSONS);
  const first = nextOf(lessons, progress) ?? 1;
  const [next, ...rest] = lessons.map((lesson, i) => ({ lesson, number: i + 1 })).slice(first - 1);
  return [next!, ...rest];
}

/** Lessons to be played one after the other, with their numbers. */
type Chosen = readonly [Numbered, ...Numbered[]];

/** Returns the seed that was given, or one by chance. */
function seedOf({ seed }: Options): number {
  return seed ?? Math.floor(Math.random() * 1e9);
}

/** Plays lessons until one is left; resolves to the exit code. */
async function play(
  chosen: Chosen,
  stage: Stage,
  screen: Screen,
  { from, report, lab }: Options,
  io: Io,
): Promise<number> {
  const progress = await Progress.read(io);
  if (from !== null) {
    const [{ lesson }] = chosen;
    const step = Math.min(from, lesson.steps.length) - 1;
    await progress.keep(lesson.name, { ...progress.of(lesson.name), step });
  }
  const all: Tries[] = [];
  const file = report === null ? null : await createBytes(report, io); // refused before the lesson
  const lines = new TypedLines(io, screen);
  try {
    const onTries = (tries: Tries) => void all.push(tries);
    for (const { lesson, number } of chosen) {
      const session = { lesson, number, io, screen, stage, lines, progress, onTries };
      if (!await playLesson(session)) {
        const command = commandFor(number, lab);
        await screen.paragraph(t`The place is kept: ${command} goes on here.`);
        break;
      }
      const command = commandFor(number + 1, lab);
      const last = lab ? Object.keys(LAB_LESSONS).length : NAMES.length;
      await screen.paragraph(
        number === last
          ? t`That was the last lesson.` + (lab ? "" : `\n${laboratory()}`)
          : t`This lesson is done. The next one: ${command}`,
      );
    }
  } finally {
    lines.close();
    await file?.write(new TextEncoder().encode(reportOf(all)));
    file?.close();
    if (!progress.isKept) await sayFolded(io, t`the place cannot be kept on this machine`);
  }
  return EXIT.ok;
}

/** Prints each question with its answer, from a run that is not shown. */
async function printAnswers(
  { lesson: { title, steps }, number }: Numbered,
  stage: Stage,
  io: Io,
): Promise<number> {
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
