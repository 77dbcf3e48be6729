/**
 * The end of standard output before that of the program.
 *
 * Deno 2.9.6 has two descriptors of standard output, 1 and a copy, and closes neither of them:
 * `Deno.stdout.close()`, `closeSync(1)` of `node:fs` and `process.stdout.destroy()` only forget it. So the
 * reader of a pipe sees the end when the program is over. dup2(2) puts /dev/null in their place.
 *
 * @module
 */
import { openCLibrary } from "../net/c_library.ts";

const CALLS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  dup2: { parameters: ["i32", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

/** `O_WRONLY` of fcntl.h. */
const O_WRONLY = 1;

const [STDIN, STDOUT, STDERR] = [0, 1, 2];

/**
 * Lets the reader of a pipe that is standard output see its end; what is written from now on goes nowhere.
 * Returns whether that was done: on Linux and macOS, with every permission (`deno run -A`), where standard
 * output is a pipe or socket that is neither standard input nor standard error.
 */
export function endStandardOutput(): boolean {
  const library = openCLibrary(CALLS);
  if (library === null) return false;
  try {
    const descriptors = copiesOfStandardOutput();
    if (descriptors.includes(STDIN) || descriptors.includes(STDERR)) return false;
    return replace(descriptors, library.symbols);
  } catch {
    return false; // it may not be asked for, or is closed already
  } finally {
    library.close();
  }
}

/** Returns the descriptors of this process that are the pipe or socket of standard output; none for others. */
function copiesOfStandardOutput(): number[] {
  const idOf = (descriptor: number) => {
    try {
      const { dev, ino, isFifo, isSocket } = Deno.statSync(`/dev/fd/${descriptor}`);
      return isFifo || isSocket ? `${dev} ${ino}` : null;
    } catch (error) {
      if (descriptor === STDOUT) throw error;
      return null; // it was that of the list
    }
  };
  const id = idOf(STDOUT);
  if (id === null) return [];
  return Array.from(Deno.readDirSync("/dev/fd"), ({ name }) => Number(name))
    .filter((descriptor) => idOf(descriptor) === id);
}

/** Puts /dev/null in the place of `descriptors`; returns whether there were any, and that worked. */
function replace(
  descriptors: readonly number[],
  { open, dup2, close }: Deno.DynamicLibrary<typeof CALLS>["symbols"],
): boolean {
  const nothing = open(new TextEncoder().encode("/dev/null\0"), O_WRONLY);
  const done = descriptors.filter((descriptor) => nothing >= 0 && dup2(nothing, descriptor) >= 0);
  if (nothing >= 0) close(nothing);
  return done.length > 0;
}
