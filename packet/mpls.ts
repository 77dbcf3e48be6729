/**
 * MPLS: labels in front of a packet, by which routers forward it (RFC 3032).
 *
 * @module
 */
import { field, gap, headerTable } from "./field.ts";
import { ipKey, keyOf, SPACE } from "./keys.ts";
import { LINK } from "./link.ts";
import { u32 } from "./numbers.ts";
import type { Protocol } from "./protocol.ts";

/** Wireshark counts the parts as four bytes. */
const WORD = { container: [0, 4] as const };

/** The labels with a meaning (IANA, Special-Purpose MPLS Label Values). */
const LABELS = {
  0: "IPv4 explicit null",
  1: "router alert",
  2: "IPv6 explicit null",
  3: "implicit null",
  7: "entropy label indicator",
  13: "generic associated channel",
  14: "OAM alert",
};

/** Returns the key behind the last label: nothing says what follows, its first bits must tell. */
function behindLabels(first: number | undefined): number {
  if ((first ?? 0) >> 4 === 0) return keyOf(SPACE.inside, 1);
  return ipKey(first) || keyOf(SPACE.link, LINK.ethernet);
}

/** A label. */
export const MPLS: Protocol = {
  name: "mpls",
  title: "MPLS",
  model: "link",
  table: headerTable(
    field("mpls.label", 20, "decimal", "the label", { ...WORD, names: LABELS }),
    field("mpls.exp", 3, "decimal", "the class of service", WORD),
    field("mpls.bottom", 1, "decimal", "1: the last label", WORD),
    field("mpls.ttl", 8, "decimal", "hops left", WORD),
  ),
  next: (bytes, start, body) =>
    bytes[start + 2]! & 1 ? behindLabels(bytes[body]) : keyOf(SPACE.ethertype, 0x8847),
  line({ start }, bytes, line) {
    line.around += `MPLS ${u32(bytes, start) >>> 12}, `;
    line.what = "";
  },
  build: { defaults: { "mpls.ttl": 64 } },
};

/** The control word of an Ethernet pseudowire (RFC 4448, section 4.6). */
export const PSEUDOWIRE: Protocol = {
  name: "pwethcw",
  title: "pseudowire control word",
  model: "link",
  table: headerTable(
    gap(16),
    field("pweth.cw.sequence_number", 16, "decimal", "0: not counted"),
  ),
  next: () => keyOf(SPACE.link, LINK.ethernet),
};
