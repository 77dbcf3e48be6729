/**
 * A person, or a pipe, in a lesson.
 *
 * Life of a session: from the step at which it was left, each step says what there is to know, runs its
 * commands, and asks; an answer is compared with what the run has shown; after the third wrong one the right
 * one is said. The place is kept after each step, so that leaving, also by Ctrl-C, loses nothing.
 *
 * @module
 */
import { abortable } from "@std/async/abortable";
import { TextLineStream } from "@std/streams/text-line-stream";
import type { Io } from "../cli/io.ts";
import { escapeLine } from "../text/escape.ts";
import { t } from "../text/messages.ts";
import { isRight, plainAnswer } from "./answer.ts";
import type { Asked, Lesson } from "./lesson.ts";
import type { Progress } from "./progress.ts";
import type { Tries } from "./report.ts";
import type { Screen } from "./screen.ts";
import type { Stage } from "./stage.ts";

/** Wrong answers after which the right one is said. */
const MOST_TRIES = 3;

/** A place to go to from a step: the next one, the same, the one before, or out of the lesson. */
type Turn = "on" | "again" | "back" | "leave";

/** A source of lines. */
export interface Lines {
  /** Resolves to the next line, `null` at the end. */
  next(): Promise<string | null>;
}

/** The lines that are typed or come through a pipe. */
export class TypedLines implements Lines {
  readonly #lines: ReadableStreamDefaultReader<string>;

  /** Reads the standard input of `io`. */
  constructor(readonly io: Io, readonly screen: Screen) {
    const text = io.stdin.readable.pipeThrough(new TextDecoderStream());
    this.#lines = text.pipeThrough(new TextLineStream({ allowCR: true })).getReader();
  }

