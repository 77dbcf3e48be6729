/**
 * IKE: two gateways agree on the keys of IPsec (RFC 7296; version 1: RFC 2408). The header only.
 *
 * @module
 */
import { field, type HeaderTable, headerTable, raw } from "./field.ts";
import { keyOf, SPACE } from "./keys.ts";
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
  field("isakmp.ispi", 64, "bytes", "the number that the initiator gave"),
  field("isakmp.rspi", 64, "bytes", "the number that the responder gave; zero at first"),
  field("isakmp.nextpayload", 8, "decimal", "what follows first"),
  field("isakmp.version", 8, "hex", "0x10 or 0x20"),
  field("isakmp.exchangetype", 8, "decimal", "what is done", { names: EXCHANGES }),
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
  extent: (bytes, start) => u32(bytes, start + 24),
  size: (bytes, start, end) => Math.min(end - start, Math.max(TABLE.size, u32(bytes, start + 24))),
  line({ start }, bytes, line) {
    const exchange = bytes[start + 18]!;
    line.what = `IKE v${bytes[start + 17]! >> 4} ${EXCHANGES[exchange] ?? `exchange ${exchange}`}`;
  },
};

/** IPsec through address translation: ESP, or IKE behind four zero bytes (RFC 3948). */
export const UDP_ENCAPSULATION: Protocol = {
  name: "udpencap",
  title: "IPsec in UDP",
  model: "application",
  table: headerTable(),
  read(cursor) {
    const { bytes, at } = cursor;
    if (!cursor.has(5)) { // one byte keeps the translation alive
      cursor.header(KEEPALIVE);
      return 0;
    }
    if (u32(bytes, at) !== 0) return keyOf(SPACE.ipv4, 50);
    cursor.header(MARKED);
    return keyOf(SPACE.udpPort, 500);
  },
};

const MARKED: Protocol = {
  name: "udpencap",
  title: "IPsec in UDP",
  model: "application",
  table: headerTable(field("udpencap.non_esp_marker", 32, "bytes", "no ESP follows, but IKE")),
};

const KEEPALIVE: Protocol = {
  name: "udpencap",
  title: "IPsec in UDP",
  model: "application",
  table: headerTable(),
  size: (_bytes, start, end) => end - start,
  rest: ({ start, body }, bytes) => [{
    ...{
      name: "udpencap.nat_keepalive",
      spec: raw("udpencap.nat_keepalive", "nothing else"),
      bit: 0,
    },
    ...{ pos: start, size: body - start, value: bytes.subarray(start, body) },
  }],
  line: (_layer, _bytes, line) => line.what = "IPsec keepalive",
};
