/**
 * Captures for machines on which netkit may not capture.
 *
 * @module
 */
import { type CaptureName, CAPTURES } from "./captures_data.ts";

/** Returns the bytes of the capture `name`, a pcap file. */
export function capture(name: CaptureName): Uint8Array {
  return Uint8Array.fromBase64(CAPTURES[name]);
}
