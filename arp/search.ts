/**
 * Looking rows of a neighbour table up: by address, by MAC address, by a prefix of either, by name.
 *
 * @module
 */
import { unmapped } from "../address/ip.ts";
import { addressOf, parseIp } from "../address/ip_text.ts";
import { formatMac, MAC_LENGTH, parseMac } from "../address/mac.ts";
import { contains, parsePrefixedAddress } from "../address/network.ts";
import { ParseError } from "../address/parse_error.ts";
import type { Neighbour } from "./neighbour.ts";

/** What a row is looked up by. */
export interface Wanted {
  /** What kind of thing it is. */
  readonly by: "address" | "network" | "MAC address" | "MAC prefix" | "name";
  /** Whether a row is what is wanted; exactly, never because it contains it as text. */
  matches(row: Pick<Neighbour, "address" | "mac" | "interface" | "name">): boolean;
}

/**
 * Returns what `text` asks for: a MAC address in any spelling, three to five octets with which MAC
 * addresses begin, ADDRESS/PREFIX, an IP address in any spelling, or else the name of a host.
 *
 * @throws {ParseError} For what can only be meant as an address or network but is none.
 */
export function parseWanted(text: string): Wanted {
  if (text === "") throw new ParseError("an address or a name", text, "it is empty");
  return wantedMac(text) ?? wantedPrefix(text) ?? wantedNetwork(text) ?? wantedAddress(text) ??
    wantedName(text);
}

function wantedMac(text: string): Wanted | null {
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

/** How MAC addresses begin: octets between colons or dashes, or groups of four digits as Cisco's. */
const MAC_PREFIX =
  /^(?:[0-9a-f]{1,2}(?:(?::[0-9a-f]{1,2}){2,4}|(?:-[0-9a-f]{1,2}){2,4})|[0-9a-f]{4}\.(?:[0-9a-f]{2}){1,2}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{2}|[0-9a-f]{6})$/i;

function wantedPrefix(text: string): Wanted | null {
  // Without a colon or a decimal digit it is rather a name: "decade", "dead.beef".
  if (!MAC_PREFIX.test(text) || !/[:0-9]/.test(text)) return null;
  const octets = /[:-]/.test(text)
    ? text.split(/[:-]/).map((octet) => octet.padStart(2, "0"))
    : text.replaceAll(".", "").match(/../g)!;
  if (octets.length >= MAC_LENGTH) return null;
  const start = `${octets.join(":").toLowerCase()}:`;
  return { by: "MAC prefix", matches: (row) => row.mac?.startsWith(start) ?? false };
}

function wantedNetwork(text: string): Wanted | null {
  if (!text.includes("/")) return null;
  const { network } = parsePrefixedAddress(text);
  return {
    by: "network",
    matches(row) {
      const address = addressOf(row.address);
      return address !== null && contains(network!, address);
    },
  };
}

function wantedAddress(text: string): Wanted | null {
  if (!/^[0-9.]+$|^0[xb]|:/i.test(text)) return null;
  const wanted = unmapped(parseIp(text));
  return {
    by: "address",
    matches(row) {
      const address = addressOf(row.address);
      return address?.version === wanted.version && address.value === wanted.value &&
        (wanted.zone === null || wanted.zone === (row.interface ?? address.zone));
    },
  };
}

function wantedName(text: string): Wanted {
  const name = plainName(text);
  return { by: "name", matches: (row) => row.name !== null && plainName(row.name) === name };
}

/** Case does not count in names of hosts (RFC 1035, section 2.3.3), the dot of the root neither. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}
