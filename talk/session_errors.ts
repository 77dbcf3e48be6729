/**
 * A conversation that failed, in words for the user.
 *
 * @module
 */
import { cannot, EXIT, OutputClosed, Stopped, UserError } from "../cli/errors.ts";
import { ExplainedError, reasonOf } from "../text/reason.ts";
import { SilenceError } from "./conversation.ts";
import { LocalSideError } from "./duplex.ts";
import type { TalkValues } from "./options.ts";
import { tlsReason } from "./tls_errors.ts";
import { t } from "../text/messages.ts";

/**
 * Returns the error for the user when the conversation with `name` failed with `error`; `hint` is the advice
 * about a silent peer.
 */
export function explainFailure(
  error: unknown,
  name: string,
  { turnTimeout, idleTimeout, hint = null }:
    & Pick<TalkValues, "turnTimeout" | "idleTimeout">
    & { readonly hint?: string | null },
): Error {
  if (error instanceof LocalSideError) {
    const { cause, doing } = error;
    if (doing === "write" && cause instanceof Error && cause.name === "BrokenPipe") {
      return new OutputClosed();
    }
    const told = cannot(
      doing === "read" ? t`read standard input` : t`write to standard output`,
      cause,
    );
    if (!(told instanceof UserError)) return told;
    return new UserError(told.message, { exit: told.exit, hint: told.hint, cause: error });
  }
  if (error instanceof SilenceError) {
    const message = error.missing === "answer"
      ? t`no answer within ${(turnTimeout ?? 0) / 1000} s from ${name}`
      : t`nothing came or went for ${(idleTimeout ?? 0) / 1000} s: gave up on ${name}`;
    return new UserError(message, { exit: EXIT.failed, hint });
  }
  return error instanceof Stopped ? error : connectionBroke(error, name);
}

/** Returns the error for the user when the connection to `name` broke with `error`. */
function connectionBroke(error: unknown, name: string): Error {
  if (error instanceof UserError) return error;
  if (error instanceof ExplainedError) return cannot(t`send to ${name}`, error); // by UDP
  const tls = tlsReason(error);
  return new UserError(t`the connection to ${name} broke: ${tls?.words ?? reasonOf(error)}`, {
    exit: EXIT.failed,
    hint: tls?.hint ?? null,
    cause: error,
  });
}
