/**
 * Errors of `node:` modules and of the C library, with the names that Deno gives to the same errors.
 *
 * @module
 */

/** Deno's error classes by the system's code. */
const NAME_BY_CODE: Readonly<Record<string, string>> = {
  EACCES: "PermissionDenied",
  EADDRINUSE: "AddrInUse",
  EADDRNOTAVAIL: "AddrNotAvailable",
  ECONNABORTED: "ConnectionAborted",
  ECONNREFUSED: "ConnectionRefused",
  ECONNRESET: "ConnectionReset",
  ENETUNREACH: "NetworkUnreachable",
  ENOTCONN: "NotConnected",
  EPERM: "PermissionDenied",
  ELOOP: "FilesystemLoop",
  ENOENT: "NotFound",
  ENOTDIR: "NotADirectory",
  EPIPE: "BrokenPipe",
  ETIMEDOUT: "TimedOut",
};

/** Codes by their numbers in Linux's errno.h, of the calls that are made here. */
const CODES: Readonly<Record<number, string>> = {
  12: "ENOMEM",
  13: "EACCES",
  19: "ENODEV",
  22: "EINVAL",
  23: "ENFILE",
  24: "EMFILE",
  71: "EPROTO",
  98: "EADDRINUSE",
  99: "EADDRNOTAVAIL",
  101: "ENETUNREACH",
  103: "ECONNABORTED",
  104: "ECONNRESET",
  105: "ENOBUFS",
  110: "ETIMEDOUT",
  111: "ECONNREFUSED",
  113: "EHOSTUNREACH",
};

/** Codes with which getaddrinfo(3) does not resolve a name. */
const UNRESOLVED = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_NONAME", "EAI_NODATA", "EAI_FAIL"]);

/** Returns `error` as Deno would have thrown it; its `code` stays. */
export function denoError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const code = (error as { code?: unknown }).code;
  if (typeof code !== "string") return error;
  if (UNRESOLVED.has(code)) {
    return new Error(`failed to lookup address information: ${code}`, { cause: error });
  }
  // Deno's bind(2) reports an address that this machine does not have as EINVAL.
  const isBind = code === "EINVAL" && error.message.startsWith("bind ");
  const name = isBind ? "AddrNotAvailable" : NAME_BY_CODE[code];
  if (name === undefined) return error;
  return Object.assign(new Error(error.message, { cause: error }), { name, code });
}

/** Returns the error of a call of the C library that has failed with this number on Linux, named as Deno's. */
export function systemError(call: string, number: number): Error {
  const code = CODES[number] ?? `E${number}`;
  return denoError(Object.assign(new Error(`${call} ${code}`), { code }));
}
