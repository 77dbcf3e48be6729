/**
 * A frame as it is on the wire: filled up, and with its check sequence.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import { MIN_FRAME } from "../packet/content.ts";
import { frameCheckSequence } from "../packet/crc.ts";

/** The bytes of a frame check sequence (IEEE 802.3, section 3.2.9). */
export const FCS_SIZE = 4;

/**
 * Returns `frame` as a network card sends it: with zeros up to 60 bytes, and with the frame check sequence
 * if `fcs` is set.
 */
export function onWire(frame: Uint8Array, fcs: boolean): Uint8Array<ArrayBuffer> {
  const padded = concat([frame, new Uint8Array(Math.max(0, MIN_FRAME - frame.length))]);
  if (!fcs) return padded;
  const check = new DataView(new ArrayBuffer(FCS_SIZE));
  check.setUint32(0, frameCheckSequence(padded));
  return concat([padded, new Uint8Array(check.buffer)]);
}
