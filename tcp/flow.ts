/**
 * The connections between the same two ports, one after the other.
 *
 * @module
 */
import type { TcpConnection } from "./connection.ts";
import { FLAG, type Segment } from "./segment.ts";

/** Connections between the same two ports. */
export interface Flow {
  /** The latest. */
  connection: TcpConnection;
  /** The one before it, as long as segments may belong to it instead. */
  previous: TcpConnection | null;
  /** Whether the end of the one before is still to be told: its last segments may follow the new SYN. */
  isReplacing: boolean;
  /** Whether the end of the latest has been told. */
  isFinished: boolean;
}

/** Whether only the SYN of `connection` was seen, and perhaps a reset, without an answer. */
export function isAsking({ ends: [client, server] }: TcpConnection): boolean {
  return (client.state === "SYN-SENT" || client.state === "CLOSED") && server.state === "?";
}

/** Returns the connection of `flow` that `segment` is part of. */
export function connectionFor(segment: Segment, { connection, previous }: Flow): TcpConnection {
  if (previous === null || !isAsking(connection) || segment.flags & FLAG.syn) return connection;
  return previous.isContinuedBy(segment) || !connection.isAnsweredBy(segment)
    ? previous
    : connection;
}

/** Returns the same key for both directions. */
export function flowKey(one: string, other: string): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}
