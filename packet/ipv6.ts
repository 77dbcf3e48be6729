/**
 * IPv6 (RFC 8200).
 *
 * @module
 */
import { formatIpv6Octets } from "../address/ipv6.ts";
import { field, type HeaderTable, headerTable } from "./field.ts";
import { keyOf, PROTOCOLS, SPACE } from "./keys.ts";
import { u16 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";
import { t } from "../text/messages.ts";

/** The header (RFC 8200, section 3). */
const TABLE: HeaderTable = headerTable(
  field("ipv6.version", 4, "decimal", "6"),
  field("ipv6.tclass", 8, "hex", "the class of service, and congestion", { container: [0, 4] }),
  field("ipv6.flow", 20, "hex", "the same in all packets of a flow"),
  field("ipv6.plen", 16, "decimal", "bytes behind this header"),
  field("ipv6.nxt", 8, "decimal", "what the next header is", { names: PROTOCOLS }),
  field("ipv6.hlim", 8, "decimal", "hops left; each router takes one"),
  field("ipv6.src", 128, "ipv6", "the sender"),
  field("ipv6.dst", 128, "ipv6", "the receiver"),
);

/** IPv6. */
export const IPV6: Protocol = {
  name: "ipv6",
  title: "IPv6",
  pdu: "packet",
  model: "network",
  table: TABLE,
  extent(bytes, start) {
    const payload = u16(bytes, start + 4);
    // 0 stands in jumbograms (RFC 2675) and for segmentation offload.
    return payload === 0 ? -1 : TABLE.size + payload;
  },
  refusal: (bytes, start) =>
    bytes[start]! >> 4 === 6 ? null : t`version is ${bytes[start]! >> 4}, not 6`,
  next: (bytes, start) => keyOf(SPACE.ipv6, bytes[start + 6]!),
  problem: ({ start, body, wireEnd, quoted }, { bytes, length }) =>
    wireEnd > length && !quoted
      ? t`payload length ${u16(bytes, start + 4)}, only ${length - body} bytes present`
      : null,
  line({ start }, bytes, line) {
    if (line.what.startsWith("IPv")) line.around += `IPv6 in ${line.what}, `;
    line.from = formatIpv6Octets(bytes, start + 8);
    line.to = formatIpv6Octets(bytes, start + 24);
    line.what = "IPv6";
  },
  build: {
    defaults: { "ipv6.version": 6, "ipv6.hlim": 64 },
    announces: { field: "ipv6.nxt", space: SPACE.ipv6, nothing: 59 },
    lengths: (_, content) => ({ "ipv6.plen": content }),
  },
};
