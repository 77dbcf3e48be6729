/**
 * The records of addresses and networks, as `ipinfo --json` prints them.
 *
 * @module
 */
import { type EmbeddedIpv4, embeddedIpv4 } from "../address/embedded.ts";
import { formatHex, formatInteger, type IpAddress } from "../address/ip.ts";
import { classOf } from "../address/ip_class.ts";
import { formatBinaryIp, formatIp, formatReverse } from "../address/ip_text.ts";
import { formatExploded } from "../address/ipv6.ts";
import {
  addressCount,
  broadcast,
  firstHost,
  hostCount,
  type IpNetwork,
  lastHost,
  netmask,
  type PrefixedAddress,
  wildcardMask,
} from "../address/network.ts";
import { type SpecialBlock, specialBlockOf, specialBlocksIn } from "../address/special.ts";
import type { JsonField } from "../cli/command.ts";
import { groupMac, groupScope, macOfEui64, solicitedNodeGroup } from "../address/link_layer.ts";
import { formatMac } from "../address/mac.ts";
import { roleIn } from "./role.ts";
import { documentationOf, type Field, recordOf } from "../cli/record.ts";

/** An address as it was read, and the text of it. */
interface ReadAddress extends PrefixedAddress {
  readonly input: string;
}

const SPECIAL: readonly Field<SpecialBlock>[] = [
  {
    name: "name",
    type: "string",
    says: "the purpose of the block, in IANA's words",
    of: ({ name }) => name,
  },
  {
    name: "block",
    type: "string or null",
    says: "null for unallocated IPv6",
    of: ({ block }) => block,
  },
  { name: "rfc", type: "string", says: "the document that reserves it", of: ({ rfc }) => rfc },
  {
    name: "globally_reachable",
    type: "boolean or null",
    says: "null where the registry does not say",
    of: ({ globallyReachable }) => globallyReachable,
  },
];

const EMBEDDED: readonly Field<EmbeddedIpv4>[] = [
  {
    name: "kind",
    type: "string",
    says: "IPv4-mapped, IPv4-compatible, NAT64, 6to4 or Teredo",
    of: ({ kind }) => kind,
  },
  {
    name: "address",
    type: "string",
    says: "in dotted decimal",
    of: ({ address }) => formatIp(address),
  },
  {
    name: "special",
    type: "object or null",
    says: "as special above",
    of: ({ address }) => specialRecord(address),
  },
];

const NETWORK_SPECIAL: readonly Field<IpNetwork>[] = [
  {
    name: "special",
    type: "object or null",
    says: "as special above, of the whole network",
    of: ({ address, prefix }) => {
      const block = specialBlockOf(address, prefix);
      return block && recordOf(SPECIAL, block);
    },
  },
  {
    name: "special_inside",
    type: "array of strings",
    says: "the special blocks that are smaller than the network and in it",
    of: (network) => specialBlocksIn(network).map(({ block }) => block),
  },
];

const NETWORK: readonly Field<IpNetwork>[] = [
  {
    name: "address",
    type: "string",
    says: "the lowest address",
    of: ({ address }) => formatIp(address),
  },
  {
    name: "prefix",
    type: "number",
    says: "the number of network bits",
    of: ({ prefix }) => prefix,
  },
  {
    name: "netmask",
    type: "string",
    says: "ones in the network bits",
    of: (network) => formatIp(netmask(network)),
  },
  {
    name: "wildcard",
    type: "string",
    says: "ones in the host bits",
    of: (network) => formatIp(wildcardMask(network)),
  },
  {
    name: "first",
    type: "string",
    says: "the lowest address for a host",
    of: (network) => formatIp(firstHost(network)),
  },
  {
    name: "last",
    type: "string",
    says: "the highest address for a host",
    of: (network) => formatIp(lastHost(network)),
  },
  {
    name: "broadcast",
    type: "string or null",
    says: "null in a /31, a /32 and IPv6",
    of: (network) => formatOrNull(broadcast(network)),
  },
  {
    name: "addresses",
    type: "string",
    says: "the number of addresses",
    of: (network) => `${addressCount(network)}`,
  },
  {
    name: "usable",
    type: "string",
    says: "the number of addresses for hosts",
    of: (network) => `${hostCount(network)}`,
  },
];

