/**
 * IPv6 addresses in forms without colons: as integers and in binary.
 *
 * @module
 */
import {
  formatBits,
  formatHex,
  formatInteger,
  type IpAddress,
  type IpForm,
  ipv6,
  tooLong,
} from "./ip.ts";
import { IPV6_FORM } from "./ipv6.ts";
import { characterName, ParseError } from "./parse_error.ts";
import { msg, t, translate } from "../text/messages.ts";

const WHAT = msg("an IPv6 address");

/** The most characters of an integer that are read: 2^128 - 1 has 128 binary digits. */
const MAX_LENGTH = 130;

/** IPv6 addresses as integers. Short ones look like IPv4 and are read so unless asked otherwise. */
export const IPV6_INTEGERS: readonly IpForm[] = [
  {
    name: msg("hexadecimal integer"),
    looks: /^0x[^:]*$/i,
    parse: parseInteger6,
    format: formatHex,
  },
  {
    name: msg("binary integer"),
    looks: /^0b[^:]*$/i,
    parse: parseInteger6,
    format: (address) => `0b${formatBits(address)}`,
  },
  { name: msg("decimal integer"), looks: /^[0-9]+$/, parse: parseInteger6, format: formatInteger },
];

/**
 * The forms that only an IPv6 address can have. Integers are among them if they have all their
 * digits, 32 in hexadecimal or 128 in binary.
 */
export const IPV6_FORMS: readonly IpForm[] = [
  { ...IPV6_INTEGERS[0]!, looks: /^0x[0-9a-f]{32}$/i },
  { ...IPV6_INTEGERS[1]!, looks: /^0b[01]{128}$/i },
  {
    name: msg("binary groups"),
    looks: /^[01]{16}(:[01]{16}){7}$/,
    parse: (text) => ipv6(BigInt(`0b${text.replaceAll(":", "")}`)),
    format: formatBinary6,
  },
  IPV6_FORM,
];

/** Returns `address` as eight groups of 16 binary digits: `0010000000000001:…`. */
export function formatBinary6(address: IpAddress): string {
  return formatBits(address).replace(/[01]{16}(?=[01])/g, "$&:");
}

/** Parses an integer in decimal, `0x` or `0b` digits. */
function parseInteger6(text: string): IpAddress {
  if (text.length > MAX_LENGTH) throw tooLong(WHAT, text);
  const [, mark = "", digits = ""] = text.match(/^(0[xb])?(.*)$/is)!;
  if (digits === "") throw new ParseError(WHAT, text, t`there is no digit behind ${text}`);
  const [base, wrong] = mark === ""
    ? ["decimal", /[^0-9]/u] as const
    : mark.toLowerCase() === "0x"
    ? ["hexadecimal", /[^0-9a-f]/iu] as const
    : ["binary", /[^01]/u] as const;
  const stray = digits.match(wrong);
  if (stray) {
    const at = mark.length + stray.index!;
    throw new ParseError(
      WHAT,
      text,
      t`${characterName(stray[0])} is not a ${translate(base)} digit`,
      {
        at: [at, at + stray[0].length],
      },
    );
  }
  if (mark === "" && /^0[0-9]/.test(text)) {
    throw new ParseError(WHAT, text, t`a leading zero may mean octal`, {
      hint: t`write ${BigInt(text)}`,
    });
  }
  const value = BigInt(text.toLowerCase());
  if (value >> 128n !== 0n) {
    throw new ParseError(
      WHAT,
      text,
      t`the integer has more than 128
    bits`,
    );
  }
  return ipv6(value);
}
