/**
 * A lesson as data: steps with a text, a command of netkit that is really run, and a question whose right
 * answer is computed from that run.
 *
 * The map of `learn/`:
 *
 *     lesson.ts         a lesson, its steps and questions
 *     lessons.ts        all lessons in their order
 *     lessons/          a lesson a file; a teacher adds one by copying one
 *     stage.ts          commands of netkit, run as children and shown
 *     command_line.ts   their command lines: ways to run them, and what comes of it
 *     background.ts     a command that runs beside the lesson: a server, a page
 *     other_program.ts  a program that is no netkit
 *     go.ts             a program in Go, built
 *     typed.ts          a command line as it would be typed
 *     programs/         the programs of lessons that are no netkit
 *     packet.ts         what they say: a packet of frame --json
 *     watched.ts        a connection of trace --json
 *     server_log.ts     the calls of serve -v
 *     said.ts           a number or a word in text
 *     mac.ts            MAC addresses as answers
 *     random.ts         numbers for exercises
 *     answer.ts         an answer that was typed, and whether it is right
 *     session.ts        a person, or a pipe, in a lesson
 *     screen.ts         what the person sees
 *     progress.ts       the place that is kept
 *     report.ts         tries and times for a teacher
 *     sheet.ts          a lesson on paper
 *     captures.ts       captures for machines that may not capture; captures_data.ts has their bytes
 *     lab/              a laboratory of hosts on this machine, and the lessons that are played in it
 *     options.ts        the options of the command
 *     habits.ts         those of other programs
 *     run.ts            the command: the list, a lesson, its answers, its sheet
 *
 * @module
 */
import { isRight } from "./answer.ts";
import type { Stage } from "./stage.ts";

/** A wrong answer that is often given, and the hint that fits it. */
export interface Mistake {
  /** The answer. */
  readonly given: string;
  /** The hint: what was mixed up, without the right answer. */
  readonly hint: string;
}

/** A question about what a step has shown; `F` is what the step has found out. */
export interface Question<F> {
  /** Returns the question. */
  readonly text: (facts: F) => string;
  /** Returns the right answers, the one to be shown first. */
  readonly answer: (facts: F) => readonly string[];
  /** Returns how the answer is found, for the teacher, and for whoever asks with `?`. */
  readonly rule: (facts: F) => string;
  /** Returns the mistakes that are known. */
  readonly mistakes: (facts: F) => readonly Mistake[];
  /** Returns why the answer is right. */
  readonly why: (facts: F) => string;
}

/** A step whose facts are of some type. */
export interface Step {
  /** Returns the paragraphs in front of the command. */
  readonly says: () => readonly string[];
  /** Runs what the step shows; resolves to its question, `null` if it has none. */
  readonly play: (stage: Stage) => Promise<Asked | null>;
}

/** A question with its facts: all that is left to do is to ask it. */
export interface Asked {
  /** The question. */
  readonly text: string;
  /** The right answers, the one to be shown first. */
  readonly answers: readonly string[];
  /** The way to the answer. */
  readonly rule: string;
  /** The mistakes that are known. */
  readonly mistakes: readonly Mistake[];
  /** Why the answer is right. */
  readonly why: string;
}

/** A lesson. */
export interface Lesson {
  /** The word by which it is started: `handshake`. */
  readonly name: string;
  /** Returns its title. */
  readonly title: () => string;
  /** Its steps in order. */
  readonly steps: readonly Step[];
}

/** A lesson with its number, counted from 1. */
export interface Numbered {
  /** The lesson. */
  readonly lesson: Lesson;
  /** Its number. */
  readonly number: number;
}

/** The parts of a step, as a lesson writes them. */
export interface StepParts<F> {
  /** Returns the paragraphs in front of the command. */
  readonly says: () => readonly string[];
  /** Runs the commands; resolves to what the question is about. */
  readonly run?: (stage: Stage) => Promise<F>;
  /** The question, if there is one. */
  readonly asks?: Question<F>;
}

/** Returns a step; the type of the facts is that to which `run` resolves. */
export function step<F = undefined>({ says, run, asks }: StepParts<F>): Step {
  return {
    says,
    async play(stage) {
      const facts = await run?.(stage) as F;
      if (asks === undefined) return null;
      return {
        text: asks.text(facts),
        answers: asks.answer(facts),
        rule: asks.rule(facts),
        mistakes: withoutRight(asks.mistakes(facts), asks.answer(facts)),
        why: asks.why(facts),
      };
    },
  };
}

/** Returns the mistakes, each once, that are none of the right answers: by chance one can lead to such. */
function withoutRight(mistakes: readonly Mistake[], answers: readonly string[]): Mistake[] {
  return mistakes.filter(({ given }, i) =>
    !isRight(given, answers) &&
    !mistakes.slice(0, i).some((before) => isRight(given, [before.given]))
  );
}
