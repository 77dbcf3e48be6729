/**
 * Programs of a lesson that are no netkit: a client in TypeScript or Go, a compiler.
 *
 * @module
 */
import type { Io, Running } from "../cli/io.ts";
import { TIME_LIMIT } from "./background.ts";

/** Characters of its output that are kept: a program that spins prints millions. */
const MOST_KEPT = 64 * 1024;

/** The ways in which a program is run and shown. */
export interface ProgramOptions {
  /** The text on its standard input; nothing if not given. An empty one is shown as /dev/null. */
  readonly input?: string;
  /** Environment variables set for it. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder in which it runs; that of the lesson if not given. */
  readonly cwd?: string;
  /** The command line as it would be typed; the words that are run if not given. */
  readonly shown?: readonly string[];
  /** Lines of its output that are shown; all if not given. */
  readonly head?: number;
  /** Milliseconds that it may take at most; those of a command of netkit if not given. */
  readonly limit?: number;
  /** Milliseconds after its first output after which it is ended; if not given, it ends by itself. */
  readonly milliseconds?: number;
}

/** The end of a program. */
export interface ProgramEnd {
  /** Its exit code. */
  readonly code: number;
  /** The beginning of its standard output. */
  readonly out: string;
  /** The beginning of its standard error. */
  readonly err: string;
  /** Lines on its standard output. */
  readonly lines: number;
}

/** Runs a program to its end; resolves to `null` if it is not installed. */
export async function runProgram(
  io: Io,
  line: readonly string[],
  { input = "", env = {}, cwd, milliseconds, limit = TIME_LIMIT }: ProgramOptions & {
    readonly cwd: string;
  },
): Promise<ProgramEnd | null> {
  const [program, ...args] = line;
  let child: Running;
  try {
    child = io.spawn(program!, args, {
      cwd,
      env: { ...env, NO_COLOR: "1" },
      input: new TextEncoder().encode(input),
    });
  } catch (error) {
    if (error instanceof Error && error.name === "NotFound") return null;
    throw error;
  }
  const stop = () => child.kill("SIGKILL");
  let timer = setTimeout(stop, limit);
  io.stop.addEventListener("abort", stop, { once: true });
  const onFirst = () => {
    if (milliseconds === undefined) return;
    clearTimeout(timer);
    timer = setTimeout(stop, milliseconds);
  };
  try {
    const [{ text: out, lines }, { text: err }, code] = await Promise.all([
      beginningOf(child.stdout, onFirst),
      beginningOf(child.stderr),
      child.ended,
    ]);
    io.stop.throwIfAborted();
    return { code, out, err, lines };
  } finally {
    clearTimeout(timer);
    io.stop.removeEventListener("abort", stop);
  }
}

/** Reads to the end; resolves to the beginning as text, and the number of lines. */
async function beginningOf(
  source: AsyncIterable<Uint8Array>,
  onFirst: () => void = () => {},
): Promise<{ text: string; lines: number }> {
  const decoder = new TextDecoder();
  let text = "";
  let lines = 0;
  let isFirst = true;
  for await (const bytes of source) {
    if (isFirst) onFirst();
    isFirst = false;
    for (const byte of bytes) if (byte === 10) lines++;
    if (text.length < MOST_KEPT) text += decoder.decode(bytes, { stream: true });
  }
  return { text: text.slice(0, MOST_KEPT), lines };
}
