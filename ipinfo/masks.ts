/**
 * Masks and prefixes that stand behind an address as words of their own.
 *
 * @module
 */
import { BITS } from "../address/ip.ts";
import { addressOf, parseIp } from "../address/ip_text.ts";
import { parsePrefix } from "../address/network.ts";
import { ParseError } from "../address/parse_error.ts";

/** The shortest prefix that a mask as a word has: no network of the Internet is larger than a /8. */
const SHORTEST = 8;

/** The longest prefix of a wildcard mask as a word: 0.0.0.1 and 0.0.0.3 may be addresses as well. */
const LONGEST_WILDCARD = 29;

/**
 * Whether `word` is the mask of `address`, the word before it, on a line of a list: `/24`, a netmask
 * from 255.0.0.0 up, a wildcard mask from 0.0.0.7 up, or 0.0.0.0 behind 0.0.0.0 (the default route).
 */
export function isMask(word: string, address: string): boolean {
  if (word === "" || address.includes("/")) return false;
  if (word.startsWith("/")) return /^\/[0-9]+(\.[0-9.]+)?$/.test(word);
  if (!/^[0-9]+(\.[0-9]+){3}$/.test(word)) return false;
  if (word === "0.0.0.0") return address === word;
  try {
    const { prefix, form } = parsePrefix(word, 4);
    return prefix >= SHORTEST && (form === "netmask" || prefix <= LONGEST_WILDCARD);
  } catch {
    return word.startsWith("255."); // its fault is worth a message
  }
}

/**
 * Whether `word` is the mask of `address`, the operand before it, and cannot be meant as an address of
 * its own. 255.255.255.255 can; a number alone, `24`, is a prefix here.
 */
export function isMaskOperand(word: string, address: string): boolean {
  const version = /[.:]/.test(address) && !address.includes("/")
    ? addressOf(address)?.version
    : undefined;
  if (version !== undefined && /^\/?(0|[1-9][0-9]{0,2})$/.test(word)) {
    return Number(word.replace("/", "")) <= BITS[version];
  }
  return word !== "0.0.0.0" && word !== "255.255.255.255" && !word.startsWith("/") &&
    isIpv4(address) && isMask(word, address);
}

function isIpv4(text: string): boolean {
  try {
    return parseIp(text).version === 4;
  } catch (error) {
    if (error instanceof ParseError) return false;
    throw error;
  }
}
