/**
 * IP networks: an address and how many of its bits name the network (RFC 4632, section 3.1).
 *
 * @module
 */
import { BITS, formatBits, type IpAddress, type IpVersion } from "./ip.ts";
import { addressOf, checkPunctuation, formatIp, formOf, parseIp } from "./ip_text.ts";
import { formatBinary, parseIpv4 } from "./ipv4.ts";
import { characterName, ParseError, within } from "./parse_error.ts";
import { msg, t } from "../text/messages.ts";

/** A network, which is a block of addresses. */
export interface IpNetwork {
  /** The lowest address: its host bits are zero, and it has no zone. */
  readonly address: IpAddress;
  /** The number of bits that name the network, 0 to the width of the address. */
  readonly prefix: number;
}

/** The meaning of a text ADDRESS or ADDRESS/PREFIX. */
export interface PrefixedAddress {
  /** The address; its host bits may be set. */
  readonly address: IpAddress;
  /** The network that it is in, or `null` if no prefix was given. */
  readonly network: IpNetwork | null;
  /** The names of the forms in which address and prefix are written. */
  readonly forms: readonly string[];
}

/** A form in which the size of a network is written. */
export type PrefixForm = "prefix length" | "netmask" | "wildcard mask";

/**
 * Returns the network of size `prefix` that `address` is in, whatever its zone.
 *
 * @throws {RangeError} If `prefix` is not an integer from 0 to the width of the address.
 */
export function networkOf(address: IpAddress, prefix: number): IpNetwork {
  const { version, value } = address;
  const hostBits = BITS[version] - prefix;
  if (!Number.isInteger(prefix) || prefix < 0 || hostBits < 0) {
    throw new RangeError(`Not a prefix length: ${prefix}`);
  }
  const shift = BigInt(hostBits);
  return { address: { version, value: value >> shift << shift, zone: null }, prefix };
}

/**
 * Whether `address`, whatever its zone, is in `network`. An IPv4-mapped address is an IPv6 address
 * here; see `unmapped`.
 */
export function contains(network: IpNetwork, { version, value }: IpAddress): boolean {
  if (version !== network.address.version) return false;
  return (value ^ network.address.value) >> BigInt(hostBits(network)) === 0n;
}

/** Returns the netmask: ones in the network bits. */
export function netmask({ address: { version }, prefix }: IpNetwork): IpAddress {
  const ones = (1n << BigInt(BITS[version])) - 1n;
  return networkOf({ version, value: ones, zone: null }, prefix).address;
}

/** Returns the wildcard mask, the inverse of the netmask: ones in the host bits. */
export function wildcardMask(network: IpNetwork): IpAddress {
  return { ...network.address, value: addressCount(network) - 1n };
}

/** Returns the broadcast address, or `null` where there is none: /31 (RFC 3021), /32, and IPv6. */
export function broadcast(network: IpNetwork): IpAddress | null {
  return hasBroadcast(network) ? lastAddress(network) : null;
}

/**
 * Returns the lowest address that a host can have: behind the network address of IPv4 and behind the
 * anycast address of IPv6's routers (RFC 4291, section 2.6.1), where the network has more than two.
 */
export function firstHost(network: IpNetwork): IpAddress {
  const { address } = network;
  return hostBits(network) > 1 ? { ...address, value: address.value + 1n } : address;
}

/** Returns the highest address that a host can have. */
export function lastHost(network: IpNetwork): IpAddress {
  const address = lastAddress(network);
  return hasBroadcast(network) ? { ...address, value: address.value - 1n } : address;
}

/** Returns the number of addresses in the network, 1 to 2^128. */
export function addressCount(network: IpNetwork): bigint {
  return 1n << BigInt(hostBits(network));
}

/** Returns the number of hosts that the network can have, at least 1. */
export function hostCount(network: IpNetwork): bigint {
  return lastHost(network).value - firstHost(network).value + 1n;
}

/** Returns the number of bits that are left for hosts, 0 to the width of the address. */
export function hostBits({ address, prefix }: IpNetwork): number {
  return BITS[address.version] - prefix;
}

function lastAddress(network: IpNetwork): IpAddress {
  const { address } = network;
  return { ...address, value: address.value + addressCount(network) - 1n };
}

