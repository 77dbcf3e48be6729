/**
 * The special-purpose addresses: the purpose of a block, the document that says so, and whether it is
 * reachable.
 *
 * @module
 */
import { BITS, type IpAddress, ipv6, type IpVersion } from "./ip.ts";
import { parseDotted } from "./ipv4.ts";
import { parseIpv6 } from "./ipv6.ts";
import { contains, type IpNetwork, networkOf } from "./network.ts";

/** The day on which the tables below were IANA's special-purpose address registries (RFC 6890). */
export const REGISTRY_DATE = "2026-07-18";

/** A block of addresses with a purpose of its own. */
export interface SpecialBlock {
  /** The block as the registry writes it; `null` for the unallocated space of IPv6. */
  readonly block: string | null;
  /** The block; `null` for the unallocated space of IPv6, which is no single one. */
  readonly network: IpNetwork | null;
  /** The name of the block in the registry. */
  readonly name: string;
  /** The document that reserves it. */
  readonly rfc: string;
  /** Whether the Internet carries packets to it; `null` where the registry does not say. */
  readonly globallyReachable: boolean | null;
}

/** A row of the tables below. */
type Row = readonly [block: string, name: string, rfc: string, globallyReachable: boolean | null];

/** The registry https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast (RFC 5771). */
const IPV4: readonly Row[] = [
  ["0.0.0.0/8", "This network", "RFC 791, section 3.2", false],
  ["0.0.0.0/32", "This host on this network", "RFC 1122, section 3.2.1.3", false],
  ["10.0.0.0/8", "Private-Use", "RFC 1918", false],
  ["100.64.0.0/10", "Shared Address Space", "RFC 6598", false],
  ["127.0.0.0/8", "Loopback", "RFC 1122, section 3.2.1.3", false],
  ["169.254.0.0/16", "Link Local", "RFC 3927", false],
  ["172.16.0.0/12", "Private-Use", "RFC 1918", false],
  ["192.0.0.0/24", "IETF Protocol Assignments", "RFC 6890, section 2.1", false],
  ["192.0.0.0/29", "IPv4 Service Continuity Prefix", "RFC 7335", false],
  ["192.0.0.8/32", "IPv4 dummy address", "RFC 7600", false],
  ["192.0.0.9/32", "Port Control Protocol Anycast", "RFC 7723", true],
  ["192.0.0.10/32", "Traversal Using Relays around NAT Anycast", "RFC 8155", true],
  ["192.0.0.170/32", "NAT64/DNS64 Discovery", "RFC 8880, RFC 7050, section 2.2", false],
  ["192.0.0.171/32", "NAT64/DNS64 Discovery", "RFC 8880, RFC 7050, section 2.2", false],
  ["192.0.2.0/24", "Documentation (TEST-NET-1)", "RFC 5737", false],
  ["192.31.196.0/24", "AS112-v4", "RFC 7535", true],
  ["192.52.193.0/24", "AMT", "RFC 7450", true],
  ["192.88.99.0/24", "Deprecated (6to4 Relay Anycast)", "RFC 7526", null],
  ["192.88.99.2/32", "6a44-relay anycast address", "RFC 6751", false],
  ["192.168.0.0/16", "Private-Use", "RFC 1918", false],
  ["192.175.48.0/24", "Direct Delegation AS112 Service", "RFC 7534", true],
  ["198.18.0.0/15", "Benchmarking", "RFC 2544", false],
  ["198.51.100.0/24", "Documentation (TEST-NET-2)", "RFC 5737", false],
  ["203.0.113.0/24", "Documentation (TEST-NET-3)", "RFC 5737", false],
  ["240.0.0.0/4", "Reserved", "RFC 1112, section 4", false],
  ["255.255.255.255/32", "Limited Broadcast", "RFC 8190, RFC 919, section 7", false],
  ["224.0.0.0/4", "Multicast", "RFC 5771", null],
];

