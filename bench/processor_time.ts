/**
 * The processor time of a program that runs to its end, which does not depend on what else the machine does
 * as the time on the clock does. Deno cannot ask for it: Python 3 can.
 *
 * @module
 */
import { run } from "./processes.ts";

/** Prints the processor time of a command that it runs, in seconds, and its exit code. */
const METER = `
import resource, subprocess, sys
def used():
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime
before = used() # of a script that has started this Python
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
print(used() - before, code)
`;

/** Milliseconds that a program may take. */
const TIMEOUT = 60_000;

/**
 * Runs a program without input and output; resolves to the seconds that it and its children have kept a processor
 * busy, user and system, and to its exit code.
 *
 * @throws {Error} If it has not ended after a minute, or without Python 3.
 */
export async function processorTime(
  words: readonly string[],
): Promise<{ readonly seconds: number; readonly code: number }> {
  const { out, complaint } = await run(["python3", "-c", METER, ...words], TIMEOUT);
  const [seconds, code] = out.trim().split(" ").map(Number);
  if (seconds === undefined || code === undefined) {
    throw new Error(`${words.join(" ")}: ${complaint || "it took longer than a minute"}`);
  }
  return { seconds, code };
}
