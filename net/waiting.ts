/**
 * Waiting that a signal ends.
 *
 * @module
 */
import { abortable } from "@std/async/abortable";
import { delay } from "@std/async/delay";

/** Resolves after `milliseconds`, or as soon as `signal` is aborted. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await unlessStopped(delay(milliseconds, { signal }), signal);
}

/** Resolves as `promise` does, or to `null` as soon as `signal` is aborted. Rejects as `promise` does. */
export async function unlessStopped<T>(
  promise: Promise<T>,
  signal: AbortSignal,
): Promise<T | null> {
  try {
    return await abortable(promise, signal);
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}
