/**
 * What goes wrong, in words for the user, and the exit codes.
 *
 * @module
 */
import { ParseError } from "../address/parse_error.ts";

/** The exit codes, the same in every command. */
export const EXIT = {
  /** It worked. */
  ok: 0,
  /** It could not: network failure, no such entry, damaged file, a negative answer. */
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
  /** What to do about it, or `null`. */
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

/** What a system error means: the words, and the exit code if it is not 1. */
interface Reason {
  readonly words: string;
  readonly exit?: number;
}

/** Deno's error classes by name; the class is what stays the same from system to system. */
const REASON_BY_NAME: Readonly<Record<string, Reason>> = {
  AddrInUse: { words: "address already in use", exit: EXIT.usage },
  AddrNotAvailable: { words: "not an address of this machine", exit: EXIT.usage },
  BrokenPipe: { words: "the peer has closed the connection" },
  ConnectionAborted: { words: "connection aborted" },
  ConnectionRefused: { words: "connection refused" },
  ConnectionReset: { words: "connection reset by peer" },
  IsADirectory: { words: "it is a directory" },
  NetworkUnreachable: { words: "network is unreachable" },
  NotADirectory: { words: "a part of the path is not a directory" },
  NotConnected: { words: "not connected" },
  NotFound: { words: "no such file or directory" },
  PermissionDenied: { words: "permission denied", exit: EXIT.usage },
  TimedOut: { words: "timed out" },
  TimeoutError: { words: "timed out" },
};

/** System error codes for which Deno has no class. */
const REASON_BY_CODE: Readonly<Record<string, Reason>> = {
  EHOSTUNREACH: { words: "no route to host" },
  EMFILE: { words: "too many open files" },
  EMSGSIZE: { words: "message too long" },
  ENAMETOOLONG: { words: "name too long", exit: EXIT.usage },
  ENETUNREACH: { words: "network is unreachable" },
  ENFILE: { words: "too many open files in the system" },
  ENOSPC: { words: "no space left on device" },
};

/** A reason, and what to do about it if that is always the same. */
interface Explanation extends Reason {
  readonly hint?: string;
}

/** Returns what `error`, thrown by the system, means. */
function explain(error: Error): Explanation {
  const code = (error as { code?: unknown }).code;
  const known = REASON_BY_NAME[error.name] ??
    (typeof code === "string" ? REASON_BY_CODE[code] : undefined);
  if (known) return known;
  if (error.name === "NotCapable") {
    const flag = error.message.match(/--allow-[a-z]+/)?.[0];
    return {
      words: "Deno was not given the permission",
      exit: EXIT.usage,
      ...(flag ? { hint: `run again with ${flag} (or -A)` } : {}),
    };
  }
  if (error instanceof URIError) return { words: error.message, exit: EXIT.usage }; // a hostname
  if (error.message.startsWith("failed to lookup address information")) {
    return { words: "the name does not resolve", exit: EXIT.usage };
  }
  const words = error.message.replace(/ *\(os error \d+\)/g, "").replace(/\s+/g, " ").trim();
  return { words: words || error.name };
}

/**
 * Returns the words for a system error without its object, for example "connection refused".
 */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? explain(error).words : String(error);
}

/**
 * Wraps a system error in `cannot ACTION: REASON`. The system does not say what was being done
 * and to whom; only the caller knows.
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
  if (error instanceof TypeError || error instanceof RangeError) return error; // a bug, not the user's
  const reason: Explanation = error instanceof Error ? explain(error) : { words: String(error) };
  return new UserError(`cannot ${action}: ${reason.words}`, {
    exit: options.exit ?? reason.exit ?? EXIT.failed,
    hint: options.hint ?? reason.hint ?? null,
    cause: error,
  });
}
