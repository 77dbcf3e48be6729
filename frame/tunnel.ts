/**
 * Tunnels: the headers around a packet that is carried in another one, and what they take of the MTU.
 *
 * @module
 */
import { parseIp } from "../address/ip_text.ts";
import { parseMac } from "../address/mac.ts";
import { ParseError } from "../address/parse_error.ts";
import { UserError } from "../cli/errors.ts";
import { buildTable, type Wanted } from "../packet/encode.ts";
import type { FieldValue } from "../packet/field.ts";

/** The tunnels that a frame can be made in. */
export const TUNNELS = ["vxlan", "gre", "ip", "etherip", "pppoe"] as const;

/** A tunnel. */
export type Tunnel = typeof TUNNELS[number];

/** The layers of each tunnel, those that a packet is put into from the outside in. */
const LAYERS: Readonly<Record<Tunnel, readonly string[]>> = {
  vxlan: ["ip", "udp", "vxlan", "eth"],
  gre: ["ip", "gre"],
  ip: ["ip"],
  etherip: ["ip", "etherip", "eth"],
  pppoe: ["pppoes", "ppp"],
};

/** The ends of a tunnel (RFC 5737), and their MAC addresses (RFC 9542, section 2.1.2). */
const ENDS = ["198.51.100.1", "198.51.100.2"] as const;
const END_MACS = ["00:00:5e:00:53:a1", "00:00:5e:00:53:a2"] as const;

/** The port of VXLAN (RFC 7348), and one that its sender chooses. */
const VXLAN_PORT = 4789;
const SOURCE_PORT = 49152;

/** Whether a tunnel carries frames of Ethernet, in which ARP is possible. */
export function carriesFrames(tunnel: Tunnel | null): boolean {
  return tunnel !== null && LAYERS[tunnel].includes("eth");
}

/**
 * Returns the tunnel that `text` names.
 *
 * @throws {ParseError} For another name.
 */
export function parseTunnel(text: string): Tunnel {
  const tunnel = TUNNELS.find((each) => each === text.toLowerCase());
  if (tunnel !== undefined) return tunnel;
  throw new ParseError("a tunnel", text, "it is not known", {
    hint: `choose ${TUNNELS.join(", ")}`,
  });
}

/**
 * Returns the network identifier that `text` is.
 *
 * @throws {ParseError} For what is no number of 24 bits.
 */
export function parseVni(text: string): number {
  if (/^[0-9]{1,8}$/.test(text) && Number(text) <= 0xffffff) return Number(text);
  throw new ParseError("a network of VXLAN", text, "it has 24 bits: 0-16777215");
}

/**
 * Returns the labels that `text` lists.
 *
 * @throws {ParseError} For what is no number of 20 bits.
 */
export function parseLabels(text: string): number[] {
  return text.split(",").map((each) => {
    if (/^[0-9]{1,7}$/.test(each) && Number(each) <= 0xfffff) return Number(each);
    throw new ParseError("a label of MPLS", each, "it has 20 bits: 0-1048575");
  });
}

/**
 * Refuses tunnels that do not go with the rest.
 *
 * @throws {UserError} For a network without VXLAN, labels around PPPoE, ARP without Ethernet.
 */
export function checkAround(
  { in: tunnel, vni, mpls, arp }: {
    readonly in: Tunnel | null;
    readonly vni: number | null;
    readonly mpls: readonly number[] | null;
    readonly arp: boolean;
  },
): void {
  if (vni !== null && tunnel !== "vxlan") {
    throw new UserError("--vni is the virtual network of VXLAN", { hint: "write --in vxlan" });
  }
  if (mpls !== null && tunnel === "pppoe") {
    throw new UserError("--mpls and --in pppoe do not go together: PPPoE is directly in Ethernet");
  }
  if (arp && !carriesFrames(tunnel) && (tunnel !== null || mpls !== null)) {
    throw new UserError("ARP is directly in Ethernet: only vxlan and etherip carry that");
  }
}

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
  return `the headers around the packet take ${size} bytes: of an MTU of ${MTU}, ${left} are left for ` +
    `it, ${left - 40} for the data of TCP over IPv4, ${left - 60} over IPv6`;
}
