/**
 * Errors in words for the user, and the exit codes.
 *
 * @module
 */
import { ParseError } from "../address/parse_error.ts";
import { t } from "../text/messages.ts";
import { explain, type Explanation, isSystemError } from "../text/reason.ts";

/** The exit codes, the same in every command. */
export const EXIT = {
  /** The command did its work. */
  ok: 0,
  /** The command could not do its work: network failure, no such entry, damaged file, a negative answer. */
  failed: 1,
  /** The request was wrong (usage, unparsable value) or could not start (bind, resolve, permission, program). */
  usage: 2,
  /** A bug in netkit (EX_SOFTWARE of sysexits.h). */
  bug: 70,
  /** SIGINT ended it before it was done (128 + 2). */
  interrupted: 130,
  /** SIGTERM ended it before it was done (128 + 15). */
  terminated: 143,
} as const;

/** An error that is the user's to mend: printed as one line, the hint on the next one. */
export class UserError extends Error {
  /** The class, as it is told apart by name. */
  override readonly name = "UserError";
  /** The exit code of the program. */
  readonly exit: number;
  /** Advice for the user, or `null`. */
  readonly hint: string | null;

  /** Makes an error that ends the program with `exit`, 2 if not given. */
  constructor(
    message: string,
    options: { exit?: number; hint?: string | null; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.exit = options.exit ?? EXIT.usage;
    this.hint = options.hint ?? null;
  }
}

/** The reason of `Io.stop`: a signal ended the program before it was done. */
export class Stopped extends Error {
  /** The class, as it is told apart by name. */
  override readonly name = "Stopped";
  /** The exit code of the program: 128 + the signal's number. */
  readonly exit: number;

  /** Makes the reason for `signal`. */
  constructor(signal: "SIGINT" | "SIGTERM") {
    super(signal);
    this.exit = signal === "SIGINT" ? EXIT.interrupted : EXIT.terminated;
  }
}

/** Standard output was closed by its reader (`| head`): the program ends quietly. */
export class OutputClosed extends Error {
  /** The class, as it is told apart by name. */
  override readonly name = "OutputClosed";
}

/**
 * Wraps a system error in `cannot ACTION: REASON`. The system does not say what was being done
 * with which object; only the caller knows.
 *
 * @param action What was being done, with its object: `connect to 127.0.0.1:4999`.
 * @returns The error to throw. Errors that already speak to the user come back as they are.
 */
export function cannot(
  action: string,
  error: unknown,
  options: { exit?: number; hint?: string | null } = {},
): Error {
  if (
    error instanceof UserError || error instanceof ParseError || error instanceof Stopped ||
    error instanceof OutputClosed
  ) return error;
  // A bug, not the user's; but Deno throws a TypeError for EINVAL, too.
  const isBug = error instanceof TypeError || error instanceof RangeError;
  if (isBug && !isSystemError(error)) return error;
  const reason: Explanation = error instanceof Error ? explain(error) : { words: String(error) };
  return new UserError(t`cannot ${action}: ${reason.words}`, {
    exit: options.exit ?? (reason.cannotStart ? EXIT.usage : EXIT.failed),
    hint: options.hint ?? reason.hint ?? null,
    cause: error,
  });
}
