/**
 * A connection that was watched, as `netkit trace --json` tells it, and what lessons ask about it.
 *
 * @module
 */

/** An object of `netkit trace --json`, as far as lessons ask about it. */
export interface TraceRecord {
  /** `segment`, or `connection` at its end. */
  readonly type: string;
  /** The time of the segment (ISO 8601). */
  readonly time: string;
  /** The end that sent the segment. */
  readonly from: End;
  /** The flags of the segment. */
  readonly flags: readonly string[];
  /** Its sequence number, counted from the SYN. */
  readonly seq: number;
  /** Its acknowledgment number, counted from the SYN; `null` without ACK. */
  readonly ack: number | null;
  /** Its bytes of data. */
  readonly bytes: number;
  /** The states that the client and the server have moved to. */
  readonly moves: readonly [client: readonly string[], server: readonly string[]];
  /** Of a connection: how it was closed. */
  readonly close: { readonly by: string; readonly segments: number } | null;
  /** Of a connection: the states of both ends in their order. */
  readonly paths: readonly [client: readonly string[], server: readonly string[]];
  /** Of a connection: the states that follow if the last segments arrived. */
  readonly presumed: readonly [client: readonly string[], server: readonly string[]];
}

/** An end of a connection. */
export type End = "client" | "server";

/** Returns the segments. */
export function segmentsOf(records: readonly TraceRecord[]): TraceRecord[] {
  return records.filter(({ type }) => type === "segment");
}

/** Returns the connection at its end; the first, if there are several. */
export function connectionOf(records: readonly TraceRecord[]): TraceRecord {
  return records.find(({ type }) => type === "connection")!;
}

/** Returns the states that an end has come through. */
export function pathOf(records: readonly TraceRecord[], end: End): readonly string[] {
  return connectionOf(records).paths[end === "client" ? 0 : 1];
}

/** Returns the state to which an end moves from `state`. */
export function stateAfter(records: readonly TraceRecord[], end: End, state: string): string {
  const path = pathOf(records, end);
  return path[path.indexOf(state) + 1]!;
}

/** Returns the segments with FIN, in order. */
export function finsOf(records: readonly TraceRecord[]): TraceRecord[] {
  return segmentsOf(records).filter(({ flags }) => flags.includes("FIN"));
}
