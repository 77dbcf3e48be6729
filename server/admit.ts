/**
 * Admission to a server: access rules and the PROXY header, both before a connection is handled.
 *
 * @module
 */
import { IdleWatch } from "../net/idle.ts";
import { type Channel, closeQuietly } from "../net/stream.ts";
import type { Connection } from "../net/connection.ts";

/** The conditions of a connection before it is handled. */
export interface Admission {
  /** Whether the host at this IP address may connect; everybody may if not given. */
  readonly access?: (address: string) => boolean;
  /** Whether each connection must begin with a header of the PROXY protocol, which names the client. */
  readonly proxyProtocol?: boolean;
}

/** A connection that may be handled, or the reason why not. */
export interface Admitted extends Connection {
  /** The reason why it may not be handled; it may if not given. */
  readonly reason?: string;
  /** Whether the proxy speaks for itself, as in its health checks (command LOCAL). */
  readonly local?: boolean;
  /** The address of the proxy that named the client. */
  readonly proxy?: string;
}

/** The reason for clients that the rules do not admit. */
export const NOT_ALLOWED = "the address is not allowed";

/**
 * Milliseconds that a proxy may take for its header; the specification asks for "at least 3 seconds",
 * which covers a retransmission of TCP.
 */
const HEADER_TIMEOUT = 5000;

/** The PROXY headers that a server waits for. */
export class HeaderWatch {
  /** Milliseconds that each may take. */
  readonly milliseconds: number;
  readonly #late = new WeakSet<Channel>();
  readonly #watch: IdleWatch<Channel>;

  /** Closes each channel on which no whole header has come in `milliseconds`. */
  constructor(milliseconds: number = HEADER_TIMEOUT) {
    this.milliseconds = milliseconds;
    this.#watch = new IdleWatch(milliseconds, (channel) => {
      this.#late.add(channel);
      closeQuietly(channel);
    });
  }

  /** Begins to wait for the header of `channel`. */
  add(channel: Channel): void {
    this.#watch.touch(channel);
  }

  /** Ends the waiting. */
  delete(channel: Channel): void {
    this.#watch.delete(channel);
  }

  /** Whether `channel` was closed because its header was late. */
  isLate(channel: Channel): boolean {
    return this.#late.has(channel);
  }
}

/** Returns the connection, with a reason if the rules of `access` do not admit its host. */
export function admit(connection: Connection, access: Admission["access"]): Admitted {
  if (connection.host === undefined || access === undefined || access(connection.host)) {
    return connection;
  }
  return refused(connection, NOT_ALLOWED);
}

/**
 * Resolves to the connection as it goes on behind its PROXY header, with the client's own address, or
 * with the reason why it does not. Never rejects; leaves closing to the caller.
 *
 * @param headers The headers that are waited for; closes the channels of those that are late.
 */
export async function behindProxy(
  connection: Connection,
  headers: HeaderWatch,
): Promise<Admitted> {
  const [{ ProxyHeaderError }, { readProxyHeader, withPrefix }] = await Promise.all([
    import("./proxy_header.ts"),
    import("./proxy_protocol.ts"),
  ]);
  const { channel } = connection;
  headers.add(channel);
  try {
    const { source, rest, local } = await readProxyHeader(channel);
    const { peer, host } = connection;
    const behind = { channel: withPrefix(channel, rest), local };
    if (source !== null) return { ...behind, peer: source, host: withoutPort(source), proxy: peer };
    return { ...behind, peer, ...(host === undefined ? {} : { host }) };
  } catch (error) {
    const reason = headers.isLate(channel)
      ? `no PROXY header in ${headers.milliseconds / 1000} s`
      : error instanceof ProxyHeaderError
      ? error.message
      : "gone before its PROXY header";
    return refused(connection, reason);
  } finally {
    headers.delete(channel);
  }
}

function refused({ channel, peer }: Connection, reason: string): Admitted {
  return { channel, peer, reason };
}

/** Returns the host of an address with a port: `192.0.2.1:51478` or `[2001:db8::1]:51478`. */
export function withoutPort(address: string): string {
  return address.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
}
