/**
 * The tunnels by their names, and the values of their options.
 *
 * @module
 */
import { ParseError } from "../address/parse_error.ts";
import { UserError } from "../cli/errors.ts";
import { t } from "../text/messages.ts";

/** The tunnels that a frame can be made in. */
export const TUNNELS = ["vxlan", "gre", "ip", "etherip", "pppoe"] as const;

/** A tunnel. */
export type Tunnel = typeof TUNNELS[number];

/** The layers of each tunnel, those that a packet is put into from the outside in. */
export const LAYERS: Readonly<Record<Tunnel, readonly string[]>> = {
  vxlan: ["ip", "udp", "vxlan", "eth"],
  gre: ["ip", "gre"],
  ip: ["ip"],
  etherip: ["ip", "etherip", "eth"],
  pppoe: ["pppoes", "ppp"],
};

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
  throw new ParseError(t`a tunnel`, text, t`it is not known`, {
    hint: t`choose ${TUNNELS.join(", ")}`,
  });
}

/**
 * Returns the network identifier that `text` is.
 *
 * @throws {ParseError} For what is no number of 24 bits.
 */
export function parseVni(text: string): number {
  if (/^[0-9]{1,8}$/.test(text) && Number(text) <= 0xffffff) return Number(text);
  throw new ParseError(t`a network of VXLAN`, text, t`it has 24 bits: 0-16777215`);
}

/**
 * Returns the labels that `text` lists.
 *
 * @throws {ParseError} For what is no number of 20 bits.
 */
export function parseLabels(text: string): number[] {
  return text.split(",").map((each) => {
    if (/^[0-9]{1,7}$/.test(each) && Number(each) <= 0xfffff) return Number(each);
    throw new ParseError(t`a label of MPLS`, each, t`it has 20 bits: 0-1048575`);
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
    throw new UserError(t`--vni is the virtual network of VXLAN`, { hint: t`write --in vxlan` });
  }
  if (mpls !== null && tunnel === "pppoe") {
    throw new UserError(t`--mpls and --in pppoe do not go together: PPPoE is directly in
      Ethernet`);
  }
  if (arp && !carriesFrames(tunnel) && (tunnel !== null || mpls !== null)) {
    throw new UserError(t`ARP is directly in Ethernet: only vxlan and etherip carry that`);
  }
}
