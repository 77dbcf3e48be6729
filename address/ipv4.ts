/**
 * IPv4 addresses as text: in dotted decimal, in binary, and as integers.
 *
 * @module
 */
import {
  formatBits,
  formatHex,
  formatInteger,
  type IpAddress,
  type IpForm,
  ipv4,
  MAX_LENGTH,
  tooLong,
} from "./ip.ts";
import { readLikeInetAton } from "./dotted.ts";
import { characterName, ParseError } from "./parse_error.ts";
import { msg, t, translate } from "../text/messages.ts";

export { isIPv4, readLikeInetAton } from "./dotted.ts";

/** The usual form, in which also everything is tried that looks like no other. */
export const DOTTED_FORM: IpForm = {
  name: msg("dotted decimal"),
  looks: /^/,
  parse: parseDotted,
  format: formatIpv4,
};

/**
 * The forms of an IPv4 address. A text is read in the first form that it looks like: `1.0.1.0` is
 * decimal because the octets of binary have exactly eight digits.
 */
export const IPV4_FORMS: readonly IpForm[] = [
  {
    name: msg("hexadecimal integer"),
    looks: /^0x[^.]*$/i,
    parse: (text) => parseDigits(text, msg("hexadecimal"), /[^0-9a-f]/iu, 8),
    format: formatHex,
  },
  {
    name: msg("binary integer"),
    looks: /^0b[^.]*$/i,
    parse: (text) => parseDigits(text, msg("binary"), /[^01]/u, 32),
    format: (address) => `0b${formatBits(address)}`,
  },
  {
    name: msg("binary octets"),
    looks: /^[01]{8}(\.[01]{8}){3}$/,
    parse: (text) => ipv4(BigInt(`0b${text.replaceAll(".", "")}`)),
    format: formatBinary,
  },
  { name: msg("decimal integer"), looks: /^[0-9]+$/, parse: parseInteger, format: formatInteger },
  DOTTED_FORM,
];

const WHAT = msg("an IPv4 address");

/** `.`, `/`, `0` and `9` in ASCII. */
const [DOT, SLASH, ZERO, NINE] = [0x2e, 0x2f, 0x30, 0x39];

/** Returns the form in which `parseIpv4` reads `text`, whether that succeeds or not. */
export function ipv4FormOf(text: string): IpForm {
  return IPV4_FORMS.find((form) => form.looks.test(text))!; // the last one matches everything
}

/**
 * Returns the address that `text` means in one of `IPV4_FORMS`: dotted decimal without leading zeros
 * (RFC 6943, section 3.1.1 on why), binary octets, or an integer in decimal, `0x` or `0b` digits.
 *
 * @throws {ParseError} For anything else, also where other programs would guess.
 */
export function parseIpv4(text: string): IpAddress {
  const value = dottedValue(text); // first, because nearly every address is written like this
  if (value !== -1) return ipv4(BigInt(value));
  if (text.length > MAX_LENGTH) throw tooLong(WHAT, text);
  return ipv4FormOf(text).parse(text);
}

/**
 * Returns the address that `text` means in dotted decimal, and in no other form.
 *
 * @throws {ParseError} For anything else.
 */
export function parseDotted(text: string): IpAddress {
  const value = dottedValue(text);
  if (value === -1) throw dottedError(text);
  return ipv4(BigInt(value));
}

/** Returns `address` in dotted decimal: `192.168.1.1`. */
export function formatIpv4({ value }: IpAddress): string {
  return formatQuickIpv4(Number(value));
}

/** Returns `address` as binary octets: `11000000.10101000.00000001.00000001`. */
export function formatBinary(address: IpAddress): string {
  return formatBits(address).replace(/[01]{8}(?=[01])/g, "$&.");
}

/** Parses the digits behind `0x` or `0b`. */
function parseDigits(text: string, base: string, stray: RegExp, most: number): IpAddress {
  const digits = text.slice(2);
  if (digits === "") throw new ParseError(WHAT, text, t`there is no digit behind ${text}`);
  const wrong = digits.match(stray);
  if (wrong) {
    const [character] = wrong;
    const at = 2 + wrong.index!;
    throw new ParseError(
      WHAT,
      text,
      t`${characterName(character)} is not a ${translate(base)} digit`,
      {
        at: [at, at + character.length],
      },
    );
  }
  if (digits.length > most) {
    throw new ParseError(WHAT, text, t`it has more than ${most} ${translate(base)} digits`, {
      at: [2 + most, text.length],
    });
  }
  return ipv4(BigInt(text.toLowerCase()));
}

