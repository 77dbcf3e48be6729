/**
 * A packet explained: its layers with their fields, and what is wrong with them.
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
  /** What people call it: `IPv4`. */
  readonly title: string;
  /** Where its header begins in the packet, in bytes. */
  readonly pos: number;
  /** How many bytes its header has; of content, all of them. */
  readonly size: number;
  /** Whether it is the beginning of another packet, in an ICMP message about it. */
  readonly quoted: boolean;
  /** Its fields in order. */
  readonly fields: readonly Field[];
  /** The status of its checksum, or `null` if it has none. */
  readonly checksum: ChecksumStatus | null;
  /** What is wrong or remarkable. */
  readonly problems: readonly string[];
}

/** What people call the layers. */
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

/** Returns a packet in full, its layers from the outermost on. */
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
