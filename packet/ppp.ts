/**
 * PPP: a link between two ends (RFC 1661), on serial lines with an address in front (RFC 1662).
 *
 * @module
 */
import { field, type HeaderTable, headerTable } from "./field.ts";
import { keyOf, PPP_PROTOCOLS, SPACE } from "./keys.ts";
import { u16 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";

const PROTOCOL = field("ppp.protocol", 16, "hex", "what the next header is", {
  names: PPP_PROTOCOLS,
});
/** A protocol below 0x100 may be one byte (RFC 1661, section 6.5): its lowest bit is set. */
const SHORT: HeaderTable = headerTable(
  field("ppp.protocol", 8, "hex", "what the next header is", { names: PPP_PROTOCOLS }),
);
const LONG: HeaderTable = headerTable(PROTOCOL);
const FRAMED: HeaderTable = headerTable(
  field("ppp.address", 8, "hex", "0xff: all stations"),
  field("ppp.control", 8, "hex", "0x03: unnumbered information"),
  PROTOCOL,
);

function tableAt(bytes: Uint8Array, start: number): HeaderTable {
  if (bytes[start] === 0xff && bytes[start + 1] === 0x03) return FRAMED;
  return (bytes[start] ?? 0) & 1 ? SHORT : LONG;
}

/** Returns the key of what the protocol at the header's end announces. */
function behind(bytes: Uint8Array, start: number, body: number): number {
  const protocol = body - start === 1 ? bytes[start]! : u16(bytes, body - 2);
  return keyOf(SPACE.ppp, protocol);
}

/** PPP. */
export const PPP: Protocol = {
  name: "ppp",
  title: "PPP",
  model: "link",
  table: tableAt,
  others: [FRAMED],
  next: behind,
  line: (_layer, _bytes, line) => line.what = "PPP",
  build: {
    table: LONG,
    announces: { field: "ppp.protocol", space: SPACE.ppp, nothing: 0xffff },
  },
};

/** The codes of the protocols that set up a link (RFC 1661, section 5). */
const CODES: Readonly<Record<number, string>> = {
  1: "configure request",
  2: "configure ack",
  3: "configure nak",
  4: "configure reject",
  5: "terminate request",
  6: "terminate ack",
  7: "code reject",
  8: "protocol reject",
  9: "echo request",
  10: "echo reply",
  11: "discard request",
};
const PAP_CODES = { 1: "authenticate request", 2: "authenticate ack", 3: "authenticate nak" };
const CHAP_CODES = { 1: "challenge", 2: "response", 3: "success", 4: "failure" };

/** A protocol that sets up the link, or what is carried over it. */
function control(
  name: string,
  title: string,
  prefix: string,
  codes: Readonly<Record<number, string>> = CODES,
): Protocol {
  const table = headerTable(
    field(`${prefix}.code`, 8, "decimal", "what it says", { names: codes }),
    field(`${prefix}.identifier`, 8, "decimal", "an answer has that of its question"),
    field(`${prefix}.length`, 16, "decimal", "bytes of this message"),
  );
  return {
    name,
    title,
    model: "link",
    table,
    size: (bytes, start, end) => Math.min(u16(bytes, start + 2), end - start),
    extent: (bytes, start) => u16(bytes, start + 2),
    line({ start }, bytes, line) {
      line.what = `${title} ${codes[bytes[start]!] ?? `code ${bytes[start]}`}`;
    },
  };
}

/** The protocol that sets up the link. */
export const LCP: Protocol = control("lcp", "LCP", "ppp");
/** The protocol that agrees on IPv4 addresses (RFC 1332). */
export const IPCP: Protocol = control("ipcp", "IPCP", "ppp");
/** The protocol that agrees on IPv6 addresses (RFC 5072). */
export const IPV6CP: Protocol = control("ipv6cp", "IPV6CP", "ppp");
/** The protocol that agrees on compression (RFC 1962). */
export const CCP: Protocol = control("ccp", "CCP", "ppp");
/** Passwords in clear text (RFC 1334). */
export const PAP: Protocol = control("pap", "PAP", "pap", PAP_CODES);
/** Proofs of a password (RFC 1994). */
export const CHAP: Protocol = control("chap", "CHAP", "chap", CHAP_CODES);