function parseInteger(text: string): IpAddress {
  if (/^0[0-9]/.test(text)) throw leadingZero(text, 0, text.length);
  const value = BigInt(text);
  if (value >= 1n << 32n) {
    throw new ParseError(WHAT, text, t`the integer is more than 4294967295`, advice(text));
  }
  return ipv4(value);
}

/** Returns the 32 bits that `text`, up to `end`, means in dotted decimal, or -1 for anything else. */
function dottedValue(text: string, end = text.length): number {
  let value = 0;
  let dots = 0;
  let octet = -1; // no digit yet
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT && octet !== -1) {
      value = value * 256 + octet; // a shift would be signed
      dots++;
      octet = -1;
    } else if (code >= ZERO && code <= NINE && octet !== 0) { // 0 has no digit behind it
      octet = (octet === -1 ? 0 : octet * 10) + code - ZERO;
      if (octet > 255) return -1;
    } else {
      return -1;
    }
  }
  return dots === 3 && octet !== -1 ? value * 256 + octet : -1;
}

/** The factor of an address in the result of `quickIpv4`: its prefix, or `NO_PREFIX`, is the remainder. */
const QUICK_BASE = 64;

/** The number in the place of a prefix where there is none. */
const NO_PREFIX = 63;

/**
 * Returns an address in dotted decimal and its prefix length as one number, which `unpackQuick` takes
 * apart; -1 for everything else, also for an address in another form. It is for lists of millions of lines.
 */
export function quickIpv4(text: string): number {
  const { length } = text;
  if (text.charCodeAt(length - 3) === SLASH || text.charCodeAt(length - 2) === SLASH) {
    const last = text.charCodeAt(length - 1) - ZERO;
    const slash = text.charCodeAt(length - 2) === SLASH ? length - 2 : length - 3;
    const first = slash === length - 2 ? 0 : text.charCodeAt(length - 2) - ZERO;
    if (last < 0 || last > 9 || first > 3 || first < (slash === length - 2 ? 0 : 1)) return -1;
    const prefix = first * 10 + last;
    const bits = prefix > 32 ? -1 : dottedValue(text, slash);
    return bits === -1 ? -1 : bits * QUICK_BASE + prefix;
  }
  const bits = dottedValue(text);
  return bits === -1 ? -1 : bits * QUICK_BASE + NO_PREFIX;
}

/** An IPv4 address and its network, in numbers of 32 bits. */
export interface QuickIpv4 {
  /** The address. */
  readonly bits: number;
  /** The prefix length, `null` for an address alone. */
  readonly prefix: number | null;
  /** The first address of its network; without a prefix, the address. */
  readonly first: number;
  /** The last address of its network. */
  readonly last: number;
}

/** Returns the address and network in a result of `quickIpv4` that is not -1. */
export function unpackQuick(quick: number): QuickIpv4 {
  const mark = quick % QUICK_BASE;
  const bits = (quick - mark) / QUICK_BASE;
  const prefix = mark === NO_PREFIX ? null : mark;
  const size = prefix === null ? 1 : 2 ** (32 - prefix);
  const first = bits - bits % size;
  return { bits, prefix, first, last: first + size - 1 };
}

/** Returns 32 bits in dotted decimal. */
export function formatQuickIpv4(bits: number): string {
  return `${bits >>> 24}.${bits >>> 16 & 255}.${bits >>> 8 & 255}.${bits & 255}`;
}

