/**
 * Calls after some time, for what is nearly always over before.
 *
 * @module
 */

/**
 * Calls `call` after `milliseconds`, unless the function that it returns is called before. A signal counts
 * the time: the first `setTimeout` of a program has Deno load `node:timers`, which takes 8 ms.
 */
export function later(milliseconds: number, call: () => void): () => void {
  const signal = AbortSignal.timeout(milliseconds);
  signal.addEventListener("abort", call, { once: true });
  return () => signal.removeEventListener("abort", call);
}
