/**
 * IPv6 addresses as text: read as RFC 4291 allows them, written as RFC 5952 wants them.
 *
 * @module
 */
import {
  type IpAddress,
  type IpForm,
  ipv6,
  isMapped,
  MAX_LENGTH,
  tooLong,
  unmapped,
} from "./ip.ts";
import { formatIpv4, formatQuickIpv4, parseDotted } from "./ipv4.ts";
import { characterName, ParseError } from "./parse_error.ts";
import { msg, t } from "../text/messages.ts";

/** The one form of an IPv6 address. `1.2.3.4:80` does not look like it, but like IPv4. */
export const IPV6_FORM: IpForm = {
  name: msg("colon hexadecimal"),
  looks: /^[^.]*:|::/,
  parse: parseIpv6,
  format: formatIpv6,
};

const WHAT = msg("an IPv6 address");

/** The number of groups of 16 bits in an address (RFC 4291, section 2.2). */
const GROUPS = 8;

/**
 * Returns the address that `text` means: eight groups of one to four hexadecimal digits, of which
 * one `::` may replace one or more that are zero, and the last two may be dotted decimal (RFC 4291,
 * section 2.2). A zone may follow (`fe80::1%eth0`; RFC 4007, section 11.2).
 *
 * @throws {ParseError} For anything else: brackets, ports and prefixes are not part of an address.
 */
export function parseIpv6(text: string): IpAddress {
  if (text === "") throw new ParseError(WHAT, text, t`it is empty`);
  if (text.length > MAX_LENGTH) throw tooLong(WHAT, text);
  const percent = text.indexOf("%");
  const end = percent === -1 ? text.length : percent;
  const zone = percent === -1 ? null : parseZone(text, percent + 1);
  const groups: number[] = [];
  let gap = -1; // how many groups stand before "::"
  let at = 0;
  if (text.startsWith("::")) {
    gap = 0;
    at = 2;
  }
  while (at < end) {
    const colon = text.indexOf(":", at);
    const stop = colon === -1 || colon > end ? end : colon;
    const dot = text.indexOf(".", at);
    if (dot !== -1 && dot < stop) {
      groups.push(...parseEmbedded(text, at, stop, end));
    } else {
      groups.push(parseGroup(text, at, stop));
    }
    at = stop + 1;
    if (stop < end && text[at] === ":") {
      if (gap !== -1) throw refused(text, t`"::" may stand only once`, [stop, at + 1]);
      gap = groups.length;
      at++;
    } else if (at === end) {
      throw refused(text, t`there is no group behind the last colon`, [stop, end]);
    }
  }
  checkCount(text, groups.length, gap);
  if (gap !== -1) groups.splice(gap, 0, ...Array<number>(GROUPS - groups.length).fill(0));
  // Two numbers of 32 bits make a half: fewer steps with bigints than group by group.
  const half = (i: number) =>
    BigInt(groups[i]! * 0x10000 + groups[i + 1]!) << 32n |
    BigInt(groups[i + 2]! * 0x10000 + groups[i + 3]!);
  return ipv6(half(0) << 64n | half(4), zone);
}

/**
 * Returns `address` in the one spelling of RFC 5952: lower case, no leading zeros, `::` for the
 * longest run of two or more zero groups, the first of these if there are several; the last 32 bits
 * of an IPv4-mapped address in dotted decimal.
 */
export function formatIpv6(address: IpAddress): string {
  if (isMapped(address)) return `::ffff:${formatIpv4(unmapped(address))}${formatZone(address)}`;
  const { value } = address;
  const groups: number[] = [];
  for (let i = 96n; i >= 0n; i -= 32n) {
    const word = Number(value >> i & 0xffff_ffffn);
    groups.push(word >>> 16, word & 0xffff);
  }
  return compressed(groups) + formatZone(address);
}

/** Returns the same for the 16 octets at `start`; it is for captures of millions of packets. */
export function formatIpv6Octets(octets: Uint8Array, start = 0): string {
  const groups: number[] = [];
  for (let i = start; i < start + 2 * GROUPS; i += 2) groups.push(octets[i]! << 8 | octets[i + 1]!);
  const mapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  if (!mapped) return compressed(groups);
  return `::ffff:${formatQuickIpv4((groups[6]! << 16 | groups[7]!) >>> 0)}`;
}

/** Returns the groups without leading zeros, "::" in place of the longest run of zeros. */
function compressed(groups: readonly number[]): string {
  let start = 0;
  let length = 1; // "::" must not stand for a single group (RFC 5952, section 4.2.2)
  for (let i = 0, run = 0; i < GROUPS; i++) {
    run = groups[i] === 0 ? run + 1 : 0;
    if (run > length) [start, length] = [i + 1 - run, run];
  }
  let text = "";
  for (let i = 0; i < GROUPS; i++) {
    if (length > 1 && i === start) {
      text += "::";
      i += length - 1;
    } else {
      text += text === "" || text.endsWith("::")
        ? groups[i]!.toString(16)
        : `:${groups[i]!.toString(16)}`;
    }
  }
  return text;
}

/** Returns the IPv6 address with all its digits: `2001:0db8:0000:0000:0000:0000:0000:0001`. */
export function formatExploded(address: IpAddress): string {
  return groupsOf(address).join(":") + formatZone(address);
}

