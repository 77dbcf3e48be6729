/**
 * Certificates that sign themselves, made here and now: X.509 (RFC 5280) in DER (ITU-T X.690), signed by
 * WebCrypto.
 *
 * @module
 */
import { BITS } from "../address/ip.ts";
import { parseIp } from "../address/ip_text.ts";
import { isAddress } from "./dns.ts";

/** A certificate and its private key. */
export interface SelfSigned {
  /** The certificate in PEM. */
  readonly cert: string;
  /** Its private key in PEM (PKCS #8, RFC 5958). */
  readonly key: string;
  /** SHA-256 of the certificate in DER, as `openssl x509 -fingerprint -sha256` writes it. */
  readonly fingerprint: string;
}

/** The key, and the hash that is signed: the curve P-256 of FIPS 186-5. */
const KEY = { name: "ECDSA", namedCurve: "P-256" } as const, HASH = "SHA-256";

/** Tags of DER (X.690, section 8): universal ones, `SEQUENCE` and `SET` with the bit "constructed". */
const BOOLEAN = 0x01, INTEGER = 0x02, BIT_STRING = 0x03, OCTET_STRING = 0x04, OBJECT_ID = 0x06;
const UTF8_STRING = 0x0c, SEQUENCE = 0x30, SET = 0x31, UTC_TIME = 0x17, GENERALIZED_TIME = 0x18;

/** Tags that a structure gives its own parts by their numbers, of one value and of several. */
const part = (number: number) => 0x80 + number, parts = (number: number) => 0xa0 + number;

/** Object identifiers in DER: RFC 5758, section 3.2; RFC 5280, sections 4.1.2.4 and 4.2.1. */
const ECDSA_WITH_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2], COMMON_NAME = [0x55, 4, 3];
const KEY_USAGE = [0x55, 0x1d, 15], ALTERNATIVE_NAMES = [0x55, 0x1d, 17];
const BASIC_CONSTRAINTS = [0x55, 0x1d, 19], EXTENDED_KEY_USAGE = [0x55, 0x1d, 37];
const SERVER_AUTHENTICATION = [0x2b, 6, 1, 5, 5, 7, 3, 1];

/** Milliseconds that it is valid before it is made, since other machines' clocks differ, and behind. */
const BEFORE = 24 * 3600 * 1000, BEHIND = 365 * 24 * 3600 * 1000;

/**
 * Makes a certificate of a server, valid from a day before `now` until a year after it.
 *
 * It is no authority (`CA:FALSE`), since Deno takes none for a server's.
 *
 * @param commonName Its subject and issuer.
 * @param names The host names, in ASCII, and the IP addresses, without a zone, for which it is valid.
 * @param now Milliseconds since 1970 (UTC).
 */
export async function makeSelfSigned(
  commonName: string,
  names: readonly string[],
  now: number,
): Promise<SelfSigned> {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(KEY, true, ["sign", "verify"]);
  const name = der(
    SEQUENCE,
    der(SET, der(SEQUENCE, der(OBJECT_ID, COMMON_NAME), text(commonName))),
  );
  const algorithm = der(SEQUENCE, der(OBJECT_ID, ECDSA_WITH_SHA256));
  const body = der(
    SEQUENCE,
    der(parts(0), der(INTEGER, [2])), // version 3
    integer(crypto.getRandomValues(new Uint8Array(16))), // the serial number
    algorithm,
    name,
    der(SEQUENCE, time(now - BEFORE), time(now + BEHIND)),
    name,
    new Uint8Array(await crypto.subtle.exportKey("spki", publicKey)),
    der(parts(3), der(SEQUENCE, ...extensions(names))),
  );
  const signature = new Uint8Array(
    await crypto.subtle.sign({ ...KEY, hash: HASH }, privateKey, body),
  );
  const half = signature.length / 2;
  const numbers = [signature.subarray(0, half), signature.subarray(half)].map(integer);
  const cert = der(SEQUENCE, body, algorithm, der(BIT_STRING, [0], der(SEQUENCE, ...numbers)));
  return {
    cert: pem("CERTIFICATE", cert),
    key: pem("PRIVATE KEY", new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey))),
    fingerprint: formatFingerprint(new Uint8Array(await crypto.subtle.digest(HASH, cert))),
  };
}

/** Returns the octets of a hash in pairs of hexadecimal digits with colons between them. */
function formatFingerprint(hash: Uint8Array): string {
  return Array.from(hash, (octet) => octet.toString(16).toUpperCase().padStart(2, "0")).join(":");
}

/** The extensions: no authority, signs handshakes, is of a server, and has these names. */
function extensions(names: readonly string[]): Uint8Array<ArrayBuffer>[] {
  const extension = (id: readonly number[], critical: boolean, value: Uint8Array) =>
    der(
      SEQUENCE,
      der(OBJECT_ID, id),
      critical ? der(BOOLEAN, [0xff]) : [],
      der(OCTET_STRING, value),
    );
  return [
    extension(BASIC_CONSTRAINTS, true, der(SEQUENCE)),
    extension(KEY_USAGE, true, der(BIT_STRING, [7, 0x80])), // digitalSignature, bit 0
    extension(EXTENDED_KEY_USAGE, false, der(SEQUENCE, der(OBJECT_ID, SERVER_AUTHENTICATION))),
    extension(ALTERNATIVE_NAMES, false, der(SEQUENCE, ...names.map(alternativeName))),
  ];
}

/** A host name or an IP address as a `GeneralName` (RFC 5280, section 4.2.1.6). */
function alternativeName(name: string): Uint8Array<ArrayBuffer> {
  if (!isAddress(name)) return der(part(2), new TextEncoder().encode(name));
  const { version, value } = parseIp(name);
  const octets = Array.from(
    { length: BITS[version] / 8 },
    (_, i) => Number(value >> BigInt(8 * i) & 0xffn),
  );
  return der(part(7), octets.reverse());
}

/** Returns a time: two digits of the year until 2049, four from then on (RFC 5280, section 4.1.2.5). */
function time(milliseconds: number): Uint8Array<ArrayBuffer> {
  const digits = new Date(milliseconds).toISOString().replace(/\..*|[-:T]/g, "");
  const isShort = digits < "2050";
  return der(
    isShort ? UTC_TIME : GENERALIZED_TIME,
    new TextEncoder().encode(`${isShort ? digits.slice(2) : digits}Z`),
  );
}

/** Returns a number of any size, not negative, from its octets: without zeros before it, but a sign. */
function integer(octets: Uint8Array): Uint8Array<ArrayBuffer> {
  let start = 0;
  while (start < octets.length - 1 && octets[start] === 0) start++;
  return der(INTEGER, octets[start]! >= 0x80 ? [0] : [], octets.subarray(start));
}

function text(value: string): Uint8Array<ArrayBuffer> {
  return der(UTF8_STRING, new TextEncoder().encode(value));
}

/** Returns a value in DER: its tag, its length, and its contents. */
function der(tag: number, ...contents: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const length = contents.reduce((sum, { length }) => sum + length, 0);
  const size = length < 0x80
    ? [length]
    : length < 0x100
    ? [0x81, length]
    : [0x82, length >> 8, length & 0xff];
  const value = new Uint8Array(1 + size.length + length);
  value.set([tag, ...size]);
  let at = 1 + size.length;
  for (const content of contents) {
    value.set(content, at);
    at += content.length;
  }
  return value;
}

/** Returns DER in PEM (RFC 7468): lines of 64 characters of Base64 between two of a label. */
function pem(label: string, der: Uint8Array): string {
  const lines = der.toBase64().match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
