/**
 * Access rules: networks from which clients may connect, and networks from which they may not.
 *
 * @module
 */
import { BITS, type IpAddress, unmapped } from "../address/ip.ts";
import { formatIp } from "../address/ip_text.ts";
import { DOTTED_FORM, parseDotted } from "../address/ipv4.ts";
import { IPV6_FORM, parseIpv6 } from "../address/ipv6.ts";
import {
  contains,
  type IpNetwork,
  networkOf,
  networkOfOctets,
  parsePrefixedAddress,
} from "../address/network.ts";
import { ParseError, within } from "../address/parse_error.ts";
import { withoutZone } from "../address/zone.ts";
import { msg, t } from "../text/messages.ts";

/** The networks from which clients may connect, and those from which they may not. */
export interface AccessRules {
  /** If there are any, only clients in these networks may connect. */
  readonly allow?: readonly IpNetwork[];
  /** Clients in these may not, also where `allow` has them. */
  readonly deny?: readonly IpNetwork[];
}

const WHAT = msg("a network");

/**
 * Returns the network that `text` means in CIDR notation (RFC 4632, section 3.1; RFC 4291, section
 * 2.3): `192.0.2.0/24`, `2001:db8::/32`, or a single address. Host bits may be set.
 *
 * @throws {ParseError} For anything else. Integers and masks are refused too, because a rule that
 * is misread lets the wrong ones in: `10` is not 10.0.0.0/8, and a wildcard mask looks like a netmask.
 */
export function parseCidr(text: string): IpNetwork {
  const meant = networkOfOctets(text);
  if (meant !== null) {
    const hint = t`write ${meant} if that network is meant`;
    throw new ParseError(WHAT, text, t`it has not all octets`, { hint });
  }
  const { address, network, forms: [form, size] } = within(
    WHAT,
    text,
    0,
    () => parsePrefixedAddress(text),
  );
  const prefix = network?.prefix ?? BITS[address.version];
  const slash = network === null ? text.length : text.indexOf("/");
  const refused = (reason: string, start: number, end: number) => {
    const bare = formatIp({ ...address, zone: null });
    const hint = t`write ${network === null ? bare : `${bare}/${prefix}`}`;
    return new ParseError(WHAT, text, reason, { at: [start, end], hint });
  };
  if (address.zone !== null) throw refused(t`a network has no zone`, text.indexOf("%"), slash);
  if (form !== DOTTED_FORM.name && form !== IPV6_FORM.name) {
    throw refused(t`the address is in the form "${form}"`, 0, slash);
  }
  if (network !== null && size !== "prefix length") {
    throw refused(t`a ${size} is no prefix length`, slash + 1, text.length);
  }
  return networkOf(address, prefix);
}

/**
 * Returns the function that tells whether a peer at an address, written as the system writes it, may
 * connect. A network in `deny` wins over one in `allow`.
 *
 * IPv4 is IPv4, also where the socket or the rule has it mapped into IPv6 (`::ffff:192.0.2.1`), so
 * `::/0` means IPv6 only. The zone of a link-local peer (`fe80::1%eth0`) does not matter. A peer
 * without an IP address, for example on a Unix socket, may always connect: the rules do not speak of it.
 */
export function accessList(
  { allow = [], deny = [] }: AccessRules,
): (address: string) => boolean {
  const allowed = allow.map(unmappedNetwork);
  const denied = deny.map(unmappedNetwork);
  return (text) => {
    const address = parsePeer(text);
    if (address === null) return true;
    const has = (network: IpNetwork) => contains(network, address);
    return !denied.some(has) && (allowed.length === 0 || allowed.some(has));
  };
}

/** Returns the IPv4 network that `network` stands for if it is in `::ffff:0:0/96`, or `network`. */
function unmappedNetwork(network: IpNetwork): IpNetwork {
  const address = unmapped(network.address);
  const more = BITS[network.address.version] - BITS[address.version];
  return networkOf(address, network.prefix - more); // a mapped address without host bits is /96 or longer
}

/** Returns the address of a peer, IPv4 where it is mapped, or `null` if `text` is no IP address. */
function parsePeer(text: string): IpAddress | null {
  const bare = text.includes(":") ? withoutZone(text) : text;
  if (!/^[0-9a-f:.]+$/i.test(bare)) return null; // most paths; an error would cost microseconds
  try {
    return unmapped(bare.includes(":") ? parseIpv6(bare) : parseDotted(bare));
  } catch (error) {
    if (error instanceof ParseError) return null;
    throw error;
  }
}
