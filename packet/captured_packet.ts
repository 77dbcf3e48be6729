/**
 * A packet as it stands in a capture, and the error for a damaged capture.
 *
 * @module
 */

/** A packet as it was captured. */
export interface CapturedPacket {
  /** Its number in the file, from 1. */
  readonly number: number;
  /** The time of capture in nanoseconds since 1970; 0 where the file does not say. */
  readonly time: bigint;
  /** The type of the link that it was captured on (LINKTYPE_, tcpdump.org). */
  readonly linkType: number;
  /** The captured bytes. They are lent: the next step of the iteration overwrites them. */
  readonly bytes: Uint8Array;
  /** The number of bytes on the wire; more than were captured if the capture cut the packet. */
  readonly length: number;
  /** The bytes of the frame check sequence at its end on the wire; none if left out. */
  readonly fcs?: number | undefined;
}

/** The most bytes of one packet: libpcap's MAXIMUM_SNAPLEN. A longer one is a damaged file. */
export const MAX_PACKET = 262_144;

/** Thrown when a capture is damaged; what was read before is good. */
export class CaptureError extends Error {
  /** The class, as it is told apart by name. */
  override readonly name = "CaptureError";
}
