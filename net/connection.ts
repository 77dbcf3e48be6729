/**
 * Connections and listeners: a channel with the address of its peer, and the socket that accepts them.
 *
 * @module
 */
import type { Channel } from "./stream.ts";

/** A connection: its bytes and the address of its peer. */
export interface Connection {
  /** The bytes. */
  readonly channel: Channel;
  /** The peer's address for people: `127.0.0.1:51478`. */
  readonly peer: string;
  /** The peer's IP address alone, where it has one. */
  readonly host?: string;
  /** Breaks the connection off with a reset (RST), where that is possible; resolves when that is done. */
  readonly reset?: () => Promise<void>;
  /** The handshake and the release of TLS, where this side has accepted the connection and TLS is spoken. */
  readonly tls?: TlsConnection;
  /** The application protocol that TLS has agreed on (ALPN), where this side has made the connection. */
  readonly alpn?: string | null;
}

/** The server's half of TLS. */
export interface ServerTls {
  /** Its certificate, or chain of certificates, in PEM. */
  readonly cert: string;
  /** The private key of the certificate, in PEM. */
  readonly key: string;
  /** The application protocols that it offers (ALPN, RFC 7301), the best first; none if not given. */
  readonly alpn?: readonly string[];
  /**
   * Certificates in PEM. With them, each client has to have a certificate that is one of these or signed by
   * one, and `node:tls` serves it instead of Deno's own TLS: see `node_tls_server.ts`.
   */
  readonly clientCa?: string;
}

/** The result of a TLS handshake, beside the keys. */
export interface TlsAgreement {
  /** The application protocol (ALPN, RFC 7301), or `null` if none was agreed on. */
  readonly alpn: string | null;
  /** The subject of the client's certificate as RFC 4514 writes it, or `null` if none was asked for. */
  readonly client: string | null;
}

/** The part of a TLS connection that plain TCP lacks: its handshake and its release. */
export interface TlsConnection {
  /** The result of the handshake; `null` before it is over. */
  readonly agreement: TlsAgreement | null;
  /**
   * Resolves when both sides have agreed. Rejects when they have not, or the client has gone, with the
   * reason in words as its message.
   */
  handshake(): Promise<void>;
  /**
   * Closes the channel as its `close()` does. Resolves to whether its descriptor is free; it may stay
   * until the client goes, which `released` tells.
   */
  release(): Promise<boolean>;
  /** Resolves when the channel has been closed and its descriptor is free. */
  readonly released: Promise<void>;
  /** Closes the channel at once, also if its descriptor stays: for the end of the program. */
  drop(): void;
  /** A remark for the log about the way in which the client left, in words, or `null`. */
  readonly remark: string | null;
}

/** A listening socket, as far as it is used. */
export interface Listener {
  /** Where it listens, with the real port: `127.0.0.1:8000`. */
  readonly address: string;
  /** The protocol: `TCP over IPv4`, `TLS over IPv6`, `Unix`. */
  readonly protocol: string;
  /** Whether another program has opened and bound it. */
  readonly inherited?: boolean;
  /** Whether its connections speak TLS, and have a handshake before them. */
  readonly secure?: boolean;
  /** Resolves to the next connection, or `null` once the listener is closed. */
  accept(): Promise<Connection | null>;
  /** Stops listening. */
  close(): void;
}
