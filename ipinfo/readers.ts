/**
 * The ways in which other programs read the text of an address, and the security holes that came of the
 * differences.
 *
 * @module
 */
import { formatIp } from "../address/ip_text.ts";
import { parseDotted, readLikeInetAton } from "../address/ipv4.ts";
import { isMapped, unmapped } from "../address/ip.ts";
import { parseIpv6 } from "../address/ipv6.ts";

/** A program or library that reads addresses. */
export interface Reader {
  /** Its name, and the versions if these differ. */
  readonly name: string;
  /** Returns the address that it takes `text` for, `null` if it refuses it. */
  readonly read: (text: string) => string | null;
  /** The security hole that this reading was, and the reading since it was closed; `null` for none. */
  readonly hole: { readonly cve: string; readonly now: (text: string) => string | null } | null;
}

/** A reader, and the address that it takes a text for. */
export interface Reading {
  /** The reader. */
  readonly reader: Reader;
  /** The address in canonical form, `null` if the text is refused. */
  readonly address: string | null;
}

/** The readers, those of today and those before a hole was closed. */
export const READERS: readonly Reader[] = [
  today("inet_aton (C)", readInetAton),
  today("getaddrinfo: ping, ssh, nc", readGetaddrinfo),
  hole("getaddrinfo, glibc before 2.29", "CVE-2016-10739", readOldGetaddrinfo, readGetaddrinfo),
  today("URL: browsers, Node, Deno", readUrl),
  today("Java InetAddress", readJava),
  today("Python ipaddress", readStrict),
  hole("Python ipaddress 3.8.0 to 3.9.4", "CVE-2021-29921", readOldPython, readStrict),
  today("Go net/netip, net.ParseIP", readStrict),
  hole("Go net.ParseIP before 1.17", "CVE-2021-29923", readDecimal, readStrict),
  today("Rust std::net", readRust),
  hole("Rust std::net before 1.53", "CVE-2021-29922", readDecimal, readRust),
  hole("npm netmask before 2.0.0", "CVE-2021-28918", readDecimal, readGetaddrinfo),
  today("netkit", readStrict),
];

/** The number of readers at the beginning that know no IPv6. */
const IPV4_ONLY = 1;

function today(name: string, read: Reader["read"]): Reader {
  return { name, read, hole: null };
}

function hole(name: string, cve: string, read: Reader["read"], now: Reader["read"]): Reader {
  return { name, read, hole: { cve, now } };
}

/**
 * Returns the readings of `text` by all programs of today, and by versions with a hole where these read
 * an address that those behind them do not.
 */
export function readingsOf(text: string): Reading[] {
  const readers = text.includes(":") ? READERS.slice(IPV4_ONLY) : READERS;
  return readers.map((reader) => ({ reader, address: reader.read(text) }))
    .filter(({ reader: { hole }, address }) =>
      hole === null || (address !== null && address !== hole.now(text))
    );
}

/** Returns the different addresses in `readings`, in their order. */
export function meaningsOf(readings: readonly Reading[]): string[] {
  const found = readings.flatMap(({ address }) => address ?? []);
  return [...new Set(found)];
}

/** Returns the address that `text` is in dotted decimal or in IPv6, `null` for every other form. */
function readStrict(text: string): string | null {
  return attempt(() => formatIp(text.includes(":") ? parseIpv6(text) : parseDotted(text)));
}

/** The C function: up to four numbers in decimal, octal or hexadecimal; what a blank begins is ignored. */
function readInetAton(text: string): string | null {
  return readLikeInetAton(text.replace(/[ \t\n\v\f\r].*$/s, ""));
}

/** The C function behind most programs: inet_aton without a rest, or IPv6. */
function readGetaddrinfo(text: string): string | null {
  return text.includes(":") ? readStrict(text) : readLikeInetAton(text);
}

function readOldGetaddrinfo(text: string): string | null {
  return text.includes(":") ? readStrict(text) : readInetAton(text);
}

/**
 * The host of a URL (WHATWG URL, section 3.5), by the parser that runs this program: octal and hexadecimal
 * numbers, full-width characters, percent signs. `null` for a host that is a name.
 */
function readUrl(text: string): string | null {
  const bracketed = text.includes(":");
  if (/[/?#@\\]/.test(text) || text === "") return null;
  try {
    const { hostname } = new URL(`http://${bracketed ? `[${text}]` : text}/`);
    return readStrict(hostname.replace(/^\[|\]$/g, ""));
  } catch {
    return null;
  }
}

/**
 * Java: one to four decimal numbers, whatever their zeros; an IPv4 address inside IPv6 likewise, and a
 * mapped one is IPv4.
 */
function readJava(text: string): string | null {
  if (!text.includes(":")) return text.length <= 15 ? readDecimalParts(text) : null;
  const plain = text.replace(/(^|[:.])0+(?=[0-9a-f])/gi, "$1");
  return attempt(() => {
    const address = parseIpv6(plain);
    return formatIp(isMapped(address) ? unmapped(address) : address);
  });
}

/** Rust: as netkit does, but IPv6 without a zone. */
function readRust(text: string): string | null {
  return text.includes("%") ? null : readStrict(text);
}

/** Python before 3.9.5: four decimal numbers of at most three digits. */
function readOldPython(text: string): string | null {
  return text.split(".").some((octet) => octet.length > 3) ? readStrict(text) : readDecimal(text);
}

/** Four decimal numbers, whatever their zeros. */
function readDecimal(text: string): string | null {
  return /^[0-9]+(\.[0-9]+){3}$/.test(text) ? readDecimalParts(text) : readStrict(text);
}

/** One to four decimal numbers, of which the last one fills the bytes that are left. */
function readDecimalParts(text: string): string | null {
  if (!/^[0-9]+(\.[0-9]+){0,3}$/.test(text)) return null;
  return readLikeInetAton(text.split(".").map((number) => `${BigInt(number)}`).join("."));
}

function attempt(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
