/**
 * The assertion that the time of a parser grows linearly with its input.
 *
 * @module
 */

import { threadTime } from "./thread_time.ts";

/** The length of the second input as a multiple of the first. */
const FACTOR = 8;

/**
 * The most that it may take as a multiple of the first: linear time takes 8 times as long, quadratic 64 times. A cache that
 * the longer input no longer fits, or a garbage collection, costs less than what lies between.
 */
const MOST = 24;

/** Runs of either input of which the least counts. */
const RUNS = 5;

/**
 * Milliseconds that are enough to be measured; times below are taken for this one. Where the time is not
 * that of the thread alone, eight times as long still fits into the time that a system gives a process
 * undisturbed, about 3 ms.
 */
const FLOOR = 0.1;

/**
 * Milliseconds in which a machine that is busy lets a run through undisturbed: the least only falls. Where
 * it takes twice the most, three seconds are enough.
 */
const [SHORT_PATIENCE, PATIENCE] = [3000, 10_000];

/**
 * The longest input, in what `make` counts: twice as long as where V8 keeps a string apart, so that this step has a
 * size behind it.
 */
const LONGEST = 400_000;

/** Options of a measurement. */
export interface LinearOptions {
  /** The name of the input in the error. */
  readonly name?: string;
  /** The largest `size` that is worth trying: the limit of the parser; 400,000 if not given. */
  readonly limit?: number;
  /** The clock, in milliseconds; the processor time of this thread if not given. */
  readonly now?: () => number;
}

/**
 * Asserts that `run` takes linear time: on an input of eight times the size at most 24 times as long, by
 * the least of five runs. `make` makes an input of about `size` characters, bytes, lines or whatever it
 * counts; it is not measured. The size begins small and doubles until there is a time to be measured, so
 * that also what is cubic fails instead of hanging.
 *
 * What the time is of is this thread's work; where no clock tells that, a machine that is busy makes single
 * runs longer, and never the least of many: it runs on for ten seconds before it fails. Where an input no longer fits a cache, or a string becomes one of those that
 * V8 keeps apart, the time makes a step: it counts only if the next size fails as well.
 */
export async function assertLinear<T>(
  make: (size: number) => T,
  run: (input: T) => unknown,
  { name = "", limit = LONGEST, now = threadTime }: LinearOptions = {},
): Promise<void> {
  let hasFailed = false;
  for (let size = Math.min(64, limit / FACTOR); size * FACTOR <= limit; size *= 2) {
    const [least, most] = await leastTimes(make(size), make(size * FACTOR), run, now);
    const fails = !isLinear(least, most);
    if (fails && (hasFailed || 2 * size * FACTOR > limit)) {
      const times = `${least.toFixed(3)} ms for ${size}, ${most.toFixed(3)} for ${size * FACTOR}`;
      throw new Error(`time grows faster than the input${name && ` (${name})`}: ${times}`);
    }
    if (!fails && least >= FLOOR) return;
    hasFailed = fails;
  }
}

/**
 * Resolves to the least milliseconds that `run` takes on either input, of five runs, or of more until they are
 * linear.
 */
async function leastTimes<T>(
  short: T,
  long: T,
  run: (input: T) => unknown,
  now: () => number,
): Promise<[least: number, most: number]> {
  let [least, most] = [Infinity, Infinity];
  const [start, real] = [now(), performance.now()];
  for (let runs = 0; runs < RUNS || !isLinear(least, most); runs++) {
    least = Math.min(least, await timeOf(() => run(short), now));
    most = Math.min(most, await timeOf(() => run(long), now));
    const patience = isLinear(least, most / 2) ? PATIENCE : SHORT_PATIENCE;
    const passed = Math.max(now() - start, performance.now() - real);
    if (passed > patience && runs >= RUNS) break;
  }
  return [least, most];
}

function isLinear(short: number, long: number): boolean {
  return long <= MOST * Math.max(short, FLOOR);
}

async function timeOf(run: () => unknown, now: () => number): Promise<number> {
  const before = now();
  const result = run();
  if (result instanceof Promise) await result;
  return now() - before;
}
