/**
 * All lessons in their order. A lesson is loaded when it is asked for.
 *
 * @module
 */
import { UserError } from "../cli/errors.ts";
import { didYouMean } from "../cli/suggest.ts";
import { t } from "../text/messages.ts";
import type { Lesson, Numbered } from "./lesson.ts";

/** Lessons by their names, in order. */
export type Lessons = Readonly<Record<string, () => Promise<Lesson>>>;

/** The lessons that are played on any machine. */
const LESSONS: Lessons = {
  layers: async () => (await import("./lessons/layers.ts")).layers,
  arp: async () => (await import("./lessons/arp.ts")).arp,
  address: async () => (await import("./lessons/address.ts")).address,
  subnets: async () => (await import("./lessons/subnets.ts")).subnets,
  ports: async () => (await import("./lessons/ports.ts")).ports,
  calls: async () => (await import("./lessons/calls.ts")).calls,
  handshake: async () => (await import("./lessons/handshake.ts")).handshake,
  end: async () => (await import("./lessons/end.ts")).end,
  "half-close": async () => (await import("./lessons/half_close.ts")).halfClose,
  close: async () => (await import("./lessons/close.ts")).close,
  states: async () => (await import("./lessons/states.ts")).states,
  "time-wait": async () => (await import("./lessons/time_wait.ts")).timeWait,
  duplex: async () => (await import("./lessons/duplex.ts")).duplex,
  udp: async () => (await import("./lessons/udp.ts")).udp,
  browser: async () => (await import("./lessons/browser.ts")).browser,
  spin: async () => (await import("./lessons/spin.ts")).spin,
};

/** The lessons that are played in the laboratory. */
export const LAB_LESSONS: Lessons = {
  "who-has": async () => (await import("./lab/lessons/who_has.ts")).whoHas,
  "four-segments": async () => (await import("./lab/lessons/four_segments.ts")).fourSegments,
  loss: async () => (await import("./lab/lessons/loss.ts")).loss,
  reordering: async () => (await import("./lab/lessons/reordering.ts")).reordering,
  "simultaneous-close": async () =>
    (await import("./lab/lessons/simultaneous_close.ts")).simultaneousClose,
  router: async () => (await import("./lab/lessons/router.ts")).router,
};

/** The names of the lessons that are played on any machine, in order. */
export const NAMES: readonly string[] = Object.keys(LESSONS);

/** Resolves to all lessons in order. */
export async function allLessons(lessons: Lessons = LESSONS): Promise<Lesson[]> {
  return await Promise.all(Object.values(lessons).map((load) => load()));
}

/**
 * Resolves to the lesson that a word means, and its number.
 *
 * @throws {UserError} If there is none.
 */
export async function lessonNamed(
  word: string,
  lessons: Lessons = LESSONS,
): Promise<Numbered> {
  const names = Object.keys(lessons);
  const name = /^\d+$/.test(word) ? names[Number(word) - 1] : word.toLowerCase();
  const load = name === undefined || !Object.hasOwn(lessons, name) ? undefined : lessons[name];
  if (name !== undefined && load !== undefined) {
    return { lesson: await load(), number: names.indexOf(name) + 1 };
  }
  const isLab = lessons === LAB_LESSONS;
  const list = isLab ? "netkit learn --lab --list" : "netkit learn";
  throw new UserError(t`there is no lesson "${word}"`, {
    hint: elsewhere(name, isLab) ?? didYouMean(word, names) ??
      t`${list} lists them: 1 to ${names.length}`,
  });
}

/** Returns the command line that plays a lesson of the other list, `null` if that has no such lesson. */
function elsewhere(name: string | undefined, isLab: boolean): string | null {
  if (name === undefined || !Object.hasOwn(isLab ? LESSONS : LAB_LESSONS, name)) return null;
  return isLab
    ? t`it takes no laboratory: netkit learn ${name}`
    : t`it takes the laboratory: netkit learn --lab ${name}`;
}
