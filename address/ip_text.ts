/**
 * IP addresses of either version as text.
 *
 * @module
 */
import type { IpAddress, IpForm } from "./ip.ts";
import { formatIpv4, ipv4FormOf, parseIpv4 } from "./ipv4.ts";
import { formatIpv6, IPV6_FORM, parseIpv6 } from "./ipv6.ts";
import { within } from "./parse_error.ts";

/** Returns the form in which `parseIp` reads `text`, whether that succeeds or not. */
export function formOf(text: string): IpForm {
  return looksLikeIpv6(text) ? IPV6_FORM : ipv4FormOf(text);
}

/**
 * Returns the address that `text` means: IPv6 (see `parseIpv6`), or IPv4 in any of its forms (see
 * `parseIpv4`).
 *
 * @throws {ParseError} For anything else.
 */
export function parseIp(text: string): IpAddress {
  if (looksLikeIpv6(text)) return parseIpv6(text);
  return within("an IP address", text, 0, () => parseIpv4(text));
}

/** Returns `address` in dotted decimal, or for IPv6 as RFC 5952 wants it. */
export function formatIp(address: IpAddress): string {
  return address.version === 4 ? formatIpv4(address) : formatIpv6(address);
}

function looksLikeIpv6(text: string): boolean {
  return text.includes(":") && IPV6_FORM.looks.test(text);
}
