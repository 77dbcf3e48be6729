/**
 * The edge to the system's sockets: endpoints become listeners and connections.
 *
 * @module
 */
import type { Connection, Listener } from "./accept.ts";
import { type Endpoint, formatEndpoint } from "./endpoint.ts";

/** How a connection is made. */
export interface ConnectOptions {
  /** Milliseconds after which connecting rejects with a `TimeoutError`. */
  readonly timeout: number;
  /** Ends connecting with its reason; the connection itself does not mind. */
  readonly signal: AbortSignal;
}

/**
 * Listens at `endpoint`.
 *
 * @throws As `Deno.listen` does, for example `AddrInUse`.
 */
export function listen(endpoint: Endpoint): Listener {
  if (endpoint.transport === "unix") {
    const listener = Deno.listen({ transport: "unix", path: endpoint.path });
    let count = 0;
    return accepting(listener, formatEndpoint(endpoint), () => `${endpoint.path}#${++count}`);
  }
  const { hostname, port } = endpoint;
  const listener = Deno.listen({ hostname, port });
  return accepting(listener, formatAddress(listener.addr), (conn) => {
    conn.setNoDelay(true);
    return formatAddress(conn.remoteAddr);
  });
}

function accepting<C extends Deno.Conn>(
  listener: Deno.Listener<C> | { accept(): Promise<C>; close(): void },
  address: string,
  nameOf: (conn: C) => string,
): Listener {
  return {
    address,
    async accept(): Promise<Connection | null> {
      let conn;
      try {
        conn = await listener.accept() as C;
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return null; // closed
        throw error;
      }
      try {
        return { channel: conn, peer: nameOf(conn) };
      } catch (error) {
        conn.close(); // it was reset since
        throw error;
      }
    },
    close() {
      try {
        listener.close();
      } catch (error) {
        if (!(error instanceof Deno.errors.BadResource)) throw error; // closed already
      }
    },
  };
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

/**
 * Returns a free TCP port of `hostname` above `port`, or `null` if the next hundred are taken. Tried by
 * binding: it is free now, which is no promise.
 */
export function nextFreePort(hostname: string, port: number): number | null {
  for (let next = port + 1; next <= Math.min(port + 100, 65535); next++) {
    try {
      Deno.listen({ hostname, port: next }).close();
      return next;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) return null;
    }
  }
  return null;
}

/** Returns an address of the system as it is written in an endpoint. */
function formatAddress(address: Deno.Addr): string {
  if ("path" in address) return `unix:${address.path}`;
  if ("cid" in address) return `vsock:${address.cid}:${address.port}`;
  return formatEndpoint({ transport: "tcp", hostname: address.hostname, port: address.port });
}
