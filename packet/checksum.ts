/**
 * The Internet checksum (RFC 1071), and the bytes that a checksum covers.
 *
 * @module
 */
import { sctpChecksum } from "./crc.ts";
import type { ChecksumRule } from "./protocol.ts";

/** From so many bytes on, it is worth the while to take four at a time. */
const MANY = 64;

/**
 * Returns the ones' complement sum of the 16-bit words of `bytes` from `start` to `end`, added to
 * `initial`; an odd byte at the end counts as the upper half of a word.
 */
export function onesSum(bytes: Uint8Array, start: number, end: number, initial = 0): number {
  let sum = initial;
  let i = start;
  if (end - start >= MANY) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let upper = 0; // apart, both stay integers of the machine
    for (; i + 3 < end; i += 4) {
      const words = view.getInt32(i);
      upper += words >>> 16;
      sum += words & 0xffff;
    }
    sum += upper;
  }
  for (; i + 1 < end; i += 2) sum += bytes[i]! << 8 | bytes[i + 1]!;
  if (i < end) sum += bytes[i]! << 8;
  while (sum > 0xffff) sum = sum % 0x10000 + Math.floor(sum / 0x10000);
  return sum;
}

/** Returns the checksum for a sum: its ones' complement. */
export function checksumOf(sum: number): number {
  return ~sum & 0xffff;
}

/**
 * Returns the sum of the pseudo-header, which TCP, UDP and ICMPv6 cover besides themselves (RFC 9293,
 * section 3.1; RFC 8200, section 8.1).
 *
 * @param addresses The source and destination address, one behind the other.
 * @param protocol The protocol number.
 * @param length Bytes of header and data.
 */
export function pseudoHeaderSum(addresses: Uint8Array, protocol: number, length: number): number {
  const own = protocol + (length >>> 16) + (length & 0xffff);
  return onesSum(addresses, 0, addresses.length, own);
}

/**
 * Returns the sum of what the checksum of `rule` covers from `start` to `end`, with itself, added to
 * `initial`: what it leaves out is not summed up.
 */
export function coveredSum(
  { except }: ChecksumRule,
  bytes: Uint8Array,
  start: number,
  end: number,
  initial = 0,
): number {
  if (except === undefined) return onesSum(bytes, start, end, initial);
  const [from, to] = except.map((offset) => Math.min(end, start + offset));
  return onesSum(bytes, to!, end, onesSum(bytes, start, from!, initial));
}

/** Returns the CRC-32C of the bytes from `start` to `end`, in which it stands at `at` itself: as zeros. */
export function crcAround(bytes: Uint8Array, start: number, at: number, end: number): number {
  return sctpChecksum(bytes.subarray(start, at), new Uint8Array(4), bytes.subarray(at + 4, end));
}
