/**
 * Segments of TCP in the frames of a wire, and the end of a connection as they tell it.
 *
 * @module
 */
import { dissectPacket } from "../../packet/dissect.ts";
import { LINK } from "../../packet/link.ts";
import { FLAG, type Segment, segmentOf } from "../../tcp/segment.ts";
import type { Recording } from "./recording.ts";

/** Returns the segment of TCP in a frame, `null` if it has none. */
export function segmentIn(bytes: Uint8Array): Segment | null {
  const { length } = bytes;
  return segmentOf(dissectPacket({ number: 1, time: 0n, linkType: LINK.ethernet, bytes, length }));
}

/**
 * Resolves when a connection is over, as far as the card of one of its ends has seen: both ends have sent a
 * FIN that is acknowledged, or one of them has reset it. A program may have ended before its last segment
 * has passed.
 */
export function untilClosed(recording: Recording): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  /** The number behind the FIN of each end, by its address. */
  const ends = new Map<string, number>();
  const acknowledged = new Set<string>();
  recording.onFrame = (frame) => {
    const segment = segmentIn(frame);
    if (segment === null) return;
    const { source, destination, flags, seq, ack, length } = segment;
    if (flags & FLAG.fin) ends.set(source, (seq + length + 1) >>> 0);
    if (ends.get(destination) === ack) acknowledged.add(destination);
    if (acknowledged.size === 2 || flags & FLAG.rst) resolve();
  };
  return promise;
}
