/**
 * What is known of an IP address, for a program.
 *
 * @module
 */
import { embeddedIpv4 } from "../address/embedded.ts";
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
import { specialBlockOf } from "../address/special.ts";
import type { JsonField } from "../cli/command.ts";

/** The fields of `addressJson`, and of an object for what is no address. */
export const ADDRESS_FIELDS: readonly JsonField[] = [
  { name: "input", type: "string", says: "the address as it was given" },
  { name: "version", type: "number", says: "4 or 6" },
  { name: "address", type: "string", says: "in dotted decimal, or as RFC 5952 writes IPv6" },
  { name: "integer", type: "string", says: "as a decimal integer" },
  { name: "hex", type: "string", says: "as a hexadecimal integer, 0x and 8 or 32 digits" },
  { name: "binary", type: "string", says: "as binary octets, or groups of 16 digits" },
  { name: "reverse", type: "string", says: "its name in the reverse DNS" },
  { name: "exploded", type: "string or null", says: "IPv6 with all its digits" },
  { name: "class", type: "string or null", says: "A to E, historical; null for IPv6" },
  { name: "special", type: "object or null", says: "null for ordinary global unicast" },
  { name: "special.name", type: "string", says: "what the block is for, in IANA's words" },
  { name: "special.block", type: "string or null", says: "null for unallocated IPv6" },
  { name: "special.rfc", type: "string", says: "the document that reserves it" },
  {
    name: "special.globally_reachable",
    type: "boolean or null",
    says: "null where the registry does not say",
  },
  { name: "embedded_ipv4", type: "object or null", says: "the IPv4 address inside IPv6" },
  {
    name: "embedded_ipv4.kind",
    type: "string",
    says: "IPv4-mapped, NAT64, 6to4 or Teredo",
  },
  { name: "embedded_ipv4.address", type: "string", says: "in dotted decimal" },
  { name: "embedded_ipv4.special", type: "object or null", says: "as special above" },
  { name: "network", type: "object or null", says: "null if no prefix was given" },
  { name: "network.address", type: "string", says: "the lowest address" },
  { name: "network.prefix", type: "number", says: "the number of network bits" },
  { name: "network.netmask", type: "string", says: "ones in the network bits" },
  { name: "network.wildcard", type: "string", says: "ones in the host bits" },
  { name: "network.first", type: "string", says: "the lowest address for a host" },
  { name: "network.last", type: "string", says: "the highest address for a host" },
  { name: "network.broadcast", type: "string or null", says: "null in a /31, a /32 and IPv6" },
  { name: "network.addresses", type: "string", says: "the number of addresses" },
  { name: "network.usable", type: "string", says: "the number of addresses for hosts" },
  { name: "error", type: "string", says: "what is wrong with the input; only input and at beside" },
  { name: "at", type: "array of two numbers", says: "where in the input, in UTF-16 code units" },
];

/** Returns what is known of `input`, which means `address` in `network`. */
export function addressJson(
  input: string,
  { address, network }: PrefixedAddress,
): Record<string, unknown> {
  const embedded = embeddedIpv4(address);
  return {
    input,
    version: address.version,
    address: formatIp(address),
    integer: formatInteger(address),
    hex: formatHex(address),
    binary: formatBinaryIp(address),
    reverse: formatReverse(address),
    exploded: address.version === 4 ? null : formatExploded(address),
    class: classOf(address),
    special: specialJson(address),
    embedded_ipv4: embedded && {
      kind: embedded.kind,
      address: formatIp(embedded.address),
      special: specialJson(embedded.address),
    },
    network: network && networkJson(network),
  };
}

/** Returns what is known of `network`. */
export function networkJson(network: IpNetwork): Record<string, unknown> {
  const end = broadcast(network);
  return {
    address: formatIp(network.address),
    prefix: network.prefix,
    netmask: formatIp(netmask(network)),
    wildcard: formatIp(wildcardMask(network)),
    first: formatIp(firstHost(network)),
    last: formatIp(lastHost(network)),
    broadcast: end && formatIp(end),
    addresses: addressCount(network).toString(),
    usable: hostCount(network).toString(),
  };
}

function specialJson(address: IpAddress): Record<string, unknown> | null {
  const block = specialBlockOf(address);
  return block && {
    name: block.name,
    block: block.block,
    rfc: block.rfc,
    globally_reachable: block.globallyReachable,
  };
}
