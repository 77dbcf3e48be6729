/**
 * Reading of one input of `ipinfo`: an address, with a prefix or without, or a host name.
 *
 * @module
 */
import type { IpVersion } from "../address/ip.ts";
import { formatIp, parseIp } from "../address/ip_text.ts";
import {
  formatNetwork,
  type IpNetwork,
  namedNetwork,
  parsePrefixedAddress,
  type PrefixedAddress,
} from "../address/network.ts";
import { quickIpv4, unpackQuick } from "../address/ipv4.ts";
import { ParseError } from "../address/parse_error.ts";
import type { RangeSet } from "../address/range_set.ts";
import { type AddressRange, rangeOf } from "../address/range.ts";
import { isUnresolved, reasonOf } from "../text/reason.ts";
import { isRange, parseRange } from "./range_text.ts";
import { t } from "../text/messages.ts";

/** The rules by which addresses are read. */
export interface Reading {
  /** The version of integers. */
  readonly integers: IpVersion;
  /** Whether networks with host bits are refused. */
  readonly strict: boolean;
}

/**
 * Returns the address that `text`, ADDRESS or ADDRESS/PREFIX, means.
 *
 * @throws {ParseError} For anything else.
 */
export function readAddress(text: string, { integers, strict }: Reading): PrefixedAddress {
  try {
    const parsed = parsePrefixedAddress(text, integers);
    const { address, network } = parsed;
    if (strict && network && address.value !== network.address.value) {
      throw new ParseError(t`an IP network`, text, t`its host bits are set`, {
        hint: t`write ${formatNetwork(network)}`,
      });
    }
    return parsed;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new ParseError(wanted(error), text, error.reason, {
      at: error.at,
      ...hintFor(error, integers),
    });
  }
}

/** Returns the thing that the input should be, from the message of `error`: "an IP address". */
function wanted(error: ParseError): string {
  return error.what;
}

/** Matches a MAC address with colons or dashes. */
const MAC = /^[0-9a-f]{1,2}(?:[:-][0-9a-f]{1,2}){5}$/i;

/** Returns the hint of `error`, or the option that reads such a text: a range, a name, a long integer. */
function hintFor({ hint, input }: ParseError, integers: IpVersion): { hint?: string } {
  if (isRange(input)) return { hint: t`--range reads it as a range of addresses` };
  if (isSum(input)) return { hint: t`--calc adds and subtracts` };
  if (hint !== null) return { hint };
  if (MAC.test(input)) return { hint: t`for the neighbour that has it: netkit arp ${input}` };
  if (isName(input) && /^localhost|\.[a-z]{2,}(\/|$)/i.test(input)) {
    return { hint: t`--resolve looks up host names` };
  }
  const [integer = ""] = input.match(/^[0-9][0-9a-fbx]*(?=\/|$)/i) ?? [];
  if (integers === 6 || integer === "") return {};
  try {
    return { hint: t`-6 reads it as IPv6, ${formatIp(parseIp(integer, 6))}` };
  } catch {
    return {};
  }
}

/** Whether `text` has the form of ADDRESS+N. */
function isSum(text: string): boolean {
  const plus = text.lastIndexOf("+");
  return /[.:]/.test(text.slice(0, Math.max(0, plus))) && /^ *[0-9]/.test(text.slice(plus + 1));
}

/** Returns the network that `text` names; an address alone is a network of one. */
export function readNetwork(text: string, reading: Reading): IpNetwork {
  return namedNetwork(readAddress(text, reading));
}

/**
 * Returns the range of addresses that `text` names: FIRST-LAST, a network, or a single address.
 *
 * @throws {ParseError} For anything else.
 */
export function readRange(text: string, reading: Reading): AddressRange {
  return isRange(text) ? parseRange(text, reading.integers) : rangeOf(readNetwork(text, reading));
}

/**
 * Adds the addresses that `text` names to `set`: FIRST-LAST, a network, or a single address.
 *
 * @throws {ParseError} For anything else.
 */
export function addRange(set: RangeSet, text: string, reading: Reading): void {
  const quick = reading.strict ? -1 : quickIpv4(text);
  if (quick === -1) return set.add(readRange(text, reading));
  const { first, last } = unpackQuick(quick);
  set.addIpv4(first, last);
}

/** Whether `text` may be a host name, with a prefix or without: it has a letter and is no address. */
export function isName(text: string): boolean {
  return /^(?!0[xb])(?=.*[a-z])[a-z0-9_.-]+(\/[0-9.]+)?$/i.test(text);
}

/**
 * Resolves to the addresses of a host name, each with the prefix behind the name.
 *
 * @throws {ParseError} If the name has none, or the prefix is wrong.
 */
export async function resolveName(text: string, reading: Reading): Promise<PrefixedAddress[]> {
  const [name = "", ...prefix] = text.split("/");
  let addresses: readonly string[];
  try {
    const { lookUp } = await import("../net/dns.ts");
    addresses = await lookUp(name);
  } catch (error) {
    if (!(error instanceof Error && isUnresolved(error))) {
      throw new ParseError(t`an IP address`, text, reasonOf(error));
    }
    const { adviseOnName } = await import("../cli/name_advice.ts");
    const hint = adviseOnName(name, error.message, text);
    throw new ParseError(t`an IP address`, text, reasonOf(error), { hint });
  }
  return [...new Set(addresses)].map((address) => ({
    ...readAddress([address, ...prefix].join("/"), reading),
    forms: [t`host name`],
  }));
}