const ADDRESS: readonly Field<ReadAddress>[] = [
  { name: "input", type: "string", says: "the address as it was given", of: ({ input }) => input },
  { name: "version", type: "number", says: "4 or 6", of: ({ address }) => address.version },
  {
    name: "address",
    type: "string",
    says: "in dotted decimal, or as RFC 5952 writes IPv6",
    of: ({ address }) => formatIp(address),
  },
  {
    name: "integer",
    type: "string",
    says: "as a decimal integer",
    of: ({ address }) => formatInteger(address),
  },
  {
    name: "hex",
    type: "string",
    says: "as a hexadecimal integer, 0x and 8 or 32 digits",
    of: ({ address }) => formatHex(address),
  },
  {
    name: "binary",
    type: "string",
    says: "as binary octets, or groups of 16 digits",
    of: ({ address }) => formatBinaryIp(address),
  },
  {
    name: "reverse",
    type: "string",
    says: "its name in the reverse DNS",
    of: ({ address }) => formatReverse(address),
  },
  {
    name: "exploded",
    type: "string or null",
    says: "IPv6 with all its digits",
    of: ({ address }) => address.version === 4 ? null : formatExploded(address),
  },
  {
    name: "class",
    type: "string or null",
    says: "A to E, historical; null for IPv6",
    of: ({ address }) => classOf(address),
  },
  {
    name: "special",
    type: "object or null",
    says: "null for ordinary global unicast",
    of: ({ address }) => specialRecord(address),
    inner: SPECIAL,
  },
  {
    name: "embedded_ipv4",
    type: "object or null",
    says: "the IPv4 address inside IPv6",
    of: ({ address }) => {
      const embedded = embeddedIpv4(address);
      return embedded && recordOf(EMBEDDED, embedded);
    },
    inner: EMBEDDED,
  },
  {
    name: "eui64_mac",
    type: "string or null",
    says: "the MAC address from which IPv6 was made by EUI-64",
    of: ({ address }) => formatMacOrNull(macOfEui64(address)),
  },
  {
    name: "solicited_node",
    type: "string or null",
    says: "the solicited-node group of IPv6",
    of: ({ address }) => formatOrNull(solicitedNodeGroup(address)),
  },
  {
    name: "multicast_mac",
    type: "string or null",
    says: "the MAC address of a group, or of the solicited-node group",
    of: ({ address }) => formatMacOrNull(groupMac(solicitedNodeGroup(address) ?? address)),
  },
  {
    name: "multicast_scope",
    type: "string or null",
    says: "the scope of a group",
    of: ({ address }) => groupScope(address),
  },
  {
    name: "role",
    type: "string or null",
    says: "in its network: network, broadcast, anycast, host, link or single",
    of: (parsed) => roleIn(parsed)?.name ?? null,
  },
  {
    name: "host_number",
    type: "string or null",
    says: "the number of a host in its network, from 1",
    of: (parsed) => roleIn(parsed)?.number?.toString() ?? null,
  },
  {
    name: "network",
    type: "object or null",
    says: "null if no prefix was given",
    of: ({ network }) => network && recordOf([...NETWORK, ...NETWORK_SPECIAL], network),
    inner: [...NETWORK, ...NETWORK_SPECIAL],
  },
];

/** The documentation of the record of an address. */
export const ADDRESS_FIELDS: readonly JsonField[] = documentationOf(ADDRESS);

/** Returns the record of the address that was given as `input`. */
export function addressRecord(input: string, parsed: PrefixedAddress): Record<string, unknown> {
  return recordOf(ADDRESS, { ...parsed, input });
}

/** Returns the record of `network`: the object that is the field `network` of other records. */
export function networkRecord(network: IpNetwork): Record<string, unknown> {
  return recordOf(NETWORK, network);
}

function specialRecord(address: IpAddress): Record<string, unknown> | null {
  const block = specialBlockOf(address);
  return block && recordOf(SPECIAL, block);
}

function formatOrNull(address: IpAddress | null): string | null {
  return address && formatIp(address);
}

function formatMacOrNull(mac: Uint8Array | null): string | null {
  return mac && formatMac(mac);
}
