/**
 * The Internet checksum (RFC 1071).
 *
 * @module
 */

/**
 * Returns the ones' complement sum of the 16-bit words of `bytes` from `start` to `end`, added to
 * `initial`; an odd byte at the end counts as the upper half of a word.
 */
export function onesSum(bytes: Uint8Array, start: number, end: number, initial = 0): number {
  let sum = initial;
  let i = start;
  for (; i + 1 < end; i += 2) sum += bytes[i]! << 8 | bytes[i + 1]!;
  if (i < end) sum += bytes[i]! << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
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
