/**
 * Failures of TLS at the client, in words for the user.
 *
 * @module
 */
import { msg, t, translate } from "../text/messages.ts";
import { alertName } from "../text/tls_reason.ts";

/** Words for an error, and what to do about it if there is something. */
export interface TlsReason {
  /** The reason. */
  readonly words: string;
  /** The advice, or `null`. */
  readonly hint: string | null;
}

const TRUST = msg("--ca FILE trusts the certificates in a file; --insecure trusts any server");

/** The meaning of messages of rustls and of codes of node:tls. */
const REASONS: readonly (readonly [pattern: RegExp, words: string, hint: string | null])[] = [
  [
    /received fatal alert: (CertificateRequired)/,
    msg("the server asks for a certificate of the client ($1)"),
    msg("--cert FILE and --key FILE show one"),
  ],
  [
    /received fatal alert: (BadCertificate|UnsupportedCertificate|Certificate\w+|UnknownCA|AccessDenied)/,
    msg("the server does not accept the client's certificate ($1)"),
    null,
  ],
  [
    /received fatal alert: (UnexpectedMessage)/,
    msg("the server broke TLS off ($1)"),
    msg("so does netkit serve --client-ca with a certificate that it does not take"),
  ],
  [
    /received fatal alert: (NoApplicationProtocol)/,
    msg("the server speaks none of the protocols of --alpn ($1)"),
    null,
  ],
  [
    /received fatal alert: (ProtocolVersion)|ServerDoesNotSupportTls12Or13|TlsVersionIsDisabled/,
    msg("the server speaks only versions of TLS older than 1.2"),
    msg("they are not secure (RFC 8996), and netkit does not speak them"),
  ],
  [
    /received fatal alert: (\w+)/,
    msg("the server refused the handshake ($1)"),
    null,
  ],
  [
    /UnknownIssuer|SELF_SIGNED_CERT|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)/,
    msg("no trusted authority has signed the server's certificate"),
    TRUST,
  ],
  [
    /CaUsedAsEndEntity/,
    msg("the server's certificate is one for signing certificates, not for a server"),
    msg("make it with basicConstraints=CA:FALSE, or use --insecure"),
  ],
  [
    /certificate expired|Expired|CERT_HAS_EXPIRED/,
    msg("the server's certificate has expired"),
    null,
  ],
  [
    /NotValidYet|not valid yet|CERT_NOT_YET_VALID/,
    msg("the server's certificate is not valid yet"),
    null,
  ],
  [
    /not valid for name|NotValidForName|ALTNAME_INVALID/,
    msg("the server's certificate is for another name"),
    msg("--server-name NAME says which name to expect"),
  ],
  [
    /invalid peer certificate: (\w+)|\b(CERT_\w+|INVALID_PURPOSE)/,
    msg("the server's certificate is not valid ($1)"),
    null,
  ],
  [
    /peer (is incompatible|misbehaved)/,
    msg("the server speaks no TLS that is spoken here"),
    null,
  ],
  [
    /corrupt message|InvalidContentType|WRONG_VERSION_NUMBER|packet length too long/i,
    msg("what the server says is not TLS"),
    msg("leave --tls out if it speaks plain TCP"),
  ],
  [
    /without sending TLS close_notify|tls handshake eof|UnexpectedEof|EOF/i,
    msg("the server broke off without ending TLS"),
    msg(
      "it may have sent more: that is how data is cut off on the way; --insecure takes it for the end",
    ),
  ],
];

/** Returns the meaning of `error` if it is about TLS, otherwise `null`. */
export function tlsReason(error: unknown): TlsReason | null {
  if (!(error instanceof Error)) return null;
  const code = (error as { code?: unknown }).code;
  const isTls = error.name === "InvalidData" || error.name === "UnexpectedEof" ||
    typeof code === "string" && /CERT|TLS|SSL|LEAF_SIGNATURE/.test(code);
  if (!isTls) return null;
  const text = `${error.name} ${String(code)} ${error.message}`;
  for (const [pattern, words, hint] of REASONS) {
    const match = text.match(pattern);
    if (match) {
      return {
        words: translate(words).replace("$1", alertName(match.slice(1).join(""))),
        hint: hint && translate(hint),
      };
    }
  }
  return { words: t`TLS fails (${error.message})`, hint: null };
}
