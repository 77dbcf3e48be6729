/**
 * Captures for machines on which netkit may not capture.
 *
 * @module
 */
import { CAPTURES } from "./captures_data.ts";

/** The names of these captures. */
export type CaptureName = keyof typeof CAPTURES & string;

/** Returns the bytes of the capture `name`, a pcap file. */
export function capture(name: CaptureName): Uint8Array {
  return Uint8Array.fromBase64(CAPTURES[name]!);
}