/** Returns the eight groups of four digits. */
function groupsOf({ value }: IpAddress): string[] {
  const digits = value.toString(16).padStart(GROUPS * 4, "0");
  return Array.from({ length: GROUPS }, (_, i) => digits.slice(i * 4, i * 4 + 4));
}

function formatZone({ zone }: IpAddress): string {
  return zone === null ? "" : `%${zone}`;
}

/** Parses the group from `start` to `stop`. */
function parseGroup(text: string, start: number, stop: number): number {
  let group = 0;
  for (let i = start; i < stop; i++) {
    const digit = hexDigit(text.charCodeAt(i));
    if (digit === -1) {
      const character = String.fromCodePoint(text.codePointAt(i)!);
      const reason = t`${characterName(character)} is neither a hexadecimal digit nor a colon`;
      throw refused(text, reason, [i, i + character.length]);
    }
    group = group * 16 + digit;
  }
  if (stop - start > 4) {
    const reason = t`${text.slice(start, stop)} has more than 4 hexadecimal digits`;
    throw refused(text, reason, [start, stop]);
  }
  if (start === stop) {
    const reason = start === 0 ? t`it starts with a single colon` : t`":::" has a colon too many`;
    throw refused(text, reason, [start, start + 1]);
  }
  return group;
}

/** Returns the value of the ASCII character `code` as a hexadecimal digit, or -1 if it is none. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30; // 0 to 9
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1; // a to f
}

/** Parses the IPv4 address from `start` to `stop`, which must be `end`, into its two groups. */
function parseEmbedded(text: string, start: number, stop: number, end: number): [number, number] {
  const stray = text.slice(start, stop).search(/[^0-9a-f.]/i);
  if (stray !== -1) parseGroup(text, start + stray, stop); // names the character
  if (stop !== end) {
    throw refused(text, t`an IPv4 address may stand only at the end`, [start, stop]);
  }
  try {
    const bits = Number(parseDotted(text.slice(start, stop)).value);
    return [bits >>> 16, bits & 0xffff];
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const [from, to] = error.at;
    // "write 8.8.8.8 or 10.8.8.8"; other hints hold for an IPv4 address alone.
    const ipv4 = error.hint?.match(/(?<![0-9])[0-9]+(?:\.[0-9]+)+/g) ?? [];
    const whole = ipv4.map((each) => text.slice(0, start) + each + text.slice(stop));
    const isMeant = error.hint === hintOf(ipv4) && whole.every(isIpv6);
    const right = isMeant ? hintOf(whole) : null;
    throw refused(text, error.reason, [start + from, start + to], right);
  }
}

/** Returns the hint that proposes an address, or one of two. */
function hintOf([one, other]: readonly string[]): string {
  return other === undefined ? t`write ${one}` : t`write ${one} or ${other}`;
}

function isIpv6(text: string): boolean {
  try {
    return parseIpv6(text).version === 6;
  } catch {
    return false;
  }
}

function checkCount(text: string, found: number, gap: number): void {
  if (gap === -1 ? found === GROUPS : found < GROUPS) return;
  if (!text.includes(":")) throw refused(text, t`it has no colon`);
  if (gap !== -1 && found === GROUPS) {
    const at = text.indexOf("::");
    const reason = t`"::" stands for at least one group, and there are 8 others`;
    throw refused(text, reason, [at, at + 2]);
  }
  const groups = found === 1 ? "1 group" : t`${found} groups`;
  if (/^[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}$/i.test(text)) {
    throw refused(text, t`it has ${groups} instead of 8, as a MAC address has`);
  }
  throw refused(text, t`it has ${groups} instead of 8`);
}

/** Parses the zone, which is all from `start` on. */
function parseZone(text: string, start: number): string {
  const zone = text.slice(start);
  if (zone === "") throw refused(text, t`the zone is missing`, [start, start]);
  const stray = zone.match(/[%/\s\p{C}\p{Z}]/u); // no interface has an invisible character in its name
  if (stray) {
    const [character] = stray;
    const at = start + stray.index!;
    const reason = t`${characterName(character)} is in no zone`;
    throw refused(text, reason, [at, at + character.length]);
  }
  return zone;
}

function refused(
  text: string,
  reason: string,
  at: readonly [start: number, end: number] = [0, text.length],
  hint: string | null = null,
): ParseError {
  const advice = hint ?? meant(text);
  return new ParseError(WHAT, text, reason, advice === null ? { at } : { at, hint: advice });
}

/** Returns a hint with the text to write instead of `text`, if that can be known. */
function meant(text: string): string | null {
  // Digits that only look different, a port; blanks, marks, quotes, brackets; zeros too many.
  const plain = text.normalize("NFKC")
    .replace(/\]:[0-9]*$/, "")
    .replace(/^[^:\p{L}\p{N}]+|(?<=[:\p{L}\p{N}])[^:\p{L}\p{N}]+$/gu, "")
    .replace(/(^|:)0+(?=[0-9a-f]{4}(?![0-9a-f]))/gi, "$1");
  if (plain === text || !plain.includes(":")) return null;
  return isIpv6(plain) ? t`write ${plain}` : null; // it may be wrong in another way, too
}
