/**
 * The header of the PROXY protocol, with which a load balancer names the client of a connection.
 *
 * "The PROXY protocol, versions 1 & 2" (W. Tarreau, HAProxy; `doc/proxy-protocol.txt` in its source)
 * is the specification; the sections named here are its. The header is whatever the peer wants it to
 * be: a server that expects one must be reachable by the load balancer only (section 2).
 *
 * @module
 */
import { ipv4, ipv6 } from "../address/ip.ts";
import { formatIpv4, parseDotted } from "../address/ipv4.ts";
import { formatIpv6, parseIpv6 } from "../address/ipv6.ts";
import { ParseError } from "../address/parse_error.ts";
import { parsePort } from "../address/port.ts";
import { formatEndpoint } from "../net/endpoint.ts";
import { t } from "../text/messages.ts";

/** The content of a header. */
export interface ProxyHeader {
  /**
   * The client of the load balancer: `192.0.2.1:51478`, `[2001:db8::1]:443` or `unix:PATH`; `null`
   * when the header does not say it, and the peer of the real connection counts.
   */
  readonly source: string | null;
  /** The address to which that client connected, in the same forms, or `null`. */
  readonly destination: string | null;
  /** Whether the load balancer connected on its own account, as for a health check (version 2). */
  readonly local: boolean;
}

/** A header that is missing, damaged or cut short. The connection can only be closed (section 2.1). */
export class ProxyHeaderError extends Error {
  /** Tells it from other errors. */
  override readonly name = "ProxyHeaderError";
}

/** The most bytes that a header of version 1 has, with its CRLF (section 2.1). */
export const V1_LONGEST: number = 107;
/** The start of version 1 (section 2.1). */
const V1_SIGNATURE = new TextEncoder().encode("PROXY ");
/** The start of version 2 (section 2.2). */
const V2_SIGNATURE = new TextEncoder().encode("\r\n\r\n\0\r\nQUIT\n");
/** Bytes of version 2 in front of the addresses: signature, command, family, length (section 2.2). */
const V2_FIXED = 16;
/**
 * The most bytes of a header of version 2 unless told otherwise. The format allows 65551, "always
 * smaller than an MSS" (section 2.2) is 536; nginx reads 4096.
 */
export const V2_LONGEST: number = 4096;
/** Bytes of the addresses of AF_UNSPEC, AF_INET, AF_INET6 and AF_UNIX (section 2.2). */
const V2_ADDRESSES = [0, 12, 36, 216] as const;
/** The type of the checksum (section 2.2.3). */
const CRC32C_TYPE = 0x03;
/** Type and length in front of a value (section 2.2). */
const TLV_FIXED = 3;

/**
 * Returns the length of the header that starts with `bytes`, or `null` while that cannot be known.
 *
 * @throws {ProxyHeaderError} As soon as they cannot be a header, or it would be longer than `maxLength`.
 */
export function headerLength(bytes: Uint8Array, maxLength: number): number | null {
  if (startsLike(bytes, V1_SIGNATURE)) return v1Length(bytes);
  if (!startsLike(bytes, V2_SIGNATURE)) throw new ProxyHeaderError(t`no PROXY header`);
  if (bytes.length < V2_FIXED) return null;
  const length = V2_FIXED + viewOf(bytes).getUint16(14);
  if (length <= maxLength) return length;
  throw new ProxyHeaderError(t`version 2: ${length} bytes are more than ${maxLength}`);
}

/** Whether `bytes` are the start of `signature`, or the other way round. */
function startsLike(bytes: Uint8Array, signature: Uint8Array): boolean {
  return signature.subarray(0, bytes.length).every((byte, i) => byte === bytes[i]);
}

function v1Length(bytes: Uint8Array): number | null {
  const line = textOf(bytes);
  const end = line.indexOf("\r\n");
  if (end !== -1 && end + 2 <= V1_LONGEST) return end + 2;
  if (bytes.length >= V1_LONGEST) {
    throw new ProxyHeaderError(t`version 1: no CRLF in the first ${V1_LONGEST} bytes`);
  }
  // "The receiver must ignore anything presented before the CRLF" of UNKNOWN (section 2.1).
  if (line.includes("\n") && !line.startsWith("PROXY UNKNOWN ")) {
    throw new ProxyHeaderError(t`version 1: the line ends with LF instead of CRLF`);
  }
  return null;
}

/**
 * Returns the content of a whole header.
 *
 * @throws {ProxyHeaderError} If it is damaged.
 */
export function parseHeader(header: Uint8Array): ProxyHeader {
  try {
    return header[0] === V1_SIGNATURE[0] ? parseV1(textOf(header).slice(0, -2)) : parseV2(header);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new ProxyHeaderError(`version 1: ${error.message}`, { cause: error });
  }
}

/** Parses `line`, which has lost its CRLF. */
function parseV1(line: string): ProxyHeader {
  const fields = line.split(" ");
  const [, family, source, destination, sourcePort, destinationPort] = fields;
  if (family === "UNKNOWN") return { source: null, destination: null, local: false };
  if (family !== "TCP4" && family !== "TCP6") {
    throw new ProxyHeaderError(t`version 1: the protocol is not TCP4, TCP6 or UNKNOWN`);
  }
  if (fields.length !== 6) {
    throw new ProxyHeaderError(t`version 1: ${fields.length} fields instead of 6`);
  }
  const canonical = family === "TCP4" ? canonicalIpv4 : canonicalIpv6;
  return {
    source: formatAddress(canonical(source!), parsePort(sourcePort!)),
    destination: formatAddress(canonical(destination!), parsePort(destinationPort!)),
    local: false,
  };
}

