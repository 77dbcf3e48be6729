/**
 * Errors of TLS that a client causes, in words.
 *
 * @module
 */
import { msg, t, translate } from "./messages.ts";

/** The meanings of rustls' messages; `$1` is the name of an alert in the words of RFC 8446. */
const REASONS: readonly (readonly [pattern: RegExp, words: string])[] = [
  [
    /^received fatal alert: (BadCertificate|UnsupportedCertificate|Certificate\w+|UnknownCA)/,
    msg("the client does not accept the certificate ($1)"),
  ],
  [/^received fatal alert: (\w+)/, msg("the client has broken off TLS ($1)")],
  [/^received corrupt message/, msg("what the client says is not TLS")],
  [/CipherSuitesInCommon/, msg("the client and the server have no cipher suite in common")],
  [/KxGroupsInCommon/, msg("the client and the server have no key exchange in common")],
  [/SignatureSchemesInCommon/, msg("the client and the server have no signature scheme in common")],
  [
    /Tls12NotOffered|SupportedVersions|SignatureAlgorithmsExtension|ServerDoesNotSupport/,
    msg("the client offers neither TLS 1.2 nor TLS 1.3"),
  ],
  [/^peer is incompatible/, msg("the client's TLS does not fit the server's")],
  [
    /^peer doesn't support any known protocol/,
    msg("the client and the server have no application protocol (ALPN) in common"),
  ],
  [/^peer sent no certificates/, msg("the client has sent no certificate")],
  [/decrypt/, msg("what the client says cannot be decrypted")],
];

/** Returns the meaning of an error of TLS that a client has caused, a general one for an unknown message. */
export function tlsClientReason({ message }: Error): string {
  for (const [pattern, words] of REASONS) {
    const match = message.match(pattern);
    if (match) return translate(words).replace("$1", alertName(match[1] ?? ""));
  }
  return t`the client breaks the rules of TLS`;
}

/** Returns the name of an alert as RFC 8446, section 6 writes it: `unknown_ca` for `UnknownCA`. */
export function alertName(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase().replace("recognised", "recognized");
}
