/**
 * IP addresses as values, and the forms in which they are written.
 *
 * @module
 */
import { ParseError } from "./parse_error.ts";

/** A version of the Internet Protocol. */
export type IpVersion = 4;

/**
 * An IP address. Its value is a `bigint`, so that shifts and masks are the same at every width;
 * those of `number` are signed at bit 31.
 */
export interface IpAddress {
  /** The version, which says how many bits the value has. */
  readonly version: IpVersion;
  /** The bits, the first one on the wire as the most significant. */
  readonly value: bigint;
}

/** How many bits an address has (RFC 791, section 3.1). */
export const BITS: Readonly<Record<IpVersion, number>> = { 4: 32 };

/** A form in which addresses are written; `parse(format(address))` is `address`. */
export interface IpForm {
  /** What it is called. */
  readonly name: string;
  /** Matches what is meant to be in this form, right or wrong. */
  readonly looks: RegExp;
  /** Returns the address, or throws a `ParseError`. */
  readonly parse: (text: string) => IpAddress;
  /** Returns the address in this form. */
  readonly format: (address: IpAddress) => string;
}

/**
 * The forms of an address. A text is read in the first form that it looks like: `1.0.1.0` is
 * decimal because the octets of binary have exactly eight digits.
 */
export const IP_FORMS: readonly IpForm[] = [
  {
    name: "hexadecimal integer",
    looks: /^0x[^.]*$/i,
    parse: (text) => parseDigits(text, "hexadecimal", /[^0-9a-f]/iu, 8),
    format: formatHex,
  },
  {
    name: "binary integer",
    looks: /^0b[^.]*$/i,
    parse: (text) => parseDigits(text, "binary", /[^01]/u, 32),
    format: (address) => `0b${bits(address)}`,
  },
  {
    name: "binary octets",
    looks: /^[01]{8}(\.[01]{8}){3}$/,
    parse: (text) => ipv4(BigInt(`0b${text.replaceAll(".", "")}`)),
    format: formatBinary,
  },
  {
    name: "decimal integer",
    looks: /^[0-9]+$/,
    parse: parseInteger,
    format: formatInteger,
  },
  { name: "dotted decimal", looks: /^/, parse: parseDotted, format: formatIp },
];

const WHAT = "an IPv4 address";

/** No form is longer than the 35 characters of binary octets. */
const MAX_LENGTH = 64;

/**
 * Returns the IPv4 address with these 32 bits.
 *
 * @throws {RangeError} If `value` is negative or has more bits.
 */
export function ipv4(value: bigint): IpAddress {
  if (BigInt.asUintN(BITS[4], value) !== value) throw new RangeError(`Not 32 bits: ${value}`);
  return { version: 4, value };
}

/** Returns the form in which `text` is read by `parseIp`, whether that succeeds or not. */
export function formOf(text: string): IpForm {
  return IP_FORMS.find((form) => form.looks.test(text))!; // the last one matches everything
}

/**
 * Returns the address that `text` means in one of `IP_FORMS`: dotted decimal without leading zeros
 * (RFC 6943, section 3.1.1 on why), binary octets, or an integer in decimal, `0x` or `0b` digits.
 *
 * @throws {ParseError} For anything else, also where other programs would guess.
 */
export function parseIp(text: string): IpAddress {
  if (text.length > MAX_LENGTH) {
    throw new ParseError(WHAT, text, `${text.length} characters are too many`);
  }
  return formOf(text).parse(text);
}

/** Returns `address` in dotted decimal: `192.168.1.1`. */
export function formatIp({ value }: IpAddress): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
}

/** Returns `address` as binary octets: `11000000.10101000.00000001.00000001`. */
export function formatBinary(address: IpAddress): string {
  return bits(address).replace(/[01]{8}(?=[01])/g, "$&.");
}

/** Returns `address` as a decimal integer. */
export function formatInteger({ value }: IpAddress): string {
  return value.toString();
}

/** Returns `address` as a hexadecimal integer with all its digits: `0x0a000001`. */
export function formatHex({ version, value }: IpAddress): string {
  return `0x${value.toString(16).padStart(BITS[version] / 4, "0")}`;
}

function bits({ version, value }: IpAddress): string {
  return value.toString(2).padStart(BITS[version], "0");
}

/** Parses the digits behind `0x` or `0b`. */
function parseDigits(text: string, base: string, stray: RegExp, most: number): IpAddress {
  const digits = text.slice(2);
  if (digits === "") throw new ParseError(WHAT, text, `there is no digit behind ${text}`);
  const wrong = digits.match(stray);
  if (wrong) {
    const [character] = wrong;
    const at = 2 + wrong.index!;
    throw new ParseError(WHAT, text, `${characterName(character)} is not a ${base} digit`, {
      at: [at, at + character.length],
    });
  }
  if (digits.length > most) {
    throw new ParseError(WHAT, text, `it has more than ${most} ${base} digits`, {
      at: [2 + most, text.length],
    });
  }
  return ipv4(BigInt(text.toLowerCase()));
}

function parseInteger(text: string): IpAddress {
  if (/^0[0-9]/.test(text)) throw leadingZero(text, 0, text.length);
  const value = BigInt(text);
  if (value >= 1n << 32n) {
    throw new ParseError(WHAT, text, "the integer is more than 4294967295", advice(text));
  }
  return ipv4(value);
}

