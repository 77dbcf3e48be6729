/**
 * Waiting that a signal ends.
 *
 * @module
 */

/** Resolves as `promise` does, or to `null` as soon as `stop` is aborted. */
export async function unlessStopped<T>(promise: Promise<T>, stop: AbortSignal): Promise<T | null> {
  const { promise: stopped, resolve } = Promise.withResolvers<null>();
  const listener = () => resolve(null);
  stop.addEventListener("abort", listener);
  if (stop.aborted) listener();
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    stop.removeEventListener("abort", listener);
  }
}

/** Resolves after `milliseconds`, or as soon as `stop` is aborted. */
export async function pause(milliseconds: number, stop: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  await unlessStopped(promise, stop);
  clearTimeout(timer);
}
