/**
 * Sockets that the program which started this one has opened for it: systemd's socket activation
 * (sd_listen_fds(3)).
 *
 * @module
 */
import { ExplainedError } from "../text/reason.ts";
import { t } from "../text/messages.ts";

/** The first descriptor that is handed over: `SD_LISTEN_FDS_START`. */
const FIRST = 3;

/**
 * Returns the descriptor of the socket that was handed over, or `null` if none was: the variables are not
 * set, or were meant for another process.
 *
 * @param env Returns the value of an environment variable.
 * @throws {ExplainedError} When there are several.
 */
export function inheritedDescriptor(env: (name: string) => string | undefined): number | null {
  const count = Number(env("LISTEN_FDS") ?? 0);
  if (!(count >= 1) || env("LISTEN_PID") !== String(Deno.pid)) return null;
  if (count === 1) return FIRST;
  throw new ExplainedError({
    words: t`LISTEN_FDS hands over ${count} sockets, and it listens at one`,
    hint: t`one ListenStream= for each service, or an ENDPOINT for serve, which ignores them`,
    cannotStart: true,
  });
}
