/**
 * Two things that a server is seldom asked for: to listen at a socket that another program has opened, and to
 * write its port into a file.
 *
 * @module
 */
import { cannot, EXIT, UserError } from "../cli/errors.ts";
import type { Io } from "../cli/io.ts";
import type { Listener, ServerTls } from "../net/connection.ts";
import { inheritedDescriptor } from "../net/inherited.ts";
import { connectionsThatFit } from "../net/listen.ts";
import { cannotSpeakTls } from "./bind_hints.ts";
import type { Options } from "./options.ts";
import { t } from "../text/messages.ts";

/**
 * Returns the descriptor of the socket that the program which started this one has opened for it; `null` if
 * there is none, or another address is asked for.
 *
 * @throws {UserError} When there are several, or it cannot be used.
 */
export function passedSocket(
  { host, port, udp }: Pick<Options, "host" | "port" | "udp">,
  operands: readonly string[],
  io: Pick<Io, "env">,
): number | null {
  if (operands.length > 0 || host !== null || port !== null) return null;
  let descriptor;
  try {
    descriptor = inheritedDescriptor((name) => io.env(name));
  } catch (error) {
    throw cannot(t`take the socket that was handed over`, error, { exit: EXIT.usage });
  }
  if (descriptor === null || !udp) return descriptor;
  throw new UserError(t`a socket was handed over (LISTEN_FDS), and --udp takes none`, {
    hint: t`name an ENDPOINT, which ignores it, or leave --udp out`,
  });
}

/** Listens at a descriptor that was handed over. */
export async function listenAtPassed(
  descriptor: number,
  tls: ServerTls | null,
  reset: boolean,
): Promise<Listener> {
  const { listenByNode } = await import("../net/node_listen.ts");
  let listener;
  try {
    listener = await listenByNode({ descriptor }, connectionsThatFit(), tls);
  } catch (error) {
    if (tls !== null) cannotSpeakTls(error);
    throw cannot(t`listen on descriptor ${descriptor}, which was handed over`, error, {
      exit: EXIT.usage,
      hint: t`it has to be a socket that listens, of TCP or a Unix one (ListenStream=)`,
    });
  }
  if (!reset || listener.protocol !== "Unix") return listener;
  listener.close();
  throw new UserError(t`--reset is about TCP, and a Unix socket was handed over: leave it out`);
}

/**
 * Writes the port of `address` into a file, so that a reader sees all of it or nothing.
 *
 * @throws {UserError} When that is not possible, with exit code 2.
 */
export async function writePort(path: string, address: string, io: Io): Promise<void> {
  const port = address.match(/:(\d+)$/)?.[1];
  if (port === undefined) return; // a Unix socket that was handed over
  try {
    await io.replaceFile(path, `${port}\n`);
  } catch (error) {
    throw cannot(t`write the port to ${path}`, error, { exit: EXIT.usage });
  }
}
