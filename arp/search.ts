/**
 * Queries for rows of a neighbour table: by address, MAC address, a prefix of either, or name.
 *
 * @module
 */
import { type IpAddress, unmapped } from "../address/ip.ts";
import { addressOf, parseIp } from "../address/ip_text.ts";
import { formatMac, MAC_LENGTH, parseMac } from "../address/mac.ts";
import { contains, networkOfOctets, parsePrefixedAddress } from "../address/network.ts";
import { ParseError } from "../address/parse_error.ts";
import type { Neighbour } from "./neighbour.ts";
import { t } from "../text/messages.ts";

/** A query for rows. */
export interface RowQuery {
  /** The property that is compared. */
  readonly by: "address" | "network" | "range" | "MAC address" | "MAC prefix" | "name";
  /** Whether a row is meant: the values are equal, not the texts similar. */
  matches(row: Pick<Neighbour, "address" | "mac" | "interface" | "name">): boolean;
}

/**
 * Returns the query in `text`: a MAC address in any spelling, the first three to five octets of MAC
 * addresses, ADDRESS/PREFIX, a range (`192.0.2.7-192.0.2.9`, `192.0.2.7-9`, `192.0.2.*`), an IP address in any
 * spelling, or else the name of a host.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseRowQuery } from "./search.ts";
 *
 * const query = parseRowQuery("0-0-5E-0-53-1");
 * assertEquals(query.by, "MAC address");
 * const row = { address: "192.0.2.1", mac: "00:00:5e:00:53:01", interface: null, name: null };
 * assertEquals(query.matches(row), true);
 * ```
 *
 * @throws {ParseError} If it can only be an address or a network, and is not a valid one.
 */
export function parseRowQuery(text: string): RowQuery {
  if (text === "") throw new ParseError(t`an address or a name`, text, t`it is empty`);
  return macQuery(text) ?? prefixQuery(text) ?? rangeQuery(text) ?? networkQuery(text) ??
    addressQuery(text) ??
    nameQuery(text);
}

function macQuery(text: string): RowQuery | null {
  // Twelve digits without a letter are an integer, too: no IPv4 address is that large.
  if (!/^[0-9a-f]{12}$|^[0-9a-f]{1,6}(?:[:.-][0-9a-f]{1,6}){1,5}$/i.test(text)) return null;
  if (text.split(".").length === 4) return null;
  try {
    const mac = formatMac(parseMac(text));
    return { by: "MAC address", matches: (row) => row.mac === mac };
  } catch (error) {
    if (error instanceof ParseError) return null;
    throw error;
  }
}

/** A prefix of a MAC address: octets between colons or dashes, or groups of four digits as Cisco's. */
const MAC_PREFIX =
  /^(?:[0-9a-f]{1,2}(?:(?::[0-9a-f]{1,2}){2,4}|(?:-[0-9a-f]{1,2}){2,4})|[0-9a-f]{4}\.(?:[0-9a-f]{2}){1,2}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{2}|[0-9a-f]{6})$/i;

function prefixQuery(text: string): RowQuery | null {
  // Without a colon or a decimal digit it is rather a name: "decade", "dead.beef".
  if (!MAC_PREFIX.test(text) || !/[:0-9]/.test(text)) return null;
  const octets = /[:-]/.test(text)
    ? text.split(/[:-]/).map((octet) => octet.padStart(2, "0"))
    : text.replaceAll(".", "").match(/../g)!;
  if (octets.length >= MAC_LENGTH) return null;
  const start = `${octets.join(":").toLowerCase()}:`;
  return { by: "MAC prefix", matches: (row) => row.mac?.startsWith(start) ?? false };
}

/** The octets of `192.0.2.*` and `192.0.*.*` before the stars. */
const STARS = /^((?:\d{1,3}\.){1,3})\*(?:\.\*){0,2}$/;

function rangeQuery(text: string): RowQuery | null {
  if (STARS.test(text)) {
    const octets = text.split(".");
    if (octets.length !== 4) return null;
    const edge = (value: string) => octets.map((octet) => octet === "*" ? value : octet).join(".");
    return between(parseIp(edge("0")), parseIp(edge("255")));
  }
  const [from = "", to = "", ...more] = text.split("-").map((part) => part.trim());
  if (more.length > 0 || to === "" || !/^\d+(?:\.\d+){3}$|:/.test(from)) return null;
  const last = /^\d{1,3}$/.test(to) ? from.replace(/(?<!\d)\d+$/, to) : to;
  const [first, end] = [parseIp(from), parseIp(last)];
  if (first.version !== end.version || first.value > end.value) {
    throw new ParseError(t`a range of addresses`, text, t`it ends before it begins`);
  }
  return between(first, end);
}

function between(first: IpAddress, last: IpAddress): RowQuery {
  return {
    by: "range",
    matches(row) {
      const address = addressOf(row.address);
      return address !== null && address.version === first.version &&
        address.value >= first.value && address.value <= last.value;
    },
  };
}

function networkQuery(text: string): RowQuery | null {
  if (!text.includes("/")) return null;
  const { address: { zone }, network } = parsePrefixedAddress(text);
  return {
    by: "network",
    matches(row) {
      const address = addressOf(row.address);
      return address !== null && contains(network!, address) &&
        (zone === null || zone === (row.interface ?? address.zone));
    },
  };
}

function addressQuery(text: string): RowQuery | null {
  if (!/^[0-9.]+$|^0[xb]|:/i.test(text)) return null;
  const meant = networkOfOctets(text);
  if (meant !== null && text.includes(".")) {
    const hint = t`write ${meant} if that network is meant`;
    throw new ParseError(t`an IP address`, text, t`it has not all octets`, { hint });
  }
  const sought = unmapped(parseIp(text));
  return {
    by: "address",
    matches(row) {
      const address = addressOf(row.address);
      return address?.version === sought.version && address.value === sought.value &&
        (sought.zone === null || sought.zone === (row.interface ?? address.zone));
    },
  };
}

function nameQuery(text: string): RowQuery {
  if (/[\uff10-\uff1a\uff61\u3002]/.test(text)) {
    throw new ParseError(t`an address or a name`, text, t`digits and marks are those of ASCII`);
  }
  const name = plainName(text);
  return { by: "name", matches: (row) => row.name !== null && plainName(row.name) === name };
}

/** Returns a name of a host without case (RFC 1035, section 2.3.3) and without the dot of the root. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}
