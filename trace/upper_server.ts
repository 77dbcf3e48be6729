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

/**
 * Listens at `port` of 127.0.0.1; 0 takes a free one.
 *
 * @throws {UserError} If the port cannot be had.
 */
export async function listenAt(port: number): Promise<Listener> {
  try {
    return await listen({ transport: "tcp", hostname: DEFAULT_HOST, port });
  } catch (error) {
    throw cannot(`listen on ${DEFAULT_HOST}:${port}`, error, {
      hint: "if the server runs already, leave --serve out",
    });
  }
}

/** Answers the clients of `listener` in upper case until `stop`. */
export async function serveUpper(listener: Listener, stop: AbortSignal): Promise<void> {
  await serveConnections(listener, {
    transform: upperCase,
    stop,
    stopNow: stop,
    grace: 0,
    onEvent() {},
  });
}
