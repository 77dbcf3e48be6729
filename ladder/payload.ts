/**
 * The payload of a segment in a few words: the first line of HTTP or SSH, the message of TLS, else its
 * first bytes in quotes.
 *
 * @module
 */
import { decodePreview } from "../text/preview.ts";
import { escapeLine } from "../text/escape.ts";

/** Returns the payload in words; `length` is its length on the wire, `data` what was kept of it. */
export function formatPayload(data: Uint8Array, length: number): string {
  if (data.length === 0) return "";
  const tls = formatTls(data);
  if (tls !== null) return `TLS ${tls}`;
  const line = firstLine(data);
  if (line !== null) return line;
  const text = decodePreview(data).split("\r").map(escapeLine).join("\\r"); // many protocols end lines so
  return `"${text}${data.length < length ? "…" : ""}"`;
}

/** First lines: a request and a response of HTTP/1 (RFC 9112, sections 3 and 4), and SSH (RFC 4253, section 4.2). */
const FIRST_LINE =
  /^(?:[A-Z]{3,16} [!-~]{1,200}(?: HTTP\/1\.[01])?|HTTP\/1\.[01] \d{3}(?: [ -~]{0,60})?|SSH-[12]\.\d{1,2}-[ -~]{1,100})$/;

/** Returns the first line if it is one of a protocol that is known by it, else `null`. */
function firstLine(data: Uint8Array): string | null {
  const end = data.indexOf(0x0a);
  if (end === -1) {
    // A long target is cut by what was kept.
    const text = decodePreview(data);
    return /^[A-Z]{3,16} \/[!-~]{1,300}$/.test(text) && data.length > 32 ? `${text}…` : null;
  }
  const line = decodePreview(data.subarray(0, end)).replace(/\r$/, "");
  if (!FIRST_LINE.test(line)) return null;
  const isRequest = /^[A-Z]{3,16} /.test(line);
  return !isRequest || line.includes(" HTTP/1.") ? line : null;
}

/** Types of TLS records (RFC 8446, section 5.1). */
const RECORDS: Readonly<Record<number, string>> = {
  20: "ChangeCipherSpec",
  21: "alert",
  22: "handshake",
  23: "application data",
};
const HANDSHAKE = 22;
const ALERT = 21;

/** Messages of the handshake of TLS (RFC 8446, appendix B.3; RFC 5246, section 7.4). */
const MESSAGES: Readonly<Record<number, string>> = {
  0: "HelloRequest",
  1: "ClientHello",
  2: "ServerHello",
  4: "NewSessionTicket",
  11: "Certificate",
  12: "ServerKeyExchange",
  13: "CertificateRequest",
  14: "ServerHelloDone",
  15: "CertificateVerify",
  16: "ClientKeyExchange",
};
const CLIENT_HELLO = 1;

/** Alerts that are met often (RFC 8446, section 6), in the clear where the length is 2. */
const ALERTS: Readonly<Record<number, string>> = {
  0: "close_notify",
  10: "unexpected_message",
  20: "bad_record_mac",
  40: "handshake_failure",
  42: "bad_certificate",
  45: "certificate_expired",
  46: "certificate_unknown",
  48: "unknown_ca",
  70: "protocol_version",
  80: "internal_error",
  112: "unrecognized_name",
  116: "certificate_required",
  120: "no_application_protocol",
};

/** The largest record (RFC 8446, section 5.2; RFC 5246, section 6.2.3). */
const MAX_RECORD = 2 ** 14 + 2048;
/** The header of a record, in bytes. */
const HEADER = 5;

/** Returns the first record of TLS in words, `null` if it is none. */
function formatTls(data: Uint8Array): string | null {
  if (data.length < HEADER || data[1] !== 3 || data[2]! > 4) return null;
  const [type, length] = [data[0]!, data[3]! << 8 | data[4]!];
  const record = RECORDS[type];
  if (record === undefined || length === 0 || length > MAX_RECORD) return null;
  if (type === ALERT) {
    const name = length === 2 ? ALERTS[data[HEADER + 1] ?? -1] : undefined;
    return name === undefined ? "alert" : `alert ${name}`;
  }
  if (type !== HANDSHAKE) return record;
  const message = data[HEADER] ?? -1;
  // A message that is longer than its record by far is an encrypted one.
  const size = (data[HEADER + 1] ?? 0) << 16 | (data[HEADER + 2] ?? 0) << 8 |
    (data[HEADER + 3] ?? 0);
  const name = size < 2 ** 17 ? MESSAGES[message] : undefined;
  if (name === undefined) return record;
  const server = message === CLIENT_HELLO ? serverNameIn(data) : null;
  return server === null ? name : `${name} ${server}`;
}

/** Returns the name of the server that a ClientHello asks for (RFC 6066, section 3), `null` without one. */
function serverNameIn(data: Uint8Array): string | null {
  const u16 = (at: number) => at + 1 < data.length ? data[at]! << 8 | data[at + 1]! : NaN;
  let at = HEADER + 4 + 2 + 32; // behind the version and the random bytes
  at += 1 + (data[at] ?? NaN); // session
  at += 2 + u16(at); // cipher suites
  at += 1 + (data[at] ?? NaN); // compression
  at += 2; // length of all extensions
  while (at + 4 <= data.length) {
    const [type, length] = [u16(at), u16(at + 2)];
    if (type === 0) {
      // The length of the list, the type of the name, and its length stand before it.
      const end = at + 9 + u16(at + 7);
      if (!(end <= data.length)) return null;
      const name = new TextDecoder().decode(data.subarray(at + 9, end));
      return /^[\w.-]{1,253}$/.test(name) ? name : null;
    }
    at += 4 + length;
  }
  return null;
}