  /** Resolves to the next line, `null` at the end. Rejects with a `Stopped` after Ctrl-C. */
  async next(): Promise<string | null> {
    await this.screen.write("> ");
    const { value = null } = await abortable(this.#lines.read(), this.io.stop);
    const isSeen = value !== null && this.io.stdin.isTerminal();
    if (!isSeen) await this.screen.write(`${escapeLine(value ?? "")}\n`);
    return value;
  }

  /** Ends reading. */
  close(): void {
    this.io.stdin.close();
    this.#lines.cancel().catch(() => {});
  }
}

/** A lesson under way. */
export interface Session {
  /** The lesson. */
  readonly lesson: Lesson;
  /** Its number, counted from 1. */
  readonly number: number;
  /** The system. */
  readonly io: Io;
  /** The output that the person sees. */
  readonly screen: Screen;
  /** The commands. */
  readonly stage: Stage;
  /** The lines that the person types. */
  readonly lines: Lines;
  /** The place. */
  readonly progress: Progress;
  /** Called with the tries at each question. */
  readonly onTries: (tries: Tries) => void;
}

/** Plays a lesson from the place that was kept; resolves to whether it was played to its end. */
export async function playLesson(session: Session): Promise<boolean> {
  const { lesson: { name, steps }, screen, progress } = session;
  const kept = progress.of(name);
  let at = kept.step < steps.length ? kept.step : 0;
  await screen.paragraph(
    t`Enter goes on, b goes back, ? explains, w serves the connection of a step as a page, q leaves and
    keeps the place. Commands behind $ are really run, and shown as you would type them.`,
  );
  while (at < steps.length) {
    const turn = await playStep(session, at);
    if (turn === "leave") return false;
    at = turn === "back" ? Math.max(0, at - 1) : turn === "again" ? at : at + 1;
    const isOver = at === steps.length;
    await progress.keep(name, { step: isOver ? 0 : at, done: kept.done || isOver });
  }
  return true;
}

async function playStep(session: Session, at: number): Promise<Turn> {
  const { lesson: { name, steps, title }, number, screen, stage, progress } = session;
  const place = t`step ${at + 1} of ${steps.length}`;
  await screen.title(t`Lesson ${number}: ${title()}`, `[${place}]`);
  const step = steps[at]!;
  for (const text of step.says()) await screen.paragraph(text);
  const asked = await stage.step(at, step.play);
  if (asked === null) return await goOn(session, at, nothingAsked());
  const turn = await ask(session, at, asked);
  // The next step would push the explanation out of a terminal. A pipe has a line for each answer.
  if (turn !== "on" || !session.io.stdin.isTerminal() || at === steps.length - 1) return turn;
  await progress.keep(name, { ...progress.of(name), step: at + 1 }); // it is left from here, too
  const next = await goOn(session, at + 1, asked.why);
  return next === "back" ? "again" : next;
}

function nothingAsked(): string {
  return t`Nothing is asked here: Enter goes on.`;
}

/** Waits for Enter at the place `at`; `?` says `explanation`, and each other line is answered. */
async function goOn(session: Session, at: number, explanation: string): Promise<Turn> {
  for (;;) {
    const turn = turnOf(await session.lines.next());
    if (turn === "page") await openPage(session);
    else if (turn === "explain") await session.screen.paragraph(explanation);
    else if (turn === "answer") await session.screen.paragraph(nothingAsked());
    else if (turn === "back" && at === 0) await sayFirst(session);
    else return turn;
  }
}

async function sayFirst({ screen }: Session): Promise<void> {
  await screen.paragraph(t`This is the first step: there is none before it.`);
}

async function openPage({ screen, stage }: Session): Promise<void> {
  const address = await stage.openPage();
  await screen.paragraph(
    address === null
      ? t`This step has no connection that a page could show.`
      : t`Open this address in a browser: ${address} shows the same connection, as long as this lesson
      lasts.`,
  );
}

/** Asks until the answer is right, or has been said. */
async function ask(session: Session, at: number, asked: Asked): Promise<Turn> {
  const { lesson: { name }, io, screen, lines, onTries } = session;
  const begin = io.now();
  let tries = 0;
  let right = false;
  const end = () =>
    onTries({
      lesson: name,
      step: at + 1,
      question: asked.text,
      tries,
      right,
      milliseconds: io.now() - begin,
    });
  await screen.paragraph(asked.text, "?", screen.palette.bold);
  while (!right && tries < MOST_TRIES) {
    const line = await lines.next();
    right = isRight(line ?? "", asked.answers);
    const turn = right ? "answer" : turnOf(line);
    if (turn === "back" && at === 0) {
      await sayFirst(session);
      continue;
    }
    if (turn === "back" || turn === "leave") {
      end();
      return turn;
    }
    if (turn === "page") {
      await openPage(session);
      continue;
    }
    if (turn === "explain" || turn === "on") {
      await screen.paragraph(asked.rule);
      continue;
    }
    tries++;
    if (!right) await correct(screen, line!, asked, tries);
  }
  end();
  if (right) await screen.paragraph(asked.why, t`Right.`, screen.palette.green);
  else await screen.paragraph(asked.why);
  return "on";
}

/** Says what may have been mixed up; at the end, the right answer. */
async function correct(screen: Screen, line: string, asked: Asked, tries: number): Promise<void> {
  const mistake = asked.mistakes.find(({ given }) => isRight(line, [given]));
  const hint = mistake?.hint ??
    (tries === 1
      ? t`Not that. Look at the output again, or type ? for the way to it.`
      : asked.rule);
  if (tries < MOST_TRIES) return await screen.paragraph(hint);
  await screen.paragraph(t`It is ${asked.answers[0]!}.`);
}

/** Returns what a line asks for; `answer` for an answer. */
function turnOf(line: string | null): Turn | "explain" | "page" | "answer" {
  if (line === null) return "leave";
  switch (plainAnswer(line)) {
    case "":
      return "on";
    case "b":
    case "back":
      return "back";
    case "q":
    case "quit":
    case "exit":
      return "leave";
    case "?":
    case "help":
      return "explain";
    case "w":
      return "page";
    default:
      return "answer";
  }
}
