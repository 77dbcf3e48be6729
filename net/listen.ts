/**
 * Listening sockets: the edge to the system on the server's side.
 *
 * @module
 */
import type { Connection, Listener } from "./accept.ts";
import { type Endpoint, formatAddress, formatEndpoint } from "./endpoint.ts";

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
