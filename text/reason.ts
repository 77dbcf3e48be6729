/**
 * System errors in words.
 *
 * @module
 */
import { msg, t, translate } from "./messages.ts";

/** The meaning of a system error. */
export interface Reason {
  /** The words, without the object: `connection refused`. */
  readonly words: string;
  /** Whether it says that the request was wrong, and not that something has failed on the way. */
  readonly cannotStart?: boolean;
}

/** Deno's error classes by name; the class is what stays the same from system to system. */
const REASON_BY_NAME: Readonly<Record<string, Reason>> = {
  AddrInUse: { words: msg("address already in use"), cannotStart: true },
  AddrNotAvailable: { words: msg("not an address of this machine"), cannotStart: true },
  AlreadyExists: { words: msg("it exists already") },
  BrokenPipe: { words: msg("the peer has closed the connection") },
  ConnectionAborted: { words: msg("connection aborted") },
  ConnectionRefused: { words: msg("connection refused") },
  ConnectionReset: { words: msg("connection reset by peer") },
  FilesystemLoop: { words: msg("a symbolic link leads back to itself") },
  IsADirectory: { words: msg("it is a directory") },
  NetworkUnreachable: { words: msg("network is unreachable") },
  NotADirectory: { words: msg("a part of the path is not a directory") },
  NotConnected: { words: msg("not connected") },
  NotFound: { words: msg("no such file or directory") },
  PermissionDenied: { words: msg("permission denied"), cannotStart: true },
  TimedOut: { words: msg("timed out") },
  TimeoutError: { words: msg("timed out") },
};

/** System error codes for which Deno has no class, or `node:` modules throw none. */
const REASON_BY_CODE: Readonly<Record<string, Reason>> = {
  EACCES: { words: msg("permission denied"), cannotStart: true },
  EAFNOSUPPORT: { words: msg("this system does not speak this version of IP"), cannotStart: true },
  EBADF: { words: msg("the socket is closed") },
  EBUSY: { words: msg("it is busy") },
  EDQUOT: { words: msg("disk quota exceeded") },
  EEXIST: { words: msg("it exists already") },
  EFBIG: { words: msg("file too large") },
  EHOSTDOWN: { words: msg("the host is down") },
  EHOSTUNREACH: { words: msg("no route to host") },
  EINVAL: { words: msg("the system refuses this address (invalid argument)"), cannotStart: true },
  EIO: { words: msg("input or output error") },
  EISDIR: { words: msg("it is a directory") },
  ELOOP: { words: msg("a symbolic link leads back to itself") },
  EMFILE: { words: msg("too many open files") },
  EMSGSIZE: { words: msg("message too long") },
  ENAMETOOLONG: { words: msg("name too long"), cannotStart: true },
  ENETDOWN: { words: msg("the network is down") },
  ENETUNREACH: { words: msg("network is unreachable") },
  ENFILE: { words: msg("too many open files in the system") },
  ENOBUFS: { words: msg("no buffer space available") },
  ENODEV: { words: msg("no such interface"), cannotStart: true },
  ENOENT: { words: msg("no such file or directory") },
  ENOEXEC: { words: msg("it is no program for this system"), cannotStart: true },
  ENOMEM: { words: msg("out of memory") },
  ENOSPC: { words: msg("no space left on device") },
  ENOTDIR: { words: msg("a part of the path is not a directory") },
  ENOTSOCK: { words: msg("it is no socket"), cannotStart: true },
  ENOTSUP: { words: msg("the system does not support this"), cannotStart: true },
  ENXIO: { words: msg("no such device or address") },
  EOPNOTSUPP: { words: msg("the system does not support this"), cannotStart: true },
  EPERM: { words: msg("operation not permitted"), cannotStart: true },
  EPROTO: { words: msg("protocol error") },
  EPROTOTYPE: { words: msg("a socket of another kind is there") },
  EROFS: { words: msg("read-only file system"), cannotStart: true },
  ESTALE: { words: msg("stale file handle") },
  ETIMEDOUT: { words: msg("timed out") },
  ETXTBSY: { words: msg("the program is being written"), cannotStart: true },
};

