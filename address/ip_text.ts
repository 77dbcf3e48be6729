/**
 * IP addresses of either version as text.
 *
 * @module
 */
import { type IpAddress, type IpForm, type IpVersion, MAX_LENGTH } from "./ip.ts";
import { formatBinary, formatIpv4, ipv4FormOf, parseIpv4 } from "./ipv4.ts";
import { formatIpv6, IPV6_FORM, parseIpv6 } from "./ipv6.ts";
import { formatBinary6, IPV6_FORMS, IPV6_INTEGERS } from "./ipv6_forms.ts";
import { characterName, ParseError, within } from "./parse_error.ts";
import { t } from "../text/messages.ts";

/** Returns the form in which `parseIp` reads `text`, whether that succeeds or not. */
export function formOf(text: string, integers: IpVersion = 4): IpForm {
  return ipv6FormOf(text, integers) ?? ipv4FormOf(text);
}

/**
 * Returns the address that `text` means: IPv6 (see `parseIpv6`; also in binary groups of 16 digits,
 * and as an integer with all its 32 hexadecimal or 128 binary digits), or IPv4 in any of its forms
 * (see `parseIpv4`).
 *
 * @param integers The version of other integers.
 * @throws {ParseError} For anything else.
 */
export function parseIp(text: string, integers: IpVersion = 4): IpAddress {
  checkPunctuation(t`an IP address`, text, parseIp);
  const form = ipv6FormOf(text, integers);
  if (form === IPV6_FORM) return parseIpv6(text);
  return within(t`an IP address`, text, 0, () => form ? form.parse(text) : parseIpv4(text));
}

/** Returns `address` in dotted decimal, or for IPv6 as RFC 5952 wants it. */
export function formatIp(address: IpAddress): string {
  return address.version === 4 ? formatIpv4(address) : formatIpv6(address);
}

/** Returns `address` in binary: octets with dots, or for IPv6 groups of 16 digits with colons. */
export function formatBinaryIp(address: IpAddress): string {
  return address.version === 4 ? formatBinary(address) : formatBinary6(address);
}

/**
 * Returns the name under which the DNS keeps the name of `address`: `1.2.0.192.in-addr.arpa` (RFC
 * 1035, section 3.5), or nibbles in `ip6.arpa` (RFC 3596, section 2.5).
 */
export function formatReverse({ version, value }: IpAddress): string {
  if (version === 4) {
    const bits = Number(value);
    return `${bits & 255}.${bits >>> 8 & 255}.${bits >>> 16 & 255}.${bits >>> 24}.in-addr.arpa`;
  }
  return `${[...value.toString(16).padStart(32, "0")].reverse().join(".")}.ip6.arpa`;
}

/** The characters that East Asian keyboards type in place of those of addresses, by the latter. */
const PUNCTUATION: Readonly<Record<string, string>> = {
  "\u3002": ".",
  "\uff61": ".",
  "\uff1a": ":",
  "\uff0f": "/",
};

/**
 * Refuses `text` if it has the full stop, colon or slash of an East Asian keyboard; if `parse` reads it
 * in ASCII, that is the hint. (UTS 46 takes U+3002 and U+FF61 for dots of host names, too.)
 *
 * @throws {ParseError} If it has one of them.
 */
export function checkPunctuation(
  what: string,
  text: string,
  parse: (text: string) => unknown,
): void {
  const found = text.length > MAX_LENGTH ? null : text.match(/[\u3002\uff61\uff1a\uff0f]/);
  if (!found) return;
  const [character] = found;
  const ascii = text.normalize("NFKC").replace(/[\u3002\uff61]/g, ".");
  let hint: { hint?: string } = {};
  try {
    parse(ascii);
    hint = { hint: t`write ${ascii}` };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
  const reason = t`${characterName(character)} is not the "${PUNCTUATION[character]}" of ASCII`;
  throw new ParseError(what, text, reason, { at: [found.index!, found.index! + 1], ...hint });
}

function ipv6FormOf(text: string, integers: IpVersion): IpForm | undefined {
  if (text.length <= 15 && integers === 4 && !text.includes(":")) return undefined; // the usual case
  if (integers === 6) {
    const integer = IPV6_INTEGERS.find((form) => form.looks.test(text));
    if (integer) return integer;
  }
  return IPV6_FORMS.find((form) =>
    form === IPV6_FORM ? text.includes(":") && form.looks.test(text) : form.looks.test(text)
  );
}

/** Returns the address that `text`, a cell of a table, means, or `null` if it means none. */
export function addressOf(text: string | null): IpAddress | null {
  if (text === null) return null;
  try {
    return parseIp(text);
  } catch (error) {
    if (error instanceof ParseError) return null;
    throw error;
  }
}
