/**
 * Waiting in tests: for what happens, however long that takes on a busy machine, with one guard behind
 * it against what never happens.
 *
 * @module
 */

/**
 * Milliseconds after which a test hangs and is not merely slow: the `timeout` of every test that waits
 * for something outside of itself.
 */
export const GUARD = 120_000;

/** Milliseconds between two looks at what nobody tells of. */
const INTERVAL = 20;

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Resolves when `isSo` returns true: for what no event tells of, as a file of /proc or a screen.
 *
 * @throws {Error} With what `state` returns, a little before `GUARD` is over.
 */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  state: () => string = () => `${isSo}`,
): Promise<void> {
  const end = performance.now() + GUARD * 0.9;
  while (!await isSo()) {
    if (performance.now() > end) throw new Error(`it has not come in ${GUARD} ms: ${state()}`);
    await pause(INTERVAL);
  }
}

/**
 * Resolves when `count` has stopped growing: the buffers on the way are full, and nobody reads. Where a
 * busy machine makes it stop early, there is less in the buffers, and nothing else changes.
 *
 * @throws {Error} When it grows beyond `most`.
 */
export async function untilSteady(count: () => number, most = Infinity): Promise<void> {
  for (let before = -1; before !== count();) {
    before = count();
    await pause(10 * INTERVAL);
    if (count() > most) throw new Error(`it has grown to ${count()}`);
  }
}

/** Sends a signal to a child process, or to one with this number, unless it has ended by itself. */
export function endProcess(
  process: Deno.ChildProcess | number,
  signal: Deno.Signal = "SIGKILL",
): void {
  try {
    if (typeof process === "number") Deno.kill(process, signal);
    else process.kill(signal);
  } catch (error) {
    // Deno says the one of a process that it has waited for, the system the other.
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}
