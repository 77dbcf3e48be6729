/**
 * The child command of a trace: the command line behind `--`, which runs beside netkit.
 *
 * @module
 */
import { cannot, EXIT } from "../cli/errors.ts";
import type { Io, Running } from "../cli/io.ts";
import { sayFolded } from "../cli/terminal.ts";
import { OutputQueue } from "../cli/output_queue.ts";
import { t } from "../text/messages.ts";

/** A running program. */
export interface ChildCommand {
  /** Whether it has ended. */
  readonly hasEnded: boolean;
  /**
   * Ends it if need be, at the second signal by force, and passes on the rest of its output; resolves to
   * the exit code of netkit.
   */
  finish(): Promise<number>;
}

/**
 * Starts a program; the word `netkit` is this program. It shares standard input and standard error.
 *
 * Its standard output goes to standard error, because standard output has the results of netkit; at the
 * end, so as not to tear them apart, unless it is much or a person is waiting for it.
 *
 * @throws {UserError} If it cannot start.
 */
export function startChildCommand(words: readonly string[], io: Io): ChildCommand {
  const [program, ...args] = words[0] === "netkit" ? [...io.self, ...words.slice(1)] : words;
  let running: Running;
  try {
    running = io.spawn(program!, args, { inherit: true });
  } catch (error) {
    throw cannot(t`start ${words[0]}`, error, { exit: EXIT.usage });
  }
  const output = new OutputQueue(io.stderr, {
    collects: !io.stdin.isTerminal(),
    name: t`standard error`,
  });
  const flush = () => output.flush().catch(() => {}); // nobody reads it
  let hasEnded = false;
  const end = async () => {
    for await (const bytes of running.stdout) {
      if (output.add(bytes)) await flush();
    }
    const code = await running.ended;
    hasEnded = true;
    return code;
  };
  const ended = end();
  return {
    get hasEnded() {
      return hasEnded;
    },
    async finish() {
      const isEarly = !hasEnded;
      if (isEarly) running.kill("SIGINT");
      const kill = () => running.kill("SIGKILL");
      io.stopNow.addEventListener("abort", kill, { once: true });
      const code = await ended;
      io.stopNow.removeEventListener("abort", kill);
      await flush();
      if (code === 0 || isEarly) return EXIT.ok;
      await sayFolded(io, t`${words[0]} ended with exit code ${code}`);
      return EXIT.failed;
    },
  };
}
