/**
 * Attempts one after another until one works: waiting for a server that is about to start.
 *
 * @module
 */
import { pause } from "../net/waiting.ts";
import { isUnresolved } from "../text/reason.ts";

/** The time and the conditions for trying again. */
export interface RetryOptions {
  /** Milliseconds after which no further try is made. */
  readonly time: number;
  /** Ends trying with its reason. */
  readonly signal: AbortSignal;
  /** Whether trying again can help against this error. */
  readonly isPassing: (error: unknown) => boolean;
  /** Called after the first try that failed. */
  readonly onWait?: (error: unknown) => void;
}

/** The first wait, in milliseconds, doubled for each further one. */
const FIRST_WAIT = 50;
/** The longest wait, in milliseconds: a person takes it for "at once" when the server is there. */
const LONGEST_WAIT = 1000;

/**
 * Resolves to what `attempt` resolves to in the end; it is given the milliseconds that are left.
 *
 * @throws The last error of `attempt` when the time is over or trying again cannot help, or the reason
 * of `signal`.
 */
export async function retry<T>(
  attempt: (left: number) => Promise<T>,
  { time, signal, isPassing, onWait }: RetryOptions,
): Promise<T> {
  const end = performance.now() + time;
  let last: unknown = null;
  for (let wait = FIRST_WAIT, first = true;; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    try {
      return await attempt(Math.max(1, end - performance.now()));
    } catch (error) {
      signal.throwIfAborted();
      const left = end - performance.now();
      const cutShort = left <= 0 && error instanceof Error && error.name === "TimeoutError";
      if (cutShort && last !== null) throw last; // the one before says more than a time-out
      if (left <= 0 || !isPassing(error)) throw error;
      last = error;
      if (first) onWait?.(error);
      first = false;
      await pause(Math.min(wait, left), signal);
      signal.throwIfAborted();
      if (wait >= left) throw error; // a try without time would only tell that there was none
    }
  }
}

/** Error names that may mean that the server is not there yet. */
const PASSING = new Set([
  "ConnectionAborted",
  "ConnectionRefused",
  "ConnectionReset",
  "NetworkUnreachable",
  "NotFound", // a Unix socket's file
  "TimedOut",
  "TimeoutError",
]);

/** Whether `error`, thrown by connecting, may be gone when the server is there. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return PASSING.has(error.name) || (error as { code?: unknown }).code === "EHOSTUNREACH" ||
    isUnresolved(error);
}