/** The registry https://www.iana.org/assignments/iana-ipv6-special-registry, and blocks of other RFCs. */
const IPV6: readonly Row[] = [
  ["::1/128", "Loopback Address", "RFC 4291", false],
  ["::/128", "Unspecified Address", "RFC 4291", false],
  ["::/96", "IPv4-Compatible (deprecated)", "RFC 4291, section 2.5.5.1", false],
  ["::ffff:0:0/96", "IPv4-mapped Address", "RFC 4291", false],
  ["64:ff9b::/96", "IPv4-IPv6 Translat.", "RFC 6052", true],
  ["64:ff9b:1::/48", "IPv4-IPv6 Translat.", "RFC 8215", false],
  ["100::/64", "Discard-Only Address Block", "RFC 6666", false],
  ["100:0:0:1::/64", "Dummy IPv6 Prefix", "RFC 9780", false],
  ["2001::/23", "IETF Protocol Assignments", "RFC 2928", false],
  ["2001::/32", "TEREDO", "RFC 4380, RFC 8190", null],
  ["2001:1::1/128", "Port Control Protocol Anycast", "RFC 7723", true],
  ["2001:1::2/128", "Traversal Using Relays around NAT Anycast", "RFC 8155", true],
  ["2001:1::3/128", "DNS-SD Service Registration Protocol Anycast", "RFC 9665", true],
  ["2001:2::/48", "Benchmarking", "RFC 5180, erratum 1752", false],
  ["2001:3::/32", "AMT", "RFC 7450", true],
  ["2001:4:112::/48", "AS112-v6", "RFC 7535", true],
  ["2001:10::/28", "Deprecated (previously ORCHID)", "RFC 4843", null],
  ["2001:20::/28", "ORCHIDv2", "RFC 7343", true],
  ["2001:30::/28", "Drone Remote ID Protocol Entity Tags (DETs) Prefix", "RFC 9374", true],
  ["2001:db8::/32", "Documentation", "RFC 3849", false],
  ["2002::/16", "6to4", "RFC 3056", null],
  ["2620:4f:8000::/48", "Direct Delegation AS112 Service", "RFC 7534", true],
  ["3fff::/20", "Documentation", "RFC 9637", false],
  ["5f00::/16", "Segment Routing (SRv6) SIDs", "RFC 9602", false],
  ["fc00::/7", "Unique-Local", "RFC 4193, RFC 8190", false],
  ["fe80::/10", "Link-Local Unicast", "RFC 4291", false],
  ["ff00::/8", "Multicast", "RFC 4291", null],
  ["fec0::/10", "Site-local (deprecated)", "RFC 3879", false],
];

/** The only space of which global unicast addresses are given out (RFC 4291, section 2.4). */
const GLOBAL_UNICAST: IpNetwork = { address: ipv6(0x2000n << 112n), prefix: 3 };

const UNALLOCATED: SpecialBlock = {
  block: null,
  network: null,
  name: "reserved, unallocated",
  rfc: "RFC 4291",
  globallyReachable: false,
};

const tables: Partial<Record<IpVersion, readonly SpecialBlock[]>> = {};

/** Returns all blocks of `version`, those with the longest prefix first. */
export function specialBlocks(version: IpVersion): readonly SpecialBlock[] {
  return tables[version] ??= (version === 4 ? IPV4 : IPV6)
    .map(([block, name, rfc, globallyReachable]) => {
      const [address, prefix] = block.split("/");
      const parse = version === 4 ? parseDotted : parseIpv6; // parsePrefixedAddress() takes 1 ms more
      const network = networkOf(parse(address!), Number(prefix));
      return { block, network, name, rfc, globallyReachable };
    })
    .sort((a, b) => b.network.prefix - a.network.prefix);
}

/**
 * Returns the smallest special-purpose block that `address` is in, or the whole network of it with
 * `prefix` if that is given; `null` if it is ordinary global unicast, or no single block.
 */
export function specialBlockOf(
  address: IpAddress,
  prefix: number = BITS[address.version],
): SpecialBlock | null {
  const found = specialBlocks(address.version).find(({ network }) =>
    network!.prefix <= prefix && contains(network!, address) // the tables have a network in each row
  );
  if (found) return found;
  if (address.version === 4 || contains(GLOBAL_UNICAST, address)) return null;
  return contains(networkOf(address, prefix), GLOBAL_UNICAST.address) ? null : UNALLOCATED;
}

/** Returns the special-purpose blocks that are smaller than `network` and in it, the largest first. */
export function specialBlocksIn(network: IpNetwork): SpecialBlock[] {
  const inside = specialBlocks(network.address.version).filter((block) =>
    block.network!.prefix > network.prefix && contains(network, block.network!.address)
  );
  const isOutermost = (block: SpecialBlock) =>
    !inside.some(({ network }) =>
      network!.prefix < block.network!.prefix && contains(network!, block.network!.address)
    );
  return inside.filter(isOutermost).sort((a, b) => a.network!.prefix - b.network!.prefix);
}
