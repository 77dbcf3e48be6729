/**
 * IP addresses and the MAC addresses that belong to them: EUI-64, groups, solicited nodes.
 *
 * @module
 */
import { type IpAddress, ipv6 } from "./ip.ts";
import type { IpNetwork } from "./network.ts";
import { msg, t, translate } from "../text/messages.ts";

/** The bit of the first octet that tells a MAC address given by hand from one of a vendor. */
const LOCAL = 0x02;

/** Whether an address is a group: in 224.0.0.0/4 (RFC 5771) or ff00::/8 (RFC 4291, section 2.7). */
function isGroup({ version, value }: IpAddress): boolean {
  return version === 6 ? value >> 120n === 0xffn : value >> 28n === 0xen;
}

/** Returns the last `count` octets of `value`. */
function lowOctets(value: bigint, count: number): number[] {
  return Array.from(
    { length: count },
    (_, i) => Number(value >> BigInt(8 * (count - 1 - i)) & 255n),
  );
}

/**
 * Returns the MAC address from which an IPv6 address was made by EUI-64 (RFC 4291, appendix A), `null`
 * if it does not look so: `ff:fe` is missing in the middle of its last 64 bits, or it is a group.
 */
export function macOfEui64(address: IpAddress): Uint8Array<ArrayBuffer> | null {
  const { version, value } = address;
  const isMarked = (value >> 24n & 0xffffn) === 0xfffen;
  if (version === 4 || isGroup(address) || !isMarked) return null;
  const octets = lowOctets(value, 8);
  return Uint8Array.from([octets[0]! ^ LOCAL, ...octets.slice(1, 3), ...octets.slice(5)]);
}

/**
 * Returns the address that a host with the MAC address `mac` gives itself in an IPv6 network by EUI-64
 * (RFC 4291, appendix A).
 *
 * @throws {RangeError} If the network has less than 64 host bits, or is one of IPv4.
 */
export function eui64Address({ address, prefix }: IpNetwork, mac: Uint8Array): IpAddress {
  if (address.version === 4 || prefix > 64) throw new RangeError("No 64 bits for an interface");
  const octets = [mac[0]! ^ LOCAL, mac[1]!, mac[2]!, 0xff, 0xfe, mac[3]!, mac[4]!, mac[5]!];
  return ipv6(octets.reduce((id, octet) => id << 8n | BigInt(octet), 0n) | address.value);
}

/**
 * Returns the group to which neighbours send when they look for the MAC address of an IPv6 host,
 * `ff02::1:ff00:0/104` (RFC 4291, section 2.7.1); `null` for IPv4 and for groups.
 */
export function solicitedNodeGroup(address: IpAddress): IpAddress | null {
  const { version, value } = address;
  if (version === 4 || isGroup(address) || value === 0n) return null;
  return ipv6(0xff02n << 112n | 0x1_ff00_0000n | value & 0xff_ffffn);
}

/**
 * Returns the MAC address of a group: `01:00:5e` and 23 bits of IPv4 (RFC 1112, section 6.4), so that 32
 * groups share one, or `33:33` and 32 bits of IPv6 (RFC 2464, section 7). `null` for other addresses.
 */
export function groupMac(address: IpAddress): Uint8Array<ArrayBuffer> | null {
  if (!isGroup(address)) return null;
  const { version, value } = address;
  return Uint8Array.from(
    version === 6
      ? [0x33, 0x33, ...lowOctets(value, 4)]
      : [0x01, 0x00, 0x5e, ...lowOctets(value & 0x7f_ffffn, 3)],
  );
}

/** The scopes of IPv6 groups (RFC 7346, section 2). */
const SCOPES: Readonly<Record<number, string>> = {
  1: msg("interface-local"),
  2: msg("link-local"),
  3: msg("realm-local"),
  4: msg("admin-local"),
  5: msg("site-local"),
  8: msg("organization-local"),
  14: msg("global"),
};

/** The scopes of IPv4 groups by their first bits (RFC 5771, RFC 2365), the longest prefix first. */
const SCOPES_V4: readonly (readonly [first: bigint, bits: number, scope: string])[] = [
  [0xe000_00n, 24, msg("link-local (local network control)")],
  [0xe000_01n, 24, msg("global (internetwork control)")],
  [0xefffn, 16, msg("local (RFC 2365)")],
  [0xefc0n >> 2n, 14, msg("organization-local (RFC 2365)")],
  [0xe8n, 8, msg("global (source-specific, RFC 4607)")],
  [0xe9n, 8, msg("global (GLOP, RFC 3180)")],
  [0xefn, 8, msg("administratively scoped (RFC 2365)")],
];

/** Returns how far packets to a group go, `null` for an address that is none. */
export function groupScope(address: IpAddress): string | null {
  if (!isGroup(address)) return null;
  const { version, value } = address;
  if (version === 6) return translate(SCOPES[Number(value >> 112n & 15n)] ?? msg("unassigned"));
  return translate(
    SCOPES_V4.find(([first, bits]) => value >> BigInt(32 - bits) === first)?.[2] ?? "global",
  );
}

/** Returns the flags of an IPv6 group in words (RFC 4291, 2.7; RFC 3306; RFC 3956), `null` for others. */
export function groupFlags(address: IpAddress): string | null {
  if (address.version === 4 || !isGroup(address)) return null;
  const flags = Number(address.value >> 116n & 15n);
  return [
    flags & 1 ? t`transient (T)` : t`well-known`,
    ...(flags & 2 ? [t`made from a prefix (P)`] : []),
    ...(flags & 4 ? [t`with a rendezvous point (R)`] : []),
  ].join(t`, `);
}
