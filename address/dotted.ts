/**
 * IPv4 addresses in dotted decimal, as text: the strict form, and the meaning that C gives to others.
 *
 * @module
 */
import { t } from "../text/messages.ts";

/** Whether `text` is an IPv4 address in dotted decimal. */
export function isIPv4(text: string): boolean {
  let dots = 0; // each alone: a list to take apart is made for each address of a table
  let octet = 0;
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x2e && digits > 0) {
      dots++;
      octet = digits = 0;
    } else if (code >= 0x30 && code <= 0x39 && (digits === 0 || octet > 0)) { // no zero leads
      octet = octet * 10 + code - 0x30;
      digits++;
      if (octet > 255) return false;
    } else return false;
  }
  return dots === 3 && digits > 0;
}

/**
 * Returns, in dotted decimal, how the C function inet_aton (BSD) reads `text`: 1 to 4 numbers in
 * decimal, octal or hexadecimal, the last one filling all bytes that are left. `null` if it fails.
 */
export function readLikeInetAton(text: string): string | null {
  const numbers = text.split(".").map((part) => {
    if (/^0[0-7]+$/.test(part)) return parseInt(part, 8);
    return /^(0x[0-9a-f]+|0|[1-9][0-9]*)$/i.test(part) ? Number(part) : NaN;
  });
  const last = numbers.pop()!;
  const left = 4 - numbers.length;
  if (left < 1 || !(last < 256 ** left) || !numbers.every((number) => number < 256)) return null;
  const octets = Array.from(
    { length: left },
    (_, i) => Math.floor(last / 256 ** (left - 1 - i)) % 256,
  );
  return [...numbers, ...octets].join(".");
}

/** Numbers only, which C takes for an IPv4 address whatever their count, base and size is. */
const NUMBERS = /^(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+))*$/i;

/** Whether a host has only numbers, in decimal or with `0x`, and dots between them. */
export function isNumbers(host: string): boolean {
  return NUMBERS.test(host);
}

/**
 * Returns why a host of numbers only is not taken for an address, and the addresses that may be meant; `null`
 * if it is in dotted decimal, or no host of numbers.
 */
export function otherForm(
  host: string,
): { readonly reason: string; readonly meant: readonly string[] } | null {
  if (!isNumbers(host) || isIPv4(host)) return null;
  const octal = readLikeInetAton(host);
  const plain = host.replace(/(^|\.)0+(?=[0-9])/g, "$1");
  const decimal = plain !== host && isIPv4(plain) ? plain : null;
  const meant = [...new Set([octal, decimal])].filter((each) => each !== null);
  const isOctal = decimal !== null;
  return {
    reason: isOctal ? t`a leading zero is ambiguous` : t`IPv4 is four numbers, 0-255`,
    meant,
  };
}
