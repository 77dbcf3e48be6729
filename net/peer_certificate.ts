/**
 * The certificate that a server has shown, as `node:tls` knows it.
 *
 * @module
 */
import type { TLSSocket } from "node:tls";
import { distinguishedName } from "./distinguished_name.ts";

/** The certificate of a server, and what is wrong with it. */
export interface PeerCertificate {
  /** The version of TLS that was agreed on: `TLSv1.3`. */
  readonly protocol: string | null;
  /** The name of its holder: `CN=localhost`. */
  readonly subject: string;
  /** The DNS names and IP addresses for which it is (RFC 5280, section 4.2.1.6). */
  readonly names: readonly string[];
  /** The name of the authority that has signed it. */
  readonly issuer: string;
  /** Milliseconds since 1970 from which it is valid. */
  readonly notBefore: number;
  /** Milliseconds since 1970 until which it is valid. */
  readonly notAfter: number;
  /** The SHA-256 of it in hexadecimal, with colons. */
  readonly fingerprint: string;
  /** Why it is not to be trusted, with the code of `node:tls`; `null` if it is. */
  readonly fault: Error | null;
}

/** Returns the certificate of the server at the other end of `socket`, after the handshake. */
export function peerCertificateOf(socket: TLSSocket): PeerCertificate {
  const certificate = socket.getPeerCertificate();
  const code = socket.authorizationError as unknown;
  return {
    protocol: socket.getProtocol(),
    subject: distinguishedName(certificate.subject),
    names: parseAltNames(certificate.subjectaltname ?? ""),
    issuer: distinguishedName(certificate.issuer),
    notBefore: Date.parse(certificate.valid_from),
    notAfter: Date.parse(certificate.valid_to),
    fingerprint: certificate.fingerprint256,
    fault: code === null || code === undefined
      ? null
      : code instanceof Error
      ? code
      : Object.assign(new Error(String(code)), { code: String(code) }),
  };
}

/** Returns the names in the text that `node:tls` makes of a subject's alternative names. */
export function parseAltNames(text: string): string[] {
  return text.split(", ").flatMap((part) => {
    const [, name] = part.match(/^(?:DNS|IP Address):(.+)$/) ?? [];
    return name === undefined ? [] : [name];
  });
}
