/**
 * Numbers as they stand in packets: the most significant byte first (RFC 1700, "Data Notations").
 *
 * @module
 */

/** Returns the 16 bits at `at` of `bytes`, which has them. */
export function u16(bytes: Uint8Array, at: number): number {
  return bytes[at]! << 8 | bytes[at + 1]!;
}

/** Returns the 32 bits at `at` of `bytes`, which has them. */
export function u32(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) * 0x10000 + u16(bytes, at + 2);
}
