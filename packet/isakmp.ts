/**
 * IKE: two gateways agree on the keys of IPsec (RFC 7296; version 1: RFC 2408). The header only.
 *
 * @module
 */
import { bytesField, field, type HeaderTable, headerTable, raw } from "./field.ts";
import { keyOf, NO_KEY, SPACE } from "./keys.ts";
import { messageSize } from "./message_size.ts";
import { u32 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";

const EXCHANGES: Readonly<Record<number, string>> = {
  2: "main mode",
  4: "aggressive mode",
  5: "information",
  6: "transaction",
  32: "quick mode",
  34: "start",
  35: "authentication",
  36: "another SA",
  37: "information",
};

const TABLE: HeaderTable = headerTable(
  field("isakmp.ispi", 64, "bytes", "the initiator's SPI"),
  field("isakmp.rspi", 64, "bytes", "the responder's SPI; zero at first"),
  field("isakmp.nextpayload", 8, "decimal", "the type of the first payload"),
  field("isakmp.version", 8, "hex", "0x10 or 0x20"),
  field("isakmp.exchangetype", 8, "decimal", "the type of exchange", { names: EXCHANGES }),
  field("isakmp.flags", 8, "hex", "0x01 encrypted (version 1); 0x08 initiator, 0x20 response"),
  field("isakmp.messageid", 32, "hex", "the number of the message"),
  field("isakmp.length", 32, "decimal", "bytes of the message"),
);

/** IKE. */
export const ISAKMP: Protocol = {
  name: "isakmp",
  title: "IKE",
  model: "application",
  table: TABLE,
  ...messageSize(TABLE, (bytes, start) => u32(bytes, start + 24)),
  line({ start }, bytes, line) {
    const exchange = bytes[start + 18]!;
    line.what = `IKE v${bytes[start + 17]! >> 4} ${EXCHANGES[exchange] ?? `exchange ${exchange}`}`;
  },
};

const MARKED = headerTable(
  field("udpencap.non_esp_marker", 32, "bytes", "no ESP follows, but IKE"),
);
const NONE = headerTable();
const ALIVE = raw("udpencap.nat_keepalive", "nothing else: it keeps the translation alive");

/** IPsec through address translation: ESP, or IKE behind four zero bytes, or nothing (RFC 3948). */
export const UDP_ENCAPSULATION: Protocol = {
  name: "udpencap",
  title: "IPsec in UDP",
  model: "application",
  table: (bytes, start) => bytes[start] === 0 ? MARKED : NONE,
  others: [MARKED, ALIVE],
  size: (bytes, start, end) => bytes[start] === 0 ? MARKED.size : end - start,
  read(cursor) {
    const { bytes, at } = cursor;
    const isAlive = !cursor.has(5);
    if (!isAlive && u32(bytes, at) !== 0) return keyOf(SPACE.ipv4, 50);
    return cursor.header(UDP_ENCAPSULATION) && !isAlive ? keyOf(SPACE.udpPort, 500) : NO_KEY;
  },
  rest: ({ start, body }, bytes, at) =>
    bytes[start] === 0 ? [] : [bytesField(ALIVE, bytes, at, body - at)],
  line: ({ start }, bytes, line) => {
    if (bytes[start] !== 0) line.what = "IPsec keepalive";
  },
};
