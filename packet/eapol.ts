/**
 * 802.1X: a host proves itself before its port is opened (IEEE 802.1X, RFC 3748).
 *
 * @module
 */
import { field, type HeaderTable, headerTable } from "./field.ts";
import { keyOf, NO_KEY, SPACE } from "./keys.ts";
import { u16 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";

const TYPES: Readonly<Record<number, string>> = {
  0: "EAP",
  1: "start",
  2: "logoff",
  3: "key",
  4: "alert",
  5: "MKA",
};

/** 802.1X. */
export const EAPOL: Protocol = {
  name: "eapol",
  title: "802.1X",
  model: "link",
  table: headerTable(
    field("eapol.version", 8, "decimal", "the version"),
    field("eapol.type", 8, "decimal", "the type of message", { names: TYPES }),
    field("eapol.len", 16, "decimal", "bytes behind this header"),
  ),
  extent: (bytes, start) => 4 + u16(bytes, start + 2),
  next: (bytes, start) => bytes[start + 1] === 0 ? keyOf(SPACE.inside, 3) : NO_KEY,
  line({ start }, bytes, line) {
    const type = bytes[start + 1]!;
    line.what = `802.1X ${TYPES[type] ?? `type ${type}`}`;
  },
};

const CODES: Readonly<Record<number, string>> = {
  1: "request",
  2: "response",
  3: "success",
  4: "failure",
};
const METHODS: Readonly<Record<number, string>> = {
  1: "identity",
  2: "notification",
  3: "refusal",
  4: "MD5",
  13: "TLS",
  21: "TTLS",
  25: "PEAP",
  43: "FAST",
};

const HEAD = [
  field("eap.code", 8, "decimal", "the type of message", { names: CODES }),
  field("eap.id", 8, "decimal", "the request that it belongs to"),
  field("eap.len", 16, "decimal", "bytes of the message"),
];
const SHORT: HeaderTable = headerTable(...HEAD);
const WITH_TYPE: HeaderTable = headerTable(
  ...HEAD,
  field("eap.type", 8, "decimal", "the method", { names: METHODS }),
);

function hasType(bytes: Uint8Array, start: number): boolean {
  return bytes[start] === 1 || bytes[start] === 2;
}

/** EAP (RFC 3748). */
export const EAP: Protocol = {
  name: "eap",
  title: "EAP",
  model: "link",
  table: (bytes, start) => hasType(bytes, start) ? WITH_TYPE : SHORT,
  others: [WITH_TYPE],
  extent: (bytes, start) => u16(bytes, start + 2),
  line({ start }, bytes, line) {
    const method = hasType(bytes, start) ? bytes[start + 4]! : 0;
    line.what = `EAP ${CODES[bytes[start]!] ?? `code ${bytes[start]}`}` +
      (method === 0 ? "" : `, ${METHODS[method] ?? `method ${method}`}`);
  },
};
