/**
 * Why there is no connection, or no longer, in words for the user.
 *
 * @module
 */
import { cannot, EXIT, UserError } from "../cli/errors.ts";
import { ExplainedError, reasonOf } from "../text/reason.ts";
import { formatDuration } from "../text/units.ts";
import { tlsReason } from "./tls_errors.ts";

/** How connecting was tried. */
export interface Tried {
  /** Milliseconds that one try was given. */
  readonly timeout: number;
  /** Milliseconds for which it was tried again, or `null`. */
  readonly retry: number | null;
  /** The address from which it was tried, or `null`. */
  readonly source: string | null;
}

/** Returns the error for the user when connecting to `name` failed with `error`. */
export function cannotConnect(error: unknown, name: string, tried: Tried): Error {
  const hint = tried.retry === null ? null : `tried for ${formatDuration(tried.retry)}`;
  const failed = (words: string, hint: string | null) =>
    new UserError(`cannot connect to ${name}: ${words}`, { exit: EXIT.failed, hint, cause: error });
  const kind = error instanceof Error ? error.name : "";
  if (kind === "TimeoutError") {
    return failed(
      `no answer in ${formatDuration(Math.min(tried.timeout, tried.retry ?? Infinity))}`,
      hint,
    );
  }
  if (tried.source !== null && (kind === "AddrNotAvailable" || kind === "AddrInUse")) {
    return cannot(`connect from ${tried.source}`, error);
  }
  const tls = tlsReason(error);
  if (tls !== null) return failed(tls.words, tls.hint);
  return cannot(`connect to ${name}`, error, {
    ...(tried.retry === null ? {} : { exit: EXIT.failed }),
    ...(hint === null ? {} : { hint }),
  });
}

/** Returns the error for the user when the connection to `name` broke with `error`. */
export function connectionBroke(error: unknown, name: string): Error {
  if (error instanceof UserError) return error;
  if (error instanceof ExplainedError) return cannot(`send to ${name}`, error); // by UDP
  const tls = tlsReason(error);
  return new UserError(`the connection to ${name} broke: ${tls?.words ?? reasonOf(error)}`, {
    exit: EXIT.failed,
    hint: tls?.hint ?? null,
    cause: error,
  });
}
