/**
 * Standard input of a client that is not to wait: a pipe that gives nothing counts as one that has ended.
 *
 * @module
 */
import type { Io } from "../cli/io.ts";
import { t } from "../text/messages.ts";

/** Milliseconds that an open pipe has for its first bytes. */
const PATIENCE = 1000;

/**
 * Returns `io` with a standard input that ends if it is a pipe from which nothing has come in a second, and
 * tells that: `--retry 30 --wait 0` ends also where a script's input is a pipe that nobody closes.
 */
export async function withFirstRead(io: Io): Promise<Io> {
  if (io.stdin.isTerminal() || (await io.stdinInfo()).kind !== "pipe") return io;
  const { stdin } = io;
  let isFirst = true;
  async function read(buffer: Uint8Array): Promise<number | null> {
    if (!isFirst) return await stdin.read(buffer);
    isFirst = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<"late">((resolve) => timer = setTimeout(resolve, PATIENCE, "late"));
    const reading = stdin.read(buffer);
    const first = await Promise.race([reading, late]);
    clearTimeout(timer);
    if (first !== "late") return first;
    reading.catch(() => {}); // it is closed soon
    const { sayFolded } = await import("../cli/terminal.ts");
    await sayFolded(io, t`nothing came from standard input: not waited for, because of --wait 0`);
    return null;
  }
  // Its getters stay as they are: asking for `stop` has an effect.
  return Object.create(io, {
    stdin: {
      value: {
        get readable() {
          return stdin.readable;
        },
        read,
        close: () => stdin.close(),
        isTerminal: () => false,
      },
    },
  });
}
