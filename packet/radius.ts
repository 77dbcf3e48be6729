/**
 * RADIUS: an access point asks a server whether a user may enter (RFC 2865, RFC 2866, RFC 5176).
 *
 * @module
 */
import { field, type HeaderTable, headerTable, raw } from "./field.ts";
import { messageSize } from "./message_size.ts";
import { u16 } from "./numbers.ts";
import type { OptionFamily, OptionSpec } from "./options.ts";
import type { Protocol } from "./protocol.ts";

const CODES: Readonly<Record<number, string>> = {
  1: "access request",
  2: "access accept",
  3: "access reject",
  4: "accounting request",
  5: "accounting response",
  11: "access challenge",
  12: "status",
  40: "disconnect request",
  41: "disconnect done",
  42: "disconnect refused",
  43: "change request",
  44: "change done",
  45: "change refused",
};

const TABLE: HeaderTable = headerTable(
  field("radius.code", 8, "decimal", "the type of message", { names: CODES }),
  field("radius.id", 8, "decimal", "the request that it belongs to"),
  field("radius.length", 16, "decimal", "bytes of the message"),
  field("radius.authenticator", 128, "bytes", "proves the answer"),
);

const ATTRIBUTE: OptionSpec = {
  name: "radius.avp",
  about: "an attribute",
  rest: raw("radius.rest", "its value"),
};

const FAMILY: OptionFamily = {
  end: null,
  single: [],
  head: headerTable(
    field("radius.avp.type", 8, "decimal", "the kind of attribute"),
    field("radius.avp.length", 8, "decimal", "bytes of it, with these"),
  ),
  size: (length) => length,
  specOf: () => ATTRIBUTE,
  kinds: [ATTRIBUTE],
};

/** RADIUS. */
export const RADIUS: Protocol = {
  name: "radius",
  title: "RADIUS",
  model: "application",
  table: TABLE,
  ...messageSize(TABLE, (bytes, start) => u16(bytes, start + 2)),
  options: (_bytes, start) => ({ family: FAMILY, start: start + TABLE.size }),
  others: [FAMILY],
  line({ start }, bytes, line) {
    line.what = `RADIUS ${CODES[bytes[start]!] ?? `code ${bytes[start]}`} ${bytes[start + 1]}`;
  },
};
