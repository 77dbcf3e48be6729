/**
 * What is asked of the system: files, and programs that are run to their end.
 *
 * @module
 */
import { decodeTable } from "../text/code_pages.ts";

/** What asking takes of the system: a part of `Io`. */
export interface SourceSystem {
  /** The operating system: `linux`, `darwin`, `windows`, … */
  readonly platform: string;
  /** Runs a program to its end; see `Io`. */
  capture(
    program: string,
    args: readonly string[],
    options: { env: Readonly<Record<string, string>>; timeout: number; ask: boolean },
  ): Promise<{ readonly code: number; readonly stdout: Uint8Array; readonly stderr: Uint8Array }>;
  /** Reads a whole text file; see `Io`. */
  readTextFile(path: string, options?: { readonly ask?: boolean }): Promise<string>;
}

/** A program that is not there or did not do it; the message is the reason alone. */
export class SourceFailure extends Error {
  /** The class, as it is told apart by name. */
  override readonly name = "SourceFailure";
}

/**
 * How long a program may take, in milliseconds. It only looks at this machine, but that takes seconds
 * where many others want its processors; with names it waits for name servers.
 */
export const TIME_LIMIT = 60_000;

/** Where programs for administrators are; the PATH of other users may lead past them. */
const SBIN = ["/usr/sbin/", "/sbin/"];

/** How a program has ended. */
export interface Ended {
  /** Its exit code. */
  readonly code: number;
  /** What it wrote to standard output. */
  readonly text: string;
  /** The first line of what it wrote to standard error. */
  readonly complaint: string;
}

/** How a program is run. */
export interface RunOptions {
  /** Milliseconds that it may take; `TIME_LIMIT` if not given. */
  readonly timeout?: number;
  /** Whether the user may be asked for a missing permission; not if not given. */
  readonly ask?: boolean;
}

/**
 * Resolves to how a program ends that is run in English, from PATH or where programs for
 * administrators are.
 *
 * @throws {SourceFailure} If it is not there.
 */
export async function run(
  system: Pick<SourceSystem, "platform" | "capture">,
  name: string,
  args: readonly string[],
  { timeout = TIME_LIMIT, ask = false }: RunOptions = {},
): Promise<Ended> {
  const windows = system.platform === "windows";
  const env: Readonly<Record<string, string>> = windows ? {} : { LC_ALL: "C", LANGUAGE: "C" };
  for (const folder of windows ? [""] : ["", ...SBIN]) {
    try {
      const elsewhere = folder !== "";
      const options = { env, timeout, ask: ask && !elsewhere };
      const { code, stdout, stderr } = await system.capture(folder + name, args, options);
      const [complaint = ""] = decodeTable(stderr).trim().split("\n", 1);
      return { code, text: decodeTable(stdout), complaint: complaint.trim() };
    } catch (error) {
      const reason = error instanceof Error ? error.name : "";
      // A permission that was given by name does not hold for a path.
      if (reason !== "NotFound" && !(folder !== "" && reason === "NotCapable")) throw error;
    }
  }
  throw new SourceFailure("not installed");
}

/**
 * Resolves to what a program writes that is run as by `run`.
 *
 * @throws {SourceFailure} If it is not there, or ends with an error.
 */
export async function output(
  system: Pick<SourceSystem, "platform" | "capture">,
  name: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, text, complaint } = await run(system, name, args, options);
  // Some programs end with 1 after they have said that the table is empty; silence is a failure.
  if (code === 0 || (code === 1 && text.trim() !== "")) return text;
  throw new SourceFailure(`exit code ${code}${complaint && `, "${complaint}"`}`);
}

/** Returns `system` such that each program that is run may take `timeout` milliseconds. */
export function withTimeLimit<T extends Pick<SourceSystem, "capture">>(
  system: T,
  timeout: number,
): T {
  const capture: SourceSystem["capture"] = (name, args, options) =>
    system.capture(name, args, { ...options, timeout });
  return Object.create(system, { capture: { value: capture } });
}

/** Returns `system` such that the user is asked for no permission: for what can do without. */
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
