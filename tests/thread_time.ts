/**
 * The processor time of the thread that asks: other programs and other threads do not make it longer.
 *
 * @module
 */
import { IS_LINUX, openCLibrary } from "../net/c_library.ts";

/** `clock_gettime(clock, time)`, and the clock of a thread (Linux, `include/uapi/linux/time.h`). */
const CALLS = { clock_gettime: { parameters: ["i32", "buffer"], result: "i32" } } as const;
const CLOCK_THREAD_CPUTIME_ID = 3;

const LIBRARY = IS_LINUX ? openCLibrary(CALLS) : null;

/** A `struct timespec`: seconds and nanoseconds. */
const timespec = new BigInt64Array(2);

/**
 * Returns the milliseconds that this thread has been at work, for differences; where the system does not
 * say, on others than Linux and without the permission to ask the C library, those that have passed.
 */
export function threadTime(): number {
  if (LIBRARY === null) return performance.now();
  LIBRARY.symbols.clock_gettime(CLOCK_THREAD_CPUTIME_ID, timespec);
  return Number(timespec[0]) * 1000 + Number(timespec[1]) / 1e6;
}
