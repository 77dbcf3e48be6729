/**
 * Signals to child processes.
 *
 * @module
 */

/** Sends a signal to a child process; does nothing when it has ended, of which Deno may not know yet. */
export function sendSignal(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // it has ended
  }
}
