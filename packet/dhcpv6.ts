/**
 * DHCPv6: a host gets its address and its servers (RFC 8415).
 *
 * @module
 */
import { field, type HeaderTable, headerTable, raw } from "./field.ts";
import type { OptionFamily, OptionSpec } from "./options.ts";
import type { Protocol } from "./protocol.ts";

const TYPES: Readonly<Record<number, string>> = {
  1: "solicit",
  2: "advertise",
  3: "request",
  4: "confirm",
  5: "renew",
  6: "rebind",
  7: "reply",
  8: "release",
  9: "decline",
  10: "reconfigure",
  11: "information request",
  12: "relayed request",
  13: "relayed reply",
};

const TYPE = field("dhcpv6.msgtype", 8, "decimal", "the type of message", { names: TYPES });
const PLAIN: HeaderTable = headerTable(
  TYPE,
  field("dhcpv6.xid", 24, "hex", "the exchange that it belongs to"),
);
const RELAYED: HeaderTable = headerTable(
  TYPE,
  field("dhcpv6.hopcount", 8, "decimal", "relays that it has passed"),
  field("dhcpv6.linkaddr", 128, "ipv6", "the link of the client"),
  field("dhcpv6.peeraddr", 128, "ipv6", "the client, or the relay before"),
);

const NAME: OptionSpec = {
  rest: raw("dhcpv6.duid.bytes", "a host, by a name that it keeps"),
};
const OTHER: OptionSpec = { rest: raw("dhcpv6.rest", "its value") };

const FAMILY: OptionFamily = {
  end: null,
  single: [],
  head: headerTable(
    field("dhcpv6.option.type", 16, "decimal", "the kind of option"),
    field("dhcpv6.option.length", 16, "decimal", "bytes of it"),
  ),
  size: (length) => length + 4,
  specOf: (kind) => kind === 1 || kind === 2 ? NAME : OTHER,
  kinds: [NAME, OTHER],
};

function tableAt(bytes: Uint8Array, start: number): HeaderTable {
  return bytes[start] === 12 || bytes[start] === 13 ? RELAYED : PLAIN;
}

/** DHCPv6. */
export const DHCPV6: Protocol = {
  name: "dhcpv6",
  title: "DHCPv6",
  model: "application",
  table: tableAt,
  size: (_bytes, start, end) => end - start,
  options: (bytes, start) => ({ family: FAMILY, start: start + tableAt(bytes, start).size }),
  others: [PLAIN, RELAYED, FAMILY],
  line({ start }, bytes, line) {
    line.what = `DHCPv6 ${TYPES[bytes[start]!] ?? `message ${bytes[start]}`}`;
  },
};
