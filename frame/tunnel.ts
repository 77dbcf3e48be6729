/**
 * Tunnels: the headers around a packet that is carried in another one, and what they take of the MTU.
 *
 * @module
 */
import { parseIp } from "../address/ip_text.ts";
import { parseMac } from "../address/mac.ts";
import { buildTable, type Wanted } from "../packet/encode.ts";
import type { FieldValue } from "../packet/field.ts";
import { LAYERS, type Tunnel } from "./tunnel_names.ts";
import { t } from "../text/messages.ts";

/** The ends of a tunnel (RFC 5737), and their MAC addresses (RFC 9542, section 2.1.2). */
const ENDS = ["198.51.100.1", "198.51.100.2"] as const;
const END_MACS = ["00:00:5e:00:53:a1", "00:00:5e:00:53:a2"] as const;

/** The port of VXLAN (RFC 7348), and one that its sender chooses. */
const VXLAN_PORT = 4789;
const SOURCE_PORT = 49152;

/** The headers around a packet. */
export interface Around {
  /** The tunnel, or `null`. */
  readonly tunnel: Tunnel | null;
  /** The network identifier of VXLAN. */
  readonly vni: number;
  /** The labels of MPLS, the outermost first. */
  readonly labels: readonly number[];
}

/** Returns the names of the layers around a packet, between the frame's Ethernet and the packet. */
export function aroundNames({ tunnel, labels }: Around): string[] {
  return [...labels.map(() => "mpls"), ...tunnel === null ? [] : LAYERS[tunnel]];
}

/** Returns the headers around a packet, between the frame's Ethernet and the packet. */
export function headersAround({ tunnel, vni, labels }: Around): Wanted[] {
  const [from, to] = ENDS.map((end) => Number(parseIp(end).value));
  const fields = new Map<string, FieldValue>([
    ["ip.src", from!],
    ["ip.dst", to!],
    ["udp.srcport", SOURCE_PORT],
    ["udp.dstport", VXLAN_PORT],
    ["udp.checksum", 0], // RFC 7348, section 5
    ["vxlan.vni", vni],
  ]);
  return [
    ...labels.map((label, i) => ({
      name: "mpls",
      set: new Map([["mpls.label", label], ["mpls.bottom", i === labels.length - 1 ? 1 : 0]]),
    })),
    ...(tunnel === null ? [] : LAYERS[tunnel]).map((name) => ({
      name,
      set: new Map(
        buildTable(name).fields.flatMap((spec) => {
          const value = fields.get(spec.name);
          return value === undefined ? [] : [[spec.name, value] as const];
        }),
      ),
    })),
  ];
}

/** Returns the MAC addresses of the frame around a tunnel that carries frames itself. */
export function outerFrame(): Map<string, FieldValue> {
  return new Map([["eth.src", parseMac(END_MACS[0])], ["eth.dst", parseMac(END_MACS[1])]]);
}

/** The usual longest packet on Ethernet (RFC 894). */
export const MTU = 1500;

/** Returns a note about what the headers around a packet take of the MTU, or `null` if there are none. */
export function mtuNote(around: Around): string | null {
  const names = aroundNames(around);
  if (names.length === 0) return null;
  const size = names.reduce((sum, name) => sum + buildTable(name).size, 0);
  const left = MTU - size;
  return t`the headers around the packet take ${size} bytes: of an MTU of ${MTU}, ${left} are
    left for it, ${left - 40} for the data of TCP over IPv4, ${left - 60} over IPv6`;
}
