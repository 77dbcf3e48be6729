/**
 * Lines of a log, or of any text, in which addresses of a list stand.
 *
 * @module
 */
import { formatIp } from "../address/ip_text.ts";
import { formatQuickIpv4, quickIpv4, unpackQuick } from "../address/ipv4.ts";
import { namedNetwork, type PrefixedAddress } from "../address/network.ts";
import { ParseError } from "../address/parse_error.ts";
import { rangeOf } from "../address/range.ts";
import type { RangeSet } from "../address/range_set.ts";
import { EXIT } from "../cli/errors.ts";
import { escapeLine } from "../text/escape.ts";
import type { FileSet } from "./list_file.ts";
import { readAddress, type Reading } from "./reading.ts";
import type { Operation, Result } from "./results.ts";

/** Matches what may be an address with a prefix or without: digits, dots and colons in a row. */
const CANDIDATE = /[0-9a-f:.]{2,64}(?:\/[0-9]{1,3}(?![0-9]))?/gi;

/** The number of colons in IPv6 without `::`; a time has fewer. */
const COLONS = 7;

const NONE: readonly Result[] = [];

/**
 * Returns the operation that gives the lines with an address in a set, as they are. On a `terminal`,
 * control characters in them are written out.
 */
export function grep({ set, exit }: FileSet, reading: Reading, terminal: boolean): Operation {
  let isFound = false;
  return {
    lines: "raw",
    get exit() {
      return isFound ? exit : EXIT.failed;
    },
    take({ text }) {
      const found = addressesIn(text, set, reading);
      if (found.length === 0) return NONE;
      isFound = true;
      return [{ text: terminal ? escapeLine(text) : text, json: { found } }];
    },
  };
}

/** Returns the addresses and networks in `line` that are in `set`. */
function addressesIn(line: string, set: RangeSet, reading: Reading): string[] {
  const found: string[] = [];
  for (const [candidate] of line.matchAll(CANDIDATE)) {
    // A full stop, a colon or a port may stand behind an address.
    const plain = candidate.replace(/(?<=[0-9.]{7}):[0-9]*$/, "").replace(/(?<!:)[.:]$/, "");
    const quick = quickIpv4(plain);
    if (quick !== -1) {
      const { bits, prefix, first, last } = unpackQuick(quick);
      if (!set.includesIpv4(first, last)) continue;
      found.push(formatQuickIpv4(bits) + (prefix === null ? "" : `/${prefix}`));
      continue;
    }
    const parsed = looksLikeIpv6(plain) ? attempt(plain, reading) : null;
    if (parsed === null || !set.includes(rangeOf(namedNetwork(parsed)))) continue;
    const { address, network } = parsed;
    found.push(formatIp(address) + (network ? `/${network.prefix}` : ""));
  }
  return found;
}

/** Whether `text` is worth reading as IPv6: times and MAC addresses are not. */
function looksLikeIpv6(text: string): boolean {
  return text.includes("::") || text.split(":").length > COLONS;
}

function attempt(text: string, reading: Reading): PrefixedAddress | null {
  try {
    return readAddress(text, reading);
  } catch (error) {
    if (error instanceof ParseError) return null;
    throw error;
  }
}
