/**
 * What system errors mean, in words.
 *
 * @module
 */

/** What a system error means. */
export interface Reason {
  /** The words, without the object: `connection refused`. */
  readonly words: string;
  /** Whether it says that the request was wrong, and not that something has failed on the way. */
  readonly cannotStart?: boolean;
}

/** Deno's error classes by name; the class is what stays the same from system to system. */
const REASON_BY_NAME: Readonly<Record<string, Reason>> = {
  AddrInUse: { words: "address already in use", cannotStart: true },
  AddrNotAvailable: { words: "not an address of this machine", cannotStart: true },
  BrokenPipe: { words: "the peer has closed the connection" },
  ConnectionAborted: { words: "connection aborted" },
  ConnectionRefused: { words: "connection refused" },
  ConnectionReset: { words: "connection reset by peer" },
  IsADirectory: { words: "it is a directory" },
  NetworkUnreachable: { words: "network is unreachable" },
  NotADirectory: { words: "a part of the path is not a directory" },
  NotConnected: { words: "not connected" },
  NotFound: { words: "no such file or directory" },
  PermissionDenied: { words: "permission denied", cannotStart: true },
  TimedOut: { words: "timed out" },
  TimeoutError: { words: "timed out" },
};

/** System error codes for which Deno has no class. */
const REASON_BY_CODE: Readonly<Record<string, Reason>> = {
  EHOSTUNREACH: { words: "no route to host" },
  EMFILE: { words: "too many open files" },
  EMSGSIZE: { words: "message too long" },
  ENAMETOOLONG: { words: "name too long", cannotStart: true },
  ENETUNREACH: { words: "network is unreachable" },
  ENFILE: { words: "too many open files in the system" },
  ENOSPC: { words: "no space left on device" },
};

/** A reason, and what to do about it if that is always the same. */
export interface Explanation extends Reason {
  /** What to do about it. */
  readonly hint?: string;
}

/** Returns what `error`, thrown by the system, means. */
export function explain(error: Error): Explanation {
  const code = (error as { code?: unknown }).code;
  const known = REASON_BY_NAME[error.name] ??
    (typeof code === "string" ? REASON_BY_CODE[code] : undefined);
  if (known) return known;
  if (error.name === "NotCapable") {
    const flag = error.message.match(/--allow-[a-z]+/)?.[0];
    return {
      words: "Deno was not given the permission",
      cannotStart: true,
      ...(flag ? { hint: `run again with ${flag} (or -A)` } : {}),
    };
  }
  if (error instanceof URIError) return { words: error.message, cannotStart: true }; // a hostname
  if (error.message.startsWith("failed to lookup address information")) {
    return { words: "the name does not resolve", cannotStart: true };
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
