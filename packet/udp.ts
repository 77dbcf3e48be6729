/**
 * UDP (RFC 768).
 *
 * @module
 */
import { field, type HeaderTable, headerTable } from "./field.ts";
import { SPACE } from "./keys.ts";
import { u16 } from "./numbers.ts";
import { behindPorts, portLine } from "./ports.ts";
import type { Dissected, Layer, Protocol } from "./protocol.ts";
import { t } from "../text/messages.ts";

const TABLE: HeaderTable = headerTable(
  field("udp.srcport", 16, "decimal", "the sender's port"),
  field("udp.dstport", 16, "decimal", "the receiver's port"),
  field("udp.length", 16, "decimal", "bytes of this header and the data"),
  field("udp.checksum", 16, "hex", "covers addresses, header and data"),
);

function problem(
  { start, wireEnd, quoted, fragment }: Layer,
  { bytes, length }: Dissected,
): string | null {
  const own = u16(bytes, start + 4);
  if (own < 8) return own === 0 ? null : t`length ${own}, but the header alone has 8`;
  return wireEnd > length && !quoted && !fragment
    ? t`length ${own}, only ${length - start} bytes present`
    : null;
}

/** UDP. */
export const UDP: Protocol = {
  name: "udp",
  title: "UDP",
  pdu: "datagram",
  model: "transport",
  table: TABLE,
  extent: (bytes, start) => u16(bytes, start + 4),
  read: (cursor) => behindPorts(cursor, UDP, SPACE.udpPort),
  checksum: { offset: 6, covers: "content", pseudo: 17, optional: true },
  problem,
  line({ start }, bytes, line) {
    portLine(start, bytes, line);
    line.what = "UDP";
  },
  build: { lengths: (header, content) => ({ "udp.length": header + content }) },
};
