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
  [invalid("received fatal alert: HandshakeFailure"), /refused the handshake \(HandshakeFailure\)/],
  [
    new Deno.errors.UnexpectedEof("peer closed connection without sending TLS close_notify"),
    /broke off without ending TLS/,
  ],
  [invalid("something new"), /^something new$/],
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
