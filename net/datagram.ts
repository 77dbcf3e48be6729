/**
 * Datagrams, and a socket that receives and sends them.
 *
 * @module
 */

/** The part of a datagram by which it is queued. */
export interface Queued {
  /** The sender's address. */
  readonly host: string;
  /** The sender's port. */
  readonly port: number;
  /** The payload. */
  readonly data: Uint8Array;
}

/** A datagram with the address of its sender. */
export interface Datagram extends Queued {
  /** Its payload, 0 to 65,507 bytes over IPv4 (RFC 768; 65,535 less the headers). */
  readonly data: Uint8Array;
  /** The sender's address for people: `127.0.0.1:51478`. */
  readonly peer: string;
}

/** A socket for datagrams. */
export interface DatagramSocket {
  /** The address to which it is bound, with the real port. */
  readonly address: string;
  /** The protocol: `UDP over IPv4`. */
  readonly protocol: string;
  /** Calls `onDatagram` for what arrives, until it is closed; the data is lent until that returns. */
  receive(onDatagram: (datagram: Datagram) => void): void;
  /** Sends `data` to where `to` came from, then calls `done`: with the error if it is too long, say. */
  send(data: Uint8Array, to: Datagram, done: (error: Error | null) => void): void;
  /** Whether a datagram claims to come from this socket: its port at an address of this machine. */
  isOwn(datagram: Datagram): boolean;
  /** Resolves to how many datagrams the kernel has dropped since the start, `null` if that is not known. */
  drops(): Promise<number | null>;
  /** Closes it. */
  close(): void;
}
