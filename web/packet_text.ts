/**
 * Captured packets as text: for an event of a stream, and for a page that has them in itself.
 *
 * @module
 */
import type { PacketPassage } from "../tcp/passage.ts";
import type { ConnectionRow, RecordedPacket } from "./recording.ts";

/** A passage as JSON has it: times are nanoseconds since 1970. */
export type PassageText = Omit<PacketPassage, "sent" | "arrived"> & {
  readonly sent: string | null;
  readonly arrived: string | null;
};

/**
 * A packet as JSON has it: number, nanoseconds since 1970, type of the link, length on the wire, bytes in
 * base64; and its passage, if that is known.
 */
export type PacketText = readonly [
  number: number,
  time: string,
  linkType: number,
  length: number,
  bytes: string,
  passage?: PassageText,
];

/** Returns a packet for JSON. */
export function formatPacket(
  { number, time, linkType, length, bytes, passage }: RecordedPacket,
): PacketText {
  const packet = [number, `${time}`, linkType, length, bytes.toBase64()] as const;
  if (passage === undefined) return packet;
  const text = (time: bigint | null) => time === null ? null : `${time}`;
  return [...packet, { ...passage, sent: text(passage.sent), arrived: text(passage.arrived) }];
}

/** Returns the packet that `formatPacket` has written. */
export function parsePacket(
  [number, time, linkType, length, bytes, passage]: PacketText,
): RecordedPacket {
  const packet = {
    number,
    time: BigInt(time),
    linkType,
    length,
    bytes: Uint8Array.fromBase64(bytes),
  };
  if (passage === undefined) return packet;
  const timeOf = (text: string | null) => text === null ? null : BigInt(text);
  const { sent, arrived } = passage;
  return { ...packet, passage: { ...passage, sent: timeOf(sent), arrived: timeOf(arrived) } };
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
