/**
 * Captured packets as text: for an event of a stream, and for a page that has them in itself.
 *
 * @module
 */
import type { CapturedPacket } from "../packet/captured_packet.ts";
import type { ConnectionRow } from "./recording.ts";

/** A packet as JSON has it: number, nanoseconds since 1970, type of the link, length on the wire, bytes in base64. */
export type PacketText = readonly [
  number: number,
  time: string,
  linkType: number,
  length: number,
  bytes: string,
];

/** Returns a packet for JSON. */
export function formatPacket(
  { number, time, linkType, length, bytes }: CapturedPacket,
): PacketText {
  return [number, `${time}`, linkType, length, bytes.toBase64()];
}

/** Returns the packet that `formatPacket` has written. */
export function parsePacket([number, time, linkType, length, bytes]: PacketText): CapturedPacket {
  return { number, time: BigInt(time), linkType, length, bytes: Uint8Array.fromBase64(bytes) };
}

/** A recording in a page of its own (`--html`). */
export interface EmbeddedRecording {
  /** The name of the file that it was made of. */
  readonly title: string;
  /** The connections with their packets. */
  readonly connections: readonly {
    readonly row: ConnectionRow;
    readonly packets: readonly PacketText[];
  }[];
}