/** Parses dotted decimal; says what is wrong with everything that is in no form at all. */
function parseDotted(text: string): IpAddress {
  if (text === "") throw new ParseError(WHAT, text, "it is empty");
  if (looksLikeIpv6(text)) {
    throw new ParseError(WHAT, text, "it looks like IPv6, which this version does not understand");
  }
  const stray = text.match(/[^0-9.]/u);
  if (stray) {
    const [character] = stray;
    throw new ParseError(
      WHAT,
      text,
      `${characterName(character)} is neither a decimal digit nor a dot`,
      {
        at: [stray.index!, stray.index! + character.length],
        ...advice(text),
      },
    );
  }
  const octets = text.split(".");
  const ends = octets.map((_, i) => octets.slice(0, i + 1).join(".").length);
  const empty = octets.indexOf("");
  if (empty !== -1) {
    const end = Math.max(1, ends[empty]!); // the dot before it, or behind it at the start
    const at = [end - 1, end] as const;
    throw new ParseError(WHAT, text, "an octet is missing", { at, ...advice(text) });
  }
  if (octets.length !== 4) {
    const parts = octets.length === 1 ? "1 octet" : `${octets.length} octets`;
    throw new ParseError(WHAT, text, `it has ${parts} instead of 4`, advice(text));
  }
  octets.forEach((octet, i) => {
    const end = ends[i]!;
    const start = end - octet.length;
    if (/^0[0-9]/.test(octet)) throw leadingZero(text, start, end);
    if (octet.length > 3 || Number(octet) > 255) {
      const at = [start, end] as const;
      throw new ParseError(WHAT, text, `${octet} is more than 255`, { at, ...advice(text) });
    }
  });
  return ipv4(octets.reduce((value, octet) => value << 8n | BigInt(octet), 0n));
}

/** Whether IPv6 (RFC 4291, section 2.2) may be meant, also in brackets, with a zone or a port. */
function looksLikeIpv6(text: string): boolean {
  const bare = text.replace(/^\[/, "").replace(/[%\]].*$/s, "");
  return /^[0-9a-f:.]*::[0-9a-f:.]*$/i.test(bare) ||
    /^([0-9a-f]+:){6}([0-9a-f]+:[0-9a-f]+|[0-9.]+)$/i.test(bare);
}

/** Returns the error that names both readings of a number with a leading zero. */
function leadingZero(text: string, start: number, end: number): ParseError {
  const octal = readLikeInetAton(text);
  const decimal = attempt(text.replace(/(^|\.)0+(?=[0-9])/g, "$1"));
  const at = [start, end] as const;
  if (octal === null && decimal === null) {
    const reason = "it has a leading zero and is no address, neither in octal nor in decimal";
    return new ParseError(WHAT, text, reason, { at, ...advice(text) });
  }
  if (octal === decimal) {
    const hint = `write ${decimal}`;
    return new ParseError(WHAT, text, "a leading zero may mean octal", { at, hint });
  }
  const readings = `${octal ?? "no address"} if octal (as inet_aton reads it), ` +
    `${decimal ?? "no address"} if decimal`;
  return new ParseError(WHAT, text, `a leading zero is ambiguous: ${readings}`, {
    at,
    hint: `write ${[octal, decimal].filter((reading) => reading !== null).join(" or ")}`,
  });
}

/** Returns what to write instead of `text`, if that can be known. */
function advice(text: string): { hint?: string } {
  // Blanks, marks, quotes, a last dot, a port; digits that only look different.
  const plain = text.normalize("NFKC").replace(/:[0-9]*$/, "").replace(/^[^0-9]+|[^0-9]+$/g, "");
  const meant = plain.includes(".") && plain !== text ? attempt(plain) : null;
  if (meant === plain) return { hint: `write ${plain}` };
  if (/^[01]{11,32}$/.test(text)) return { hint: `write 0b${text} if these are binary digits` };
  if (/^(?=.*[01]{4})[01]+(\.[01]+){3}$/.test(text)) {
    return { hint: "binary octets have 8 digits each" };
  }
  const reading = readLikeInetAton(text);
  return reading === null
    ? {}
    : { hint: `inet_aton reads it as ${reading}: write that if it is meant` };
}

/** Returns `text` in dotted decimal, or `null` if it is no address. */
function attempt(text: string): string | null {
  try {
    return formatIp(parseIp(text));
  } catch {
    return null;
  }
}

/**
 * Returns, in dotted decimal, how the C function inet_aton (BSD) reads `text`: 1 to 4 numbers in
 * decimal, octal or hexadecimal, the last one filling all bytes that are left. `null` if it fails.
 */
function readLikeInetAton(text: string): string | null {
  const numbers = text.split(".").map((part) => {
    if (/^0[0-7]+$/.test(part)) return parseInt(part, 8);
    return /^(0x[0-9a-f]+|0|[1-9][0-9]*)$/i.test(part) ? Number(part) : NaN;
  });
  const last = numbers.pop()!;
  const left = 4 - numbers.length;
  if (left < 1 || !(last < 256 ** left) || !numbers.every((number) => number < 256)) return null;
  return formatIp(ipv4(BigInt(numbers.reduce((sum, n, i) => sum + n * 256 ** (3 - i), last))));
}

/** Returns how an error names `character`, which may be invisible: `"x"`, `a blank` or `U+200B`. */
export function characterName(character: string): string {
  if (character === " ") return "a blank";
  if (/^[!-~]$/.test(character)) return `"${character}"`;
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}
