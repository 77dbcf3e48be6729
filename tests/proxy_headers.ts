/**
 * Headers of the PROXY protocol, byte by byte, and what they say.
 *
 * @module
 */

/** The signature at the start of version 2. */
export const SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";

/** Returns the bytes of characters up to U+00FF. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Returns bytes as characters up to U+00FF. */
export function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** Returns a header of version 2: its 13th and 14th byte, then `block`. */
export function version2(command: number, family: number, block: string): string {
  const { length } = block;
  return SIGNATURE + String.fromCharCode(command, family, length >> 8, length & 255) + block;
}

/** Returns the bytes that hexadecimal digits stand for, as characters. */
export function hex(digits: string): string {
  return textOf(Uint8Array.fromHex(digits.replaceAll(" ", "")));
}

const NOBODY = { source: null, destination: null, local: false };
const LOCAL = { ...NOBODY, local: true };
const LONGEST_IPV6 = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
/** Addresses and ports of version 2, those of `IPV4`. */
export const IPV4_BLOCK = hex("c0a80001 c0a8000b dc04 01bb");
const IPV6_BLOCK = hex(
  "20010db8000000000000000000000001 20010db8000000000000000000000002 dc04 01bb",
);
/** The addresses in most headers over IPv4 here. */
export const IPV4 = { source: "192.168.0.1:56324", destination: "192.168.0.11:443", local: false };
const IPV6 = { source: "[2001:db8::1]:56324", destination: "[2001:db8::2]:443", local: false };

/** Returns the two paths of version 2. */
export function unixBlock(source: string, destination: string): string {
  return source.padEnd(108, "\0") + destination.padEnd(108, "\0");
}

/** Headers, what they are, and what they say. The first one is the example of section 2.1. */
export const HEADERS = [
  ["TCP over IPv4", "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n", IPV4],
  ["the longest TCP4", "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", {
    source: "255.255.255.255:65535",
    destination: "255.255.255.255:65535",
    local: false,
  }],
  ["TCP over IPv6", "PROXY TCP6 2001:DB8:0::1 2001:db8::2 56324 443\r\n", IPV6],
  ["the longest TCP6", `PROXY TCP6 ${LONGEST_IPV6} ${LONGEST_IPV6} 65535 65535\r\n`, {
    source: `[${LONGEST_IPV6}]:65535`,
    destination: `[${LONGEST_IPV6}]:65535`,
    local: false,
  }],
  ["UNKNOWN", "PROXY UNKNOWN\r\n", NOBODY],
  ["the longest UNKNOWN", `PROXY UNKNOWN ${LONGEST_IPV6} ${LONGEST_IPV6} 65535 65535\r\n`, NOBODY],
  ["UNKNOWN with anything behind it", "PROXY UNKNOWN \xff\0 \r  \n TCP4\r\n", NOBODY],
  ["TCP over IPv4 in version 2", version2(0x21, 0x11, IPV4_BLOCK), IPV4],
  ["UDP over IPv4 in version 2", version2(0x21, 0x12, IPV4_BLOCK), IPV4],
  ["TCP over IPv6 in version 2", version2(0x21, 0x21, IPV6_BLOCK), IPV6],
  ["UDP over IPv6 in version 2", version2(0x21, 0x22, IPV6_BLOCK), IPV6],
  ["a Unix stream", version2(0x21, 0x31, unixBlock("/run/a b", "\0abstract")), {
    source: "unix:/run/a b",
    destination: "unix:@abstract",
    local: false,
  }],
  ["Unix datagrams from a socket without a name", version2(0x21, 0x32, unixBlock("", "/run/b")), {
    source: null,
    destination: "unix:/run/b",
    local: false,
  }],
  ["LOCAL", version2(0x20, 0x00, ""), LOCAL],
  ["LOCAL with a family and addresses", version2(0x20, 0x11, IPV4_BLOCK), LOCAL],
  ["LOCAL with a block that is nothing", version2(0x20, 0xff, "\x07\xff\xff"), LOCAL],
  ["UNSPEC", version2(0x21, 0x00, "\x07\xff\xff"), NOBODY],
  ["an unspecified transport protocol", version2(0x21, 0x10, IPV4_BLOCK), NOBODY],
  [
    "values of types that nobody knows",
    version2(0x21, 0x11, `${IPV4_BLOCK}\x04\0\0\xee\0\x02ab`),
    IPV4,
  ],
  // Recorded from HAProxy 2.6.12: send-proxy-v2 proxy-v2-options crc32c,unique-id, and its health check.
  [
    "a checksum and an identifier",
    version2(
      0x21,
      0x11,
      hex("7f000001 7f000001 bc80 1773 03 0004 197982ea 05 000f 33313038362d3132372e302e302e31"),
    ),
    { source: "127.0.0.1:48256", destination: "127.0.0.1:6003", local: false },
  ],
  ["a checksum of LOCAL", version2(0x20, 0x00, hex("03 0004 a9b87e8f")), LOCAL],
] as const;
