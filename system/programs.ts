/**
 * Programs that are run to their end for their output, and files of the kernel that are read.
 *
 * @module
 */
import { decodeOutput } from "../text/code_pages.ts";
import { t } from "../text/messages.ts";

/** The part of `Io` that sources need: running programs and reading text files. */
export interface SourceSystem {
  /** The operating system: `linux`, `darwin`, `windows`, … */
  readonly platform: string;
  /** Runs a program to its end; see `Io`. */
  capture(
    program: string,
    args: readonly string[],
    options: { env: Readonly<Record<string, string>>; timeout: number; ask: boolean },
  ): Promise<{ readonly code: number; readonly stdout: Uint8Array; readonly stderr: Uint8Array }>;
  /** Reads a text file; see `Io`. */
  readTextFile(path: string, options?: { readonly ask?: boolean }): Promise<string>;
}

/** The error of a program that is not installed or failed; the message is only the reason. */
export class SourceFailure extends Error {
  /** The name of the class, by which it is recognised. */
  override readonly name = "SourceFailure";

  /** Makes the error; `code` is the exit code of the program, `null` if it did not run. */
  constructor(reason: string, readonly code: number | null = null) {
    super(reason);
  }
}

/**
 * The time limit of a program, in milliseconds. It only reads from this machine, but on a busy one that
 * takes seconds, and with names it waits for name servers.
 */
export const TIME_LIMIT = 60_000;

/** Folders of programs for administrators, which the PATH of other users may not have. */
const SBIN = ["/usr/sbin/", "/sbin/"];

/** The result of a program. */
export interface ProgramResult {
  /** Its exit code. */
  readonly code: number;
  /** Its standard output. */
  readonly text: string;
  /** The first line of its standard error. */
  readonly errorLine: string;
}

/** Options for running a program. */
export interface RunOptions {
  /** Milliseconds that it may take; `TIME_LIMIT` if not given. */
  readonly timeout?: number;
  /** Whether the user may be asked for a missing permission; not if not given. */
  readonly ask?: boolean;
}

/**
 * Runs a program in English, from PATH or from the folders for administrators, and resolves to its
 * result.
 *
 * @throws {SourceFailure} If it is not installed.
 */
export async function run(
  system: Pick<SourceSystem, "platform" | "capture">,
  name: string,
  args: readonly string[],
  { timeout = TIME_LIMIT, ask = false }: RunOptions = {},
): Promise<ProgramResult> {
  const windows = system.platform === "windows";
  const env: Readonly<Record<string, string>> = windows ? {} : { LC_ALL: "C", LANGUAGE: "C" };
  for (const folder of windows ? [""] : ["", ...SBIN]) {
    try {
      const elsewhere = folder !== "";
      const options = { env, timeout, ask: ask && !elsewhere };
      const { code, stdout, stderr } = await system.capture(folder + name, args, options);
      const [errorLine = ""] = decodeOutput(stderr).trim().split("\n", 1);
      return { code, text: decodeOutput(stdout), errorLine: errorLine.trim() };
    } catch (error) {
      const reason = error instanceof Error ? error.name : "";
      // A permission that was given by name does not hold for a path.
      if (reason !== "NotFound" && !(folder !== "" && reason === "NotCapable")) throw error;
    }
  }
  throw new SourceFailure(t`not installed`);
}

/**
 * Runs a program as `run` does, and resolves to its standard output.
 *
 * @throws {SourceFailure} If it is not installed, or ends with an error.
 */
export async function output(
  system: Pick<SourceSystem, "platform" | "capture">,
  name: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, text, errorLine } = await run(system, name, args, options);
  // Some programs end with 1 after they have said that the table is empty; silence is a failure.
  if (code === 0 || (code === 1 && text.trim() !== "")) return text;
  throw new SourceFailure(t`exit code ${code}${errorLine && `, "${errorLine}"`}`, code);
}

/** Returns `system` with another time limit for programs, in milliseconds. */
export function withTimeLimit<T extends Pick<SourceSystem, "capture">>(
  system: T,
  timeout: number,
): T {
  const capture: SourceSystem["capture"] = (name, args, options) =>
    system.capture(name, args, { ...options, timeout });
  return Object.create(system, { capture: { value: capture } });
}

/** Returns `system` without questions to the user about permissions: for information that is not essential. */
export function withoutAsking<T extends SourceSystem>(system: T): T {
  const capture: SourceSystem["capture"] = (name, args, options) =>
    system.capture(name, args, { ...options, ask: false });
  const readTextFile: SourceSystem["readTextFile"] = (path) =>
    system.readTextFile(path, { ask: false });
  return Object.create(system, {
    capture: { value: capture },
    readTextFile: { value: readTextFile },
  });
}
