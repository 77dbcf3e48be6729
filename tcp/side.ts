/**
 * The two sides of a TCP connection, and events in its life.
 *
 * @module
 */

/** An end of a connection: 0 is the client, 1 the server. */
export type Side = 0 | 1;

/** A pair: one for the client, one for the server. */
export type Both<T> = readonly [client: T, server: T];

/** An event in the life of a connection, which one segment makes. */
export type ConnectionEvent =
  | "simultaneous open"
  | "simultaneous close"
  | "refused"
  | "reset"
  /** It has no timestamp, as all segments of its sender have. */
  | "of a third party"
  /** Its numbers belong to an earlier connection between the same ports. */
  | "not of this connection";

/** Returns the other side. */
export function otherSide(side: Side): Side {
  return side === 0 ? 1 : 0;
}
