/**
 * The role of an address in its network: the network address, the broadcast address, a host.
 *
 * @module
 */
import type { IpAddress } from "../address/ip.ts";
import {
  broadcast,
  firstHost,
  hostBits,
  hostCount,
  type IpNetwork,
  type PrefixedAddress,
} from "../address/network.ts";
import { t } from "../text/messages.ts";

/** The role of an address in its network. */
export interface Role {
  /** Its name, for programs. */
  readonly name: "network" | "broadcast" | "anycast" | "host" | "link" | "single";
  /** The number of the host among all of the network, from 1; `null` for other roles. */
  readonly number: bigint | null;
  /** The sentence that says so. */
  readonly says: string;
}

/** The highest number of a host that is worth printing: those of a /64 have up to 20 digits. */
const MOST_NUMBERED = 2n ** 32n;

/** Returns the role of `address` in `network`, which has it. */
export function roleOf(address: IpAddress, network: IpNetwork): Role {
  const role = (name: Role["name"], says: string) => ({ name, number: null, says });
  const bits = hostBits(network);
  if (bits === 0) return role("single", t`the only address of its network`);
  if (bits === 1) {
    const rfc = address.version === 4 ? "RFC 3021" : "RFC 6164";
    return role("link", t`one of the two ends of a link (${rfc})`);
  }
  if (address.value === network.address.value) {
    return address.version === 4
      ? role("network", t`the network address: all host bits are 0, no host has it`)
      : role("anycast", t`the anycast address of the routers: all host bits are 0`);
  }
  if (address.value === broadcast(network)?.value) {
    return role("broadcast", t`the broadcast address: all host bits are 1, no host has it`);
  }
  const number = address.value - firstHost(network).value + 1n;
  const where = number > MOST_NUMBERED ? "" : t`, number ${number} of ${hostCount(network)}`;
  return { name: "host", number, says: t`an ordinary host${where}: host bits are set` };
}

/** Returns the role of an address that was given with its prefix, `null` for one without. */
export function roleIn({ address, network }: PrefixedAddress): Role | null {
  return network && roleOf(address, network);
}
