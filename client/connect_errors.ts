/**
 * A failed attempt to connect, in words for the user.
 *
 * @module
 */
import { cannot, EXIT, UserError } from "../cli/errors.ts";
import { adviseOnName } from "../cli/name_advice.ts";
import { isUnresolved } from "../text/reason.ts";
import { formatDuration } from "../text/units.ts";
import { tlsReason } from "../talk/tls_errors.ts";
import { t } from "../text/messages.ts";

/** The limits of an attempt to connect. */
export interface Tried {
  /** Milliseconds that one try was given. */
  readonly timeout: number;
  /** Milliseconds for which it was tried again, or `null`. */
  readonly retry: number | null;
  /** The address from which it was tried, or `null`. */
  readonly source: string | null;
  /** The host that was asked for, or `null` for a Unix socket. */
  readonly host: string | null;
}

/** Returns the error for the user when connecting to `name` failed with `error`. */
export function cannotConnect(error: unknown, name: string, tried: Tried): Error {
  const unresolved = tried.host !== null && error instanceof Error && isUnresolved(error)
    ? adviseOnName(tried.host, error.message, name)
    : null;
  const hint = tried.retry === null ? unresolved : t`tried for ${formatDuration(tried.retry)}`;
  const failed = (words: string, hint: string | null) =>
    new UserError(t`cannot connect to ${name}: ${words}`, {
      exit: EXIT.failed,
      hint,
      cause: error,
    });
  const kind = error instanceof Error ? error.name : "";
  if (kind === "TimeoutError") {
    return failed(
      t`no answer in ${formatDuration(Math.min(tried.timeout, tried.retry ?? Infinity))}`,
      hint,
    );
  }
  if (tried.source !== null && (kind === "AddrNotAvailable" || kind === "AddrInUse")) {
    return cannot(t`connect from ${tried.source}`, error);
  }
  if (kind === "AddrNotAvailable") { // of this machine's, not of the server's
    return failed(t`this machine has no address from which it gets there`, hint);
  }
  const tls = tlsReason(error);
  if (tls !== null) return failed(tls.words, tls.hint);
  return cannot(t`connect to ${name}`, error, {
    ...(tried.retry === null ? {} : { exit: EXIT.failed }),
    ...(hint === null ? {} : { hint }),
  });
}