/** Whether the highest address is no host's (RFC 1122, section 3.2.1.3; RFC 3021). */
function hasBroadcast(network: IpNetwork): boolean {
  return network.address.version === 4 && hostBits(network) > 1;
}

/** Returns `network` as ADDRESS/PREFIX. */
export function formatNetwork({ address, prefix }: IpNetwork): string {
  return `${formatIp(address)}/${prefix}`;
}

/**
 * Returns the meaning of `text`, ADDRESS or ADDRESS/PREFIX. ADDRESS is in any form that `parseIp`
 * reads, a zone before the prefix (`fe80::1%eth0/64`; RFC 4007, section 11.7): it stays with the
 * address. PREFIX is a length or, for IPv4, a mask, see `parsePrefix`.
 *
 * @param integers The version of integers, see `parseIp`.
 * @throws {ParseError} With positions in the whole of `text`; also for
 * short forms such as `10/8`.
 */
export function parsePrefixedAddress(text: string, integers: IpVersion = 4): PrefixedAddress {
  checkNotEndpoint(text);
  checkPunctuation(/[/\uff0f]/.test(text) ? WHAT : t`an IP address`, text, parsePrefixedAddress);
  const slash = text.indexOf("/");
  if (slash === -1) {
    return {
      address: parseIp(text, integers),
      network: null,
      forms: [formOf(text, integers).name],
    };
  }
  const left = text.slice(0, slash);
  const right = text.slice(slash + 1);
  if (integers === 4) checkNotShort(text, left, right);
  const address = within(t`an IP address`, text, 0, () => parseIp(left, integers));
  const { prefix, form } = within(
    WHAT,
    text,
    slash + 1,
    () => parsePrefix(right, address.version),
  );
  return {
    address,
    network: networkOf(address, prefix),
    forms: [formOf(left, integers).name, form],
  };
}

const WHAT = msg("an IP network");

/**
 * Returns the network that `text` names; an address alone is a network of one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatIp } from "./ip_text.ts";
 * import { broadcast, parseNetwork } from "./network.ts";
 *
 * assertEquals(formatIp(broadcast(parseNetwork("192.168.1.130/25"))!), "192.168.1.255");
 * ```
 *
 * @throws {ParseError} For anything else.
 */
export function parseNetwork(text: string, integers: IpVersion = 4): IpNetwork {
  return namedNetwork(parsePrefixedAddress(text, integers));
}

/** Returns the network of a text that was read; an address alone is a network of one. */
export function namedNetwork({ address, network }: PrefixedAddress): IpNetwork {
  return network ?? networkOf(address, BITS[address.version]);
}

/** Refuses a text with an address in it and more: URLs, socket addresses, brackets. */
function checkNotEndpoint(text: string): void {
  if (text.length > 2048 || !/[[:]/.test(text)) return;
  const url = text.match(/^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)/i);
  const socket = text.match(/^(\[[^\]]*\]|[0-9]+(?:\.[0-9]+){3}(?=:))(:[^:/]*)?(\/[0-9.]+)?$/);
  const host = (url ?? socket)?.[1]?.replace(/^\[|\]$/g, "");
  if (host === undefined || host === text) return;
  const reason = url
    ? t`it is a URL`
    : socket![2] === undefined
    ? t`an address has brackets only in URLs and before ports`
    : t`it is a socket address, an address and a port`;
  const meant = `${host}${socket?.[3] ?? ""}`;
  const hint = isPrefixedAddress(meant) ? { hint: t`write ${meant}` } : {};
  throw new ParseError(t`an IP address`, text, reason, hint);
}

function isPrefixedAddress(text: string): boolean {
  try {
    return parsePrefixedAddress(text).forms.length > 0;
  } catch {
    return false;
  }
}

/** Returns the address of which `text` has the first one to three octets, and how many; `null` for another text. */
function firstOctets(text: string): { readonly whole: string; readonly written: number } | null {
  const octets = text.replace(/\.$/, "").split(".");
  const isOctet = (part: string) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256;
  if (octets.length > 3 || !octets.every(isOctet)) return null;
  return { whole: [...octets, "0", "0", "0"].slice(0, 4).join("."), written: octets.length };
}

