/**
 * A packet explained: its layers with their fields and their problems.
 *
 * @module
 */
import { type ChecksumStatus, checksumStatus } from "./checksum_status.ts";
import type { LayerName } from "./layer.ts";
import type { Field } from "./field.ts";
import { fieldsOf } from "./fields.ts";
import { type Dissected, problemsOf } from "./problems.ts";

/** A layer in full. */
export interface ExplainedLayer {
  /** Its Wireshark name. */
  readonly name: LayerName;
  /** The title of the layer: `IPv4`. */
  readonly title: string;
  /** The offset of its header in the packet, in bytes. */
  readonly pos: number;
  /** The number of bytes of its header; of content, all of them. */
  readonly size: number;
  /** True in the packet that an ICMP message is about, and quotes the beginning of. */
  readonly quoted: boolean;
  /** Its fields in order. */
  readonly fields: readonly Field[];
  /** The status of its checksum, or `null` if it has none. */
  readonly checksum: ChecksumStatus | null;
  /** Problems and remarkable things, one sentence each. */
  readonly problems: readonly string[];
}

/** The titles of the layers. */
export const TITLES: Readonly<Record<LayerName, string>> = {
  eth: "Ethernet II",
  llc: "IEEE 802.2 LLC",
  null: "BSD loopback",
  sll: "Linux cooked v1",
  sll2: "Linux cooked v2",
  vlan: "802.1Q VLAN",
  ieee8021ad: "802.1ad VLAN",
  arp: "ARP",
  ip: "IPv4",
  ipv6: "IPv6",
  "ipv6.hopopts": "IPv6 hop-by-hop options",
  "ipv6.routing": "IPv6 routing header",
  "ipv6.fraghdr": "IPv6 fragment header",
  "ipv6.dstopts": "IPv6 destination options",
  icmp: "ICMP",
  icmpv6: "ICMPv6",
  tcp: "TCP",
  udp: "UDP",
  data: "data",
  padding: "padding",
};

/**
 * Returns a packet in full, its layers from the outermost on.
 *
 * @example The source port of a datagram
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dissect } from "./dissect.ts";
 * import { wrap } from "./encode.ts";
 * import { explain } from "./explain.ts";
 *
 * const bytes = wrap([{ name: "udp", set: new Map([["udp.srcport", 53]]) }], new Uint8Array(2));
 * const whole = wrap([{ name: "ip", set: new Map() }, { name: "udp", set: new Map() }], bytes);
 * const layers = explain({ bytes: whole, length: whole.length, layers: dissect(whole, 101) });
 * assertEquals(layers.map(({ title }) => title), ["IPv4", "UDP", "data"]);
 * assertEquals(layers[1]?.fields[0]?.name, "udp.srcport");
 * ```
 */
export function explain(packet: Dissected): ExplainedLayer[] {
  const { layers, bytes } = packet;
  return layers.map((layer, i) => {
    const { name, start, body, quoted } = layer;
    const fields = fieldsOf(layer, bytes);
    const checksum = checksumStatus(layers, i, bytes);
    return {
      name,
      title: fields[2]?.name === "eth.len" ? "IEEE 802.3" : TITLES[name],
      pos: start,
      size: body - start,
      quoted,
      fields,
      checksum,
      problems: problemsOf(packet, i, checksum),
    };
  });
}
