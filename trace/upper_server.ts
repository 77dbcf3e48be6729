/**
 * The server of `netkit trace --serve`: `netkit serve` at 127.0.0.1, without a log.
 *
 * @module
 */
import { cannot } from "../cli/errors.ts";
import type { Listener } from "../net/connection.ts";
import { DEFAULT_HOST } from "../net/endpoint.ts";
import { listen } from "../net/listen.ts";
import { serveConnections } from "../server/serve_connections.ts";
import { upperCase } from "../server/upper.ts";
import { portOf } from "../tcp/segment.ts";
import { t } from "../text/messages.ts";

/** The server of a trace. */
export interface UpperServer {
  /** The port at 127.0.0.1. */
  readonly port: number;
  /** Resolves when it has been stopped. */
  readonly ended: Promise<unknown>;
}

/**
 * Listens at `port` of 127.0.0.1, 0 takes a free one, and answers in upper case until `stop`.
 *
 * @throws {UserError} If the port cannot be had.
 */
export async function startUpperServer(port: number, stop: AbortSignal): Promise<UpperServer> {
  const listener = await listenAt(port);
  const ended = serveConnections(listener, {
    transform: upperCase,
    stop,
    stopNow: stop,
    grace: 0,
    onEvent() {},
  });
  return { port: portOf(listener.address), ended };
}

async function listenAt(port: number): Promise<Listener> {
  try {
    return await listen({ transport: "tcp", hostname: DEFAULT_HOST, port });
  } catch (error) {
    throw cannot(t`listen on ${DEFAULT_HOST}:${port}`, error, {
      hint: t`if the server runs already, leave --serve out`,
    });
  }
}
