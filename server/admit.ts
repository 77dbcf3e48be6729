/**
 * Admission to a server: its access rules, before a connection is handled. The PROXY header is in
 * `behind_proxy.ts`.
 *
 * @module
 */
import type { Connection } from "../net/connection.ts";
import { msg } from "../text/messages.ts";

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
export const NOT_ALLOWED: string = msg("the address is not allowed");

/** Returns the connection, with a reason if the rules of `access` do not admit its host. */
export function admit(connection: Connection, access: Admission["access"]): Admitted {
  if (connection.host === undefined || access === undefined || access(connection.host)) {
    return connection;
  }
  return refused(connection, NOT_ALLOWED);
}

/** Returns the connection with the reason why it may not be handled. */
export function refused({ channel, peer }: Connection, reason: string): Admitted {
  return { channel, peer, reason };
}

/** Returns the host of an address with a port: `192.0.2.1:51478` or `[2001:db8::1]:51478`. */
export function withoutPort(address: string): string {
  return address.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
}
