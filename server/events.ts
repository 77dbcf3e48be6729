/**
 * The events of a server, named after the calls of the sockets interface (POSIX.1-2017, System
 * Interfaces).
 *
 * @module
 */

/** An event of a server. */
export type ServerEvent =
  | CertificateEvent
  | SocketEvent
  | AcceptEvent
  | RefuseEvent
  | RequestEvent
  | TransferEvent
  | EndEvent
  | FailEvent
  | LostEvent
  | RetryEvent
  | DrainEvent
  | StopEvent
  | TotalsEvent;

/** A certificate was made for this run. */
export interface CertificateEvent {
  /** The kind. */
  readonly event: "tls";
  /** SHA-256 of the certificate, as `openssl x509 -fingerprint -sha256` writes it. */
  readonly fingerprint: string;
  /** The host names and IP addresses for which it is valid. */
  readonly names: readonly string[];
}

/** The three steps to a socket that listens; a socket for datagrams only takes two. */
export interface SocketEvent {
  /** The step. */
  readonly event: "socket" | "bind" | "listen";
  /** The protocol: `TCP over IPv4`, `Unix`. */
  readonly protocol: string;
  /** The address, with the real port: `127.0.0.1:8000`. */
  readonly address: string;
  /** The URL for browsers, where it listens for them: `http://127.0.0.1:8080/`. */
  readonly url?: string;
}

/** A connection was accepted and admitted. */
export interface AcceptEvent {
  /** The kind. */
  readonly event: "accept";
  /** Its number, counted from 1. */
  readonly connection: number;
  /** The client's address: `127.0.0.1:51478`. */
  readonly peer: string;
  /** The address of the proxy that named the client, where there is one. */
  readonly proxy?: string;
  /** The subject of the client's certificate as RFC 4514 writes it, where one was asked for. */
  readonly subject?: string;
  /** The application protocol that TLS has agreed on (ALPN), where there is one. */
  readonly alpn?: string;
  /** The protocol of a browser: `WebSocket`, or `HTTP` where every connection is told of. */
  readonly protocol?: WebProtocol;
}

/** A connection was accepted and closed at once. */
export interface RefuseEvent {
  /** The kind. */
  readonly event: "refuse";
  /** Its number, counted from 1; `null` for a datagram. */
  readonly connection: number | null;
  /** The client's address. */
  readonly peer: string;
  /** The reason, in words. */
  readonly reason: string;
  /** The protocol of a browser that was refused. */
  readonly protocol?: WebProtocol;
}

/** The protocol of a browser. */
export type WebProtocol = "HTTP" | "WebSocket";

/** A browser has asked for something. */
export interface RequestEvent {
  /** The kind. */
  readonly event: "request";
  /** The connection's number. */
  readonly connection: number;
  /** The browser's address. */
  readonly peer: string;
  /** The method: `GET`. */
  readonly method: string;
  /** The path that is asked for: `/ws`. */
  readonly path: string;
  /** The status code of the answer. */
  readonly status: number;
}

/** Bytes were received or sent. A read of 0 bytes is the end of the client's half. */
export interface TransferEvent {
  /** The kind. */
  readonly event: "read" | "write";
  /** The connection's number; `null` for a datagram. */
  readonly connection: number | null;
  /** The client's address. */
  readonly peer: string;
  /** The bytes, lent until the event is handled. */
  readonly data: Uint8Array;
}

/**
 * The end of a connection: `close` when all was answered or the server closed it for `reason`,
 * `reset` when the client broke it off, or this server did so as asked, `error` for anything else. Every `accept` has one.
 */
export interface EndEvent {
  /** The kind of end. */
  readonly event: "close" | "reset" | "error";
  /** The connection's number. */
  readonly connection: number;
  /** The client's address. */
  readonly peer: string;
  /** Bytes received. */
  readonly bytesIn: number;
  /** Bytes sent. */
  readonly bytesOut: number;
  /** Milliseconds since it was accepted. */
  readonly durationMs: number;
  /** The reason of an end that was not ordinary, in words, or `null`. */
  readonly reason: string | null;
  /** The error behind an `error`, or `null`. */
  readonly error: unknown;
}

/** A datagram could not be answered. */
export interface FailEvent {
  /** The kind. */
  readonly event: "fail";
  /** The client's address. */
  readonly peer: string;
  /** The error. */
  readonly error: unknown;
}

/** Datagrams were lost, or left without an answer; told of once a second for each reason. */
export interface LostEvent {
  /** The kind. */
  readonly event: "lost";
  /** The number of them since the last such event. */
  readonly count: number;
  /** The sender of the last of them; `null` where the kernel does not tell. */
  readonly peer: string | null;
  /** The reason, in words. */
  readonly reason: string;
}

/** Accepting has failed. */
export interface RetryEvent {
  /** The kind. */
  readonly event: "retry";
  /** The error. */
  readonly error: unknown;
  /** Milliseconds until the next try; 0 when just the one client had gone. */
  readonly waitMs: number;
}

/** The server is to stop, and still accepts for a time. */
export interface DrainEvent {
  /** The kind. */
  readonly event: "drain";
  /** Milliseconds until it no longer accepts. */
  readonly drainMs: number;
}

/** The server no longer accepts. */
export interface StopEvent {
  /** The kind. */
  readonly event: "stop";
  /** The number of connections that are open. */
  readonly open: number;
  /** Milliseconds that they get to finish. */
  readonly graceMs: number;
  /** The totals of datagrams, where it served such; in a log they are in the last event. */
  readonly datagrams?: DatagramTotals;
}

/** The numbers of datagrams by their end: `received` is the sum of those from `answered` to `lost`. */
export interface DatagramTotals {
  /** Received by the program. */
  readonly received: number;
  /** Answered. */
  readonly answered: number;
  /** Not answered, since the address is not allowed. */
  readonly refused: number;
  /** Not answered, since sending the answer failed. */
  readonly failed: number;
  /** Not answered, since there were too many or they were part of a loop. */
  readonly lost: number;
  /** Dropped by the kernel before they were received; `null` where it does not tell. */
  readonly dropped: number | null;
}

/**
 * The last event, with the totals of all others. A reader of all events finds the same numbers: every
 * connection that was accepted has ended, so `accepted` is the sum of `closed`, `reset` and `errors`.
 */
export interface TotalsEvent {
  /** The kind. */
  readonly event: "totals";
  /** Connections that were accepted and admitted: as many as there are events `accept`. */
  readonly accepted: number;
  /** Connections that ended with `close`. */
  readonly closed: number;
  /** Connections that ended with `reset`. */
  readonly reset: number;
  /** Connections that ended with `error`. */
  readonly errors: number;
  /** Connections, and datagrams, that were refused. */
  readonly refused: number;
  /** Requests of browsers that were told of. */
  readonly requests: number;
  /** Bytes received by the connections that have ended. */
  readonly bytesIn: number;
  /** Bytes sent by them. */
  readonly bytesOut: number;
  /** The totals of datagrams, where it served such. */
  readonly datagrams?: DatagramTotals;
  /** Events that the log has dropped, since nobody read them in time or the disk was full. */
  readonly linesDropped: number;
}
