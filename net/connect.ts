/**
 * Connections to servers: the edge to the system on the client's side.
 *
 * @module
 */
import type { Connection } from "./accept.ts";
import { type Endpoint, formatAddress, formatEndpoint } from "./endpoint.ts";

/** How a connection is made. */
export interface ConnectOptions {
  /** Milliseconds after which connecting rejects with a `TimeoutError`. */
  readonly timeout: number;
  /** Ends connecting with its reason; the connection itself does not mind. */
  readonly signal: AbortSignal;
}

/**
 * Connects to `endpoint`.
 *
 * @throws As `Deno.connect` does, a `TimeoutError` after `timeout`, or the reason of `signal`.
 */
export async function connect(endpoint: Endpoint, options: ConnectOptions): Promise<Connection> {
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new DOMException("timed out", "TimeoutError")),
    options.timeout,
  );
  const signal = AbortSignal.any([late.signal, options.signal]);
  try {
    if (endpoint.transport === "unix") {
      signal.throwIfAborted();
      const channel = await Deno.connect({ transport: "unix", path: endpoint.path });
      return { channel, peer: formatEndpoint(endpoint) };
    }
    const { hostname, port } = endpoint;
    const channel = await Deno.connect({ hostname, port, signal });
    channel.setNoDelay(true);
    return { channel, peer: formatAddress(channel.remoteAddr) };
  } finally {
    clearTimeout(timer);
  }
}
