import { assertEquals, assertMatch } from "@std/assert";
import { tlsReason } from "../talk/tls_errors.ts";

const invalid = (message: string) => new Deno.errors.InvalidData(message);
const coded = (code: string) => Object.assign(new Error("…"), { code });

const ERRORS: [error: Error, words: RegExp][] = [
  [invalid("invalid peer certificate: UnknownIssuer"), /no trusted authority has signed/],
  [coded("DEPTH_ZERO_SELF_SIGNED_CERT"), /no trusted authority has signed/],
  [coded("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), /no trusted authority has signed/],
  [invalid("invalid peer certificate: CaUsedAsEndEntity"), /for signing certificates/],
  [invalid("invalid peer certificate: certificate expired: verification time …"), /has expired/],
  [coded("CERT_HAS_EXPIRED"), /has expired/],
  [
    invalid('invalid peer certificate: certificate not valid for name "example.com"; …'),
    /for another name/,
  ],
  [coded("ERR_TLS_CERT_ALTNAME_INVALID"), /for another name/],
  [invalid("received corrupt message of type InvalidContentType"), /is not TLS/],
  [coded("ERR_SSL_WRONG_VERSION_NUMBER"), /is not TLS/],
  [
    invalid("received fatal alert: HandshakeFailure"),
    /refused the handshake \(handshake_failure\)/,
  ],
  [invalid("received fatal alert: CertificateRequired"), /asks for a certificate of the client/],
  [
    invalid("received fatal alert: UnknownCA"),
    /not accept the client's certificate \(unknown_ca\)/,
  ],
  [invalid("received fatal alert: AccessDenied"), /not accept .* certificate \(access_denied\)/],
  [invalid("received fatal alert: CertificateExpired"), /not accept .*\(certificate_expired\)/],
  [invalid("received fatal alert: NoApplicationProtocol"), /none of the protocols of --alpn/],
  [invalid("received fatal alert: ProtocolVersion"), /older than 1\.2/],
  [invalid("peer is incompatible: ServerDoesNotSupportTls12Or13"), /older than 1\.2/],
  [invalid("received fatal alert: UnexpectedMessage"), /broke TLS off \(unexpected_message\)/],
  [
    new Deno.errors.UnexpectedEof("peer closed connection without sending TLS close_notify"),
    /broke off without ending TLS/,
  ],
  [invalid("invalid peer certificate: BadEncoding"), /is not valid \(bad_encoding\)/],
  [coded("CERT_SIGNATURE_FAILURE"), /is not valid \(cert_signature_failure\)/],
  [invalid("peer misbehaved: TooManyEmptyFragments"), /no TLS that is spoken here/],
  [invalid("something new"), /^TLS fails \(something new\)$/],
];

for (const [error, words] of ERRORS) {
  Deno.test(`tlsReason() has words for ${(error as { code?: string }).code ?? error.message}`, () => {
    assertMatch(tlsReason(error)!.words, words);
  });
}

Deno.test("tlsReason() leaves errors alone that are not about TLS", () => {
  assertEquals(tlsReason(new Deno.errors.ConnectionRefused("EOF")), null);
  assertEquals(tlsReason(coded("ECONNREFUSED")), null);
  assertEquals(tlsReason("InvalidData"), null);
});
