/**
 * Cyclic redundancy checks of 32 bits: that of Ethernet, and that of SCTP.
 *
 * @module
 */

/** The polynomial of Ethernet (IEEE 802.3, section 3.2.9), its bits in the order of transmission. */
const ETHERNET = 0xedb88320;
/** The polynomial of Castagnoli (RFC 9260, appendix A), in the same order. */
const CASTAGNOLI = 0x82f63b78;

/** The tables that were needed, by polynomial. */
const TABLES = new Map<number, Uint32Array>();

function tableOf(polynomial: number): Uint32Array {
  const known = TABLES.get(polynomial);
  if (known !== undefined) return known;
  const table = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? value >>> 1 ^ polynomial : value >>> 1;
    table[byte] = value;
  }
  TABLES.set(polynomial, table);
  return table;
}

/** Returns the CRC of `parts`, one behind the other. */
function crc(polynomial: number, parts: readonly Uint8Array[]): number {
  const table = tableOf(polynomial);
  let value = 0xffffffff;
  for (const bytes of parts) {
    for (const byte of bytes) value = table[(value ^ byte) & 0xff]! ^ value >>> 8;
  }
  return ~value >>> 0;
}

/** Returns a number of 32 bits with its bytes in the other order. */
function swapped(value: number): number {
  return (value << 24 | (value & 0xff00) << 8 | value >>> 8 & 0xff00 | value >>> 24) >>> 0;
}

/**
 * Returns the frame check sequence of an Ethernet frame (IEEE 802.3), as its four bytes read on the wire.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { frameCheckSequence } from "./crc.ts";
 *
 * const check = frameCheckSequence(new TextEncoder().encode("123456789"));
 * assertEquals(check.toString(16), "2639f4cb");
 * ```
 */
export function frameCheckSequence(frame: Uint8Array): number {
  return swapped(crc(ETHERNET, [frame]));
}

/** Returns the CRC-32C of the bytes of `parts`, as its four bytes stand in a packet of SCTP. */
export function sctpChecksum(...parts: readonly Uint8Array[]): number {
  return swapped(crc(CASTAGNOLI, parts));
}