/** The messages of rustls about a peer, some with the address of a page about rustls. */
const TLS_REASONS: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/^InvalidData .*(corrupt message|InvalidContentType)/, msg("what the peer says is not TLS")],
  [/^InvalidData received fatal alert/, msg("the peer refused the TLS handshake")],
  [
    /^InvalidData peer (is incompatible|misbehaved)/,
    msg("the peer speaks no TLS that is spoken here"),
  ],
  [/KeyMismatch/, msg("the private key does not belong to the certificate")],
  [/close_notify|tls handshake eof/i, msg("the peer broke off without ending TLS")],
];

/** A reason, with the advice for the user if that is always the same. */
export interface Explanation extends Reason {
  /** Advice for the user. */
  readonly hint?: string;
}

/** A system error that was explained where it happened: its class alone would not tell. */
export class ExplainedError extends Error {
  /** The class, as it is told apart by name. */
  override readonly name = "ExplainedError";
  /** Its meaning. */
  readonly explanation: Explanation;

  /** Makes the explained form of `cause`. */
  constructor(explanation: Explanation, cause?: unknown) {
    super(explanation.words, { cause });
    this.explanation = explanation;
  }
}

/** The form of the codes of system errors: `EINVAL`, but not `ERR_INVALID_ARG_TYPE` of `node:` modules. */
const SYSTEM_CODE = /^E[A-Z0-9]+$/;

/** Whether the system has refused something: such an error is no bug, whatever its class is. */
export function isSystemError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return error instanceof ExplainedError || typeof code === "string" && SYSTEM_CODE.test(code) ||
    Object.hasOwn(REASON_BY_NAME, error.name) || error.name === "NotCapable" ||
    isNoHost(error) || isUnresolved(error);
}

/** Returns the meaning of `error`, thrown by the system. */
export function explain(error: Error): Explanation {
  if (error instanceof ExplainedError) return error.explanation;
  const code = (error as { code?: unknown }).code;
  const known = REASON_BY_NAME[error.name] ??
    (typeof code === "string" ? REASON_BY_CODE[code] : undefined);
  if (known) return { ...known, words: translate(known.words) };
  if (error.name === "NotCapable") {
    const flag = error.message.match(/--allow-[a-z]+/)?.[0];
    return {
      words: t`Deno was not given the permission`,
      cannotStart: true,
      ...(flag ? { hint: t`run again with ${flag} (or -A)` } : {}),
    };
  }
  if (isNoHost(error)) return { words: t`it is no host name`, cannotStart: true };
  if (isUnresolved(error)) return { words: t`the name does not resolve`, cannotStart: true };
  const tls = TLS_REASONS.find(([pattern]) => pattern.test(`${error.name} ${error.message}`));
  if (tls) return { words: translate(tls[1]) };
  const words = wordsOf(error.message);
  // `node:` modules say what was called, the code and the object, and that is no sentence.
  const isCall = typeof code === "string" && /^[a-z]+ [A-Z_0-9]+( |$)/.test(words);
  return { words: isCall ? t`the system refuses it (${code})` : translate(words) || error.name };
}

/** Whether Deno has taken a text for no host. */
export function isNoHost(error: Error): boolean {
  return error instanceof URIError && /^invalid (empty )?host\b/.test(error.message);
}

/** Whether a name did not resolve. */
export function isUnresolved(error: Error): boolean {
  return error.message.startsWith("failed to lookup address information");
}

/** Returns the system's own words in `message`, without numbers and addresses of web pages. */
function wordsOf(message: string): string {
  return message.replace(/ ?\(os error -?\d+\)/g, "").replace(/:? ?\bhttps?:\/\/\S+/g, "")
    .replace(/\s+/g, " ").trim();
}

/**
 * Returns the words for a system error without its object, for example "connection refused".
 */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? explain(error).words : String(error);
}