/** Returns the network that may be meant by its first octets alone, `10.1.0.0/16` by `10.1`; or `null`. */
export function networkOfOctets(text: string): string | null {
  const first = firstOctets(text);
  return first && `${first.whole}/${8 * first.written}`;
}

/** Refuses a network whose address has fewer than four octets: `10/8` is no integer. */
function checkNotShort(text: string, left: string, right: string): void {
  const first = firstOctets(left);
  if (first === null) return;
  within(WHAT, text, left.length + 1, () => parsePrefix(right, 4)); // else the hint would be wrong, too
  const { whole, written } = first;
  const reason = written === 3 ? t`an octet is missing` : t`octets are missing`;
  throw new ParseError(WHAT, text, reason, {
    at: [0, left.length],
    hint: t`write ${whole}/${right}`,
  });
}

/**
 * Returns the prefix length that `text` means for an address of `version`, and its form: a number
 * from 0 to 32 or 128, and for IPv4 also a netmask or, if it cannot be one, a wildcard mask, in dotted
 * decimal or in 8 hexadecimal digits (`0xffffff00`). 0.0.0.0 and 255.255.255.255 are netmasks, /0 and /32.
 *
 * @throws {ParseError} For anything else, also for masks whose ones are not contiguous.
 */
export function parsePrefix(
  text: string,
  version: IpVersion,
): { prefix: number; form: PrefixForm } {
  const what = t`a prefix length`;
  // ifconfig of macOS and BSD prints masks in hexadecimal: 0xffffff00.
  if (version === 4 && (text.includes(".") || /^0x[0-9a-f]{8}$/i.test(text))) {
    return parseMask(text);
  }
  if (text === "") throw new ParseError(what, text, t`the prefix length is missing`);
  if (version === 6 && /[.:]/.test(text)) {
    const mask = text.includes(":") ? addressOf(text) : null;
    const ones = mask && prefixOfMask(mask);
    throw new ParseError(what, text, t`IPv6 has prefix lengths, no masks`, {
      ...(ones === null ? {} : { hint: t`write ${`/${ones}`}` }),
    });
  }
  const most = BITS[version];
  const stray = text.match(/[^0-9]/u);
  if (stray) {
    const [character] = stray;
    const plain = text.normalize("NFKC").trim();
    const meant = plain === `${Number(plain)}` && Number(plain) <= most;
    throw new ParseError(what, text, t`${characterName(character)} is not a decimal digit`, {
      at: [stray.index!, stray.index! + character.length],
      ...(meant && /^[0-9]+$/.test(plain) ? { hint: t`write ${`/${plain}`}` } : {}),
    });
  }
  const prefix = Number(text);
  if (prefix > most) throw new ParseError(what, text, t`a prefix length is 0 to ${most}`);
  if (text !== `${prefix}`) {
    throw new ParseError(what, text, t`a prefix length has no leading zero`, {
      hint: t`write ${`/${prefix}`}`,
    });
  }
  return { prefix, form: msg("prefix length") };
}

/** Returns the number of ones of a netmask (`255.255.0.0`, `ffff:ffff::`), `null` if `mask` is none. */
export function prefixOfMask(mask: IpAddress): number | null {
  const digits = formatBits(mask);
  return /^1*0*$/.test(digits) ? digits.lastIndexOf("1") + 1 : null;
}

function parseMask(text: string): { prefix: number; form: PrefixForm } {
  const mask = parseIpv4(text);
  const ones = prefixOfMask(mask);
  if (ones !== null) return { prefix: ones, form: msg("netmask") };
  const digits = formatBits(mask);
  if (/^0+1+$/.test(digits)) return { prefix: digits.indexOf("1"), form: msg("wildcard mask") };
  const reason = t`the ones of the mask are not contiguous: ${formatBinary(mask)}`;
  throw new ParseError(t`a netmask`, text, reason);
}

/** Returns the number of bits that number `parts` of a network, or `null` if that is no power of two. */
export function splitBits(parts: bigint): number | null {
  const bits = parts.toString(2);
  return /^10*$/.test(bits) ? bits.length - 1 : null;
}