/** Returns the error for a text that is not dotted decimal, and in no other form either. */
function dottedError(text: string): ParseError {
  if (text === "") return new ParseError(WHAT, text, t`it is empty`);
  if (text.length > MAX_LENGTH) return tooLong(WHAT, text);
  if (looksLikeIpv6(text)) {
    return new ParseError(WHAT, text, t`it looks like IPv6, and only IPv4 is read here`);
  }
  const stray = text.match(/[^0-9.]/u);
  if (stray) {
    const [character] = stray;
    const reason = t`${characterName(character)} is neither a decimal digit nor a dot`;
    const at = [stray.index!, stray.index! + character.length] as const;
    return new ParseError(WHAT, text, reason, { at, ...advice(text) });
  }
  const octets = text.split(".");
  const ends = octets.map((_, i) => octets.slice(0, i + 1).join(".").length);
  const empty = octets.indexOf("");
  if (empty !== -1) {
    const end = Math.max(1, ends[empty]!); // the dot before it, or behind it at the start
    const at = [end - 1, end] as const;
    return new ParseError(WHAT, text, t`an octet is missing`, { at, ...advice(text) });
  }
  if (octets.length !== 4) {
    const parts = octets.length === 1 ? "1 octet" : t`${octets.length} octets`;
    return new ParseError(WHAT, text, t`it has ${parts} instead of 4`, advice(text));
  }
  const wrong = octets.findIndex((octet) => Number(octet) > 255 || /^0[0-9]/.test(octet));
  const octet = octets[wrong]!;
  const end = ends[wrong]!;
  const start = end - octet.length;
  if (octet.startsWith("0")) return leadingZero(text, start, end);
  const at = [start, end] as const;
  return new ParseError(WHAT, text, t`${octet} is more than 255`, { at, ...advice(text) });
}

/** Whether IPv6 (RFC 4291, section 2.2) may be meant, also in brackets, with a zone or a port. */
function looksLikeIpv6(text: string): boolean {
  const bare = text.replace(/^\[/, "").replace(/[%\]].*$/s, "");
  return bare.includes("::") && /^[0-9a-f:.]*$/i.test(bare) ||
    /^([0-9a-f]+:){6}([0-9a-f]+:[0-9a-f]+|[0-9.]+)$/i.test(bare);
}

/** Returns the error that names both readings of a number with a leading zero. */
function leadingZero(text: string, start: number, end: number): ParseError {
  const octal = readLikeInetAton(text);
  const decimal = attempt(text.replace(/(^|\.)0+(?=[0-9])/g, "$1"));
  const at = [start, end] as const;
  if (octal === null && decimal === null) {
    const reason = t`it has a leading zero and is no address, neither in octal nor in decimal`;
    return new ParseError(WHAT, text, reason, { at, ...advice(text) });
  }
  if (octal === decimal) {
    const hint = t`write ${decimal}`;
    return new ParseError(WHAT, text, t`a leading zero may mean octal`, { at, hint });
  }
  const [asOctal, asDecimal] = [octal ?? t`no address`, decimal ?? t`no address`];
  const readings = t`${asOctal} if octal (as inet_aton reads it), ${asDecimal} if decimal`;
  return new ParseError(WHAT, text, t`a leading zero is ambiguous: ${readings}`, {
    at,
    hint: octal && decimal ? t`write ${octal} or ${decimal}` : t`write ${octal ?? decimal}`,
  });
}

/** Returns a hint with the text to write instead of `text`, if that can be known. */
function advice(text: string): { hint?: string } {
  // Blanks, marks, quotes, a last dot, a port; digits that only look different.
  const plain = text.normalize("NFKC").replace(/:[0-9]*$/, "").replace(
    /^[^0-9]+|(?<=[0-9])[^0-9]+$/g,
    "",
  );
  const meant = plain.includes(".") && plain !== text ? attempt(plain) : null;
  if (meant === plain) return { hint: t`write ${plain}` };
  if (/^[01]{11,32}$/.test(text)) return { hint: t`write 0b${text} if these are binary digits` };
  if (/^(?=.*[01]{4})[01]+(\.[01]+){3}$/.test(text)) {
    return { hint: t`binary octets have 8 digits each` };
  }
  const reading = readLikeInetAton(text);
  return reading === null
    ? {}
    : { hint: t`inet_aton reads it as ${reading}: write that if it is meant` };
}

/** Returns `text` in dotted decimal, or `null` if it is no address. */
function attempt(text: string): string | null {
  try {
    return formatIpv4(parseIpv4(text));
  } catch {
    return null;
  }
}
