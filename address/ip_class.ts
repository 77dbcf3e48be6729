/**
 * The classes that IPv4 addresses had before there were prefix lengths.
 *
 * @module
 */
import type { IpAddress } from "./ip.ts";

/** A class of IPv4 addresses: A to C for networks, D for multicast, E reserved. */
export type IpClass = "A" | "B" | "C" | "D" | "E";

/**
 * Returns the class that its first bits gave to an IPv4 address (RFC 791, section 3.2; RFC 1112,
 * section 4), `null` for IPv6. Only history: since RFC 1519 (1993) networks have prefix lengths.
 */
export function classOf({ version, value }: IpAddress): IpClass | null {
  if (version === 6) return null;
  const first = value >> 28n;
  if (first < 0b1000n) return "A";
  if (first < 0b1100n) return "B";
  if (first < 0b1110n) return "C";
  return first < 0b1111n ? "D" : "E";
}
