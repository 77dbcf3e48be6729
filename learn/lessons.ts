/**
 * All lessons in their order. A lesson is loaded when it is asked for.
 *
 * @module
 */
import { UserError } from "../cli/errors.ts";
import { didYouMean } from "../cli/suggest.ts";
import { t } from "../text/messages.ts";
import type { Lesson } from "./lesson.ts";

/** The lessons by their names, in order. */
const LESSONS: Readonly<Record<string, () => Promise<Lesson>>> = {
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

/** The names of the lessons in order. */
export const NAMES: readonly string[] = Object.keys(LESSONS);

/** Resolves to all lessons in order. */
export async function allLessons(): Promise<Lesson[]> {
  return await Promise.all(Object.values(LESSONS).map((load) => load()));
}

/**
 * Resolves to the lesson that a word means, and its number.
 *
 * @throws {UserError} If there is none.
 */
export async function lessonNamed(word: string): Promise<{ lesson: Lesson; number: number }> {
  const name = /^\d+$/.test(word) ? NAMES[Number(word) - 1] : word.toLowerCase();
  const load = name === undefined || !Object.hasOwn(LESSONS, name) ? undefined : LESSONS[name];
  if (name === undefined || load === undefined) {
    throw new UserError(t`there is no lesson "${word}"`, {
      hint: didYouMean(word, NAMES) ?? t`netkit learn lists them: 1 to ${NAMES.length}`,
    });
  }
  return { lesson: await load(), number: NAMES.indexOf(name) + 1 };
}
