/**
 * The IPv4 addresses that some IPv6 addresses carry.
 *
 * @module
 */
import { type IpAddress, ipv4 } from "./ip.ts";

/** An IPv4 address inside an IPv6 address. */
export interface EmbeddedIpv4 {
  /** The rule by which it is there. */
  readonly kind: "IPv4-mapped" | "IPv4-compatible" | "NAT64" | "6to4" | "Teredo";
  /** The IPv4 address: of Teredo, the client's outside address. */
  readonly address: IpAddress;
}

const ONES = 0xffff_ffffn;

/**
 * Returns the IPv4 address inside `address`: IPv4-mapped (`::ffff:0:0/96`; RFC 4291, section
 * 2.5.5.2), IPv4-compatible (`::/96` but for `::` and `::1`; section 2.5.5.1, deprecated), NAT64 (`64:ff9b::/96`; RFC 6052), 6to4 (`2002::/16`; RFC 3056), or Teredo (`2001::/32`;
 * RFC 4380, section 4, which turns its bits over). `null` for every other address.
 */
export function embeddedIpv4({ version, value }: IpAddress): EmbeddedIpv4 | null {
  if (version === 4) return null;
  const low = value & ONES;
  if (value >> 32n === 0xffffn) return { kind: "IPv4-mapped", address: ipv4(low) };
  if (value >> 32n === 0n && value > 1n) {
    return { kind: "IPv4-compatible", address: ipv4(low) };
  }
  if (value >> 32n === 0x64ff9bn << 64n) return { kind: "NAT64", address: ipv4(low) };
  if (value >> 112n === 0x2002n) return { kind: "6to4", address: ipv4(value >> 80n & ONES) };
  if (value >> 96n === 0x2001_0000n) return { kind: "Teredo", address: ipv4(low ^ ONES) };
  return null;
}
