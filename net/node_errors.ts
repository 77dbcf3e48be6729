/**
 * Errors of `node:` modules, with the names that Deno gives to the same errors.
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