function canonicalIpv4(text: string): string {
  return formatIpv4(parseDotted(text));
}

function canonicalIpv6(text: string): string {
  const address = parseIpv6(text);
  if (address.zone === null) return formatIpv6(address);
  throw new ParseError(t`an IPv6 address`, text, t`a zone means something on its own host only`);
}

function parseV2(header: Uint8Array): ProxyHeader {
  const [version, command] = [header[12]! >> 4, header[12]! & 15];
  const [family, transport] = [header[13]! >> 4, header[13]! & 15];
  const nobody: ProxyHeader = { source: null, destination: null, local: command === 0 };
  if (version !== 2) throw new ProxyHeaderError(t`version 2: its version is ${version}`);
  if (command > 1) throw new ProxyHeaderError(t`version 2: command ${command} is not assigned`);
  if (command === 0 || family === 0 || transport === 0) {
    checkTlvs(header, V2_FIXED + (V2_ADDRESSES[family] ?? 0), false);
    return nobody; // LOCAL, or UNSPEC in either place
  }
  const size = V2_ADDRESSES[family];
  if (size === undefined) {
    throw new ProxyHeaderError(t`version 2: family ${family} is not
    assigned`);
  }
  if (transport > 2) {
    throw new ProxyHeaderError(t`version 2: transport protocol ${transport} is not assigned`);
  }
  const addresses = header.subarray(V2_FIXED, V2_FIXED + size);
  if (addresses.length < size) {
    throw new ProxyHeaderError(t`version 2: ${addresses.length} address bytes instead of ${size}`);
  }
  checkTlvs(header, V2_FIXED + size, true);
  return { ...nobody, ...parseAddresses(addresses) };
}

/** Parses an address block; its size says of which family. */
function parseAddresses(block: Uint8Array): Pick<ProxyHeader, "source" | "destination"> {
  const view = viewOf(block);
  switch (block.length) {
    case V2_ADDRESSES[1]: {
      const address = (at: number) => formatIpv4(ipv4(BigInt(view.getUint32(at))));
      return {
        source: formatAddress(address(0), view.getUint16(8)),
        destination: formatAddress(address(4), view.getUint16(10)),
      };
    }
    case V2_ADDRESSES[2]: {
      const address = (at: number) =>
        formatIpv6(ipv6(view.getBigUint64(at) << 64n | view.getBigUint64(at + 8)));
      return {
        source: formatAddress(address(0), view.getUint16(32)),
        destination: formatAddress(address(16), view.getUint16(34)),
      };
    }
    default:
      return {
        source: parsePath(block.subarray(0, 108)),
        destination: parsePath(block.subarray(108)),
      };
  }
}

/** Parses the path of an AF_UNIX address: without a name, as a client's mostly is, it is `null`. */
function parsePath(bytes: Uint8Array): string | null {
  const path = new TextDecoder().decode(bytes).replace(/\0+$/, "");
  // A NUL in front is an abstract socket (unix(7)), which is written with "@".
  const [name] = path.replace(/^\0/, "@").split("\0");
  return name ? formatEndpoint({ transport: "unix", path: name }) : null;
}

/**
 * Checks the checksum among the values that start at `start`, if there is one.
 *
 * @param strict Whether the values must fill the header exactly. Those behind the addresses do; bytes
 * that come with LOCAL and UNSPEC are "discarded" and "ignored" (section 2.2), whatever they are.
 */
function checkTlvs(header: Uint8Array, start: number, strict: boolean): void {
  const view = viewOf(header);
  for (let at = start, end; at < header.length; at = end) {
    const value = at + TLV_FIXED;
    end = value <= header.length ? value + view.getUint16(at + 1) : value;
    if (end > header.length) {
      if (!strict) return;
      throw new ProxyHeaderError(t`version 2: the value at byte ${at} is longer than the header`);
    }
    if (header[at] === CRC32C_TYPE) checkCrc(header, value, end);
  }
}

function checkCrc(header: Uint8Array, start: number, end: number): void {
  if (end - start !== 4) throw new ProxyHeaderError(t`version 2: the checksum has not 4 bytes`);
  const cleared = header.slice().fill(0, start, end);
  if (viewOf(header).getUint32(start) === crc32c(cleared)) return;
  throw new ProxyHeaderError(t`version 2: the checksum is wrong`);
}

/** Returns the CRC32c of `bytes`: 0x1EDC6F41, here with its bits reversed (RFC 4960, appendix B). */
function crc32c(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc >>> 1 ^ (crc & 1 ? 0x82F63B78 : 0);
  }
  return ~crc >>> 0;
}

function formatAddress(hostname: string, port: number): string {
  return formatEndpoint({ transport: "tcp", hostname, port });
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Returns `bytes` as characters, each as it is: `TextDecoder` would take some of them together. */
function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
