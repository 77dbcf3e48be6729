/**
 * Plans of networks for numbers of hosts (VLSM, RFC 1878).
 *
 * @module
 */
import { BITS, type IpVersion } from "./ip.ts";
import { addressCount, hostCount, type IpNetwork, networkOf } from "./network.ts";
import { rangeOf } from "./range.ts";

/** The rules of a plan. */
export interface PlanRules {
  /** Returns the longest prefix that a network for so many hosts has. */
  readonly longest: (version: IpVersion, hosts: bigint) => number;
  /**
   * Whether the first and the last network of a size may be used. RFC 950 forbade both, the "zero" and
   * the "all ones" subnet; RFC 1878 has allowed them since 1995.
   */
  readonly subnetZero: boolean;
}

/** The rules by which no address is left out that may be used. */
const TIGHT: PlanRules = { longest: (version) => BITS[version], subnetZero: true };

/** A network with room for a number of hosts. */
export interface HostNetwork {
  /** The place of the request among all. */
  readonly index: number;
  /** The number of hosts asked for. */
  readonly hosts: bigint;
  /** The smallest network with room for them; `null` where nothing was left for it. */
  readonly network: IpNetwork | null;
}

/**
 * Divides `network` for so many `hosts` each, the largest first: then each network can begin where
 * the one before has ended, and no room is lost between them. Of equal ones, the first comes first.
 */
export function planHosts(
  network: IpNetwork,
  hosts: readonly bigint[],
  rules: PlanRules = TIGHT,
): HostNetwork[] {
  const { first, last } = rangeOf(network);
  const requests = hosts.map((hosts, index) => ({ hosts, index }))
    .sort((a, b) => a.hosts < b.hosts ? 1 : a.hosts > b.hosts ? -1 : a.index - b.index);
  const sizes = requests.map((each) => addressCount(fitting(network, each.hosts, rules)));
  let next = first.value + (rules.subnetZero ? 0n : sizes[0] ?? 0n);
  return requests.map(({ hosts, index }, i) => {
    const { prefix } = fitting(network, hosts, rules);
    const end = next + sizes[i]! - 1n;
    const limit = last.value - (rules.subnetZero ? 0n : sizes[i]!);
    if (prefix < network.prefix || end > limit) return { index, hosts, network: null };
    const found = { address: { ...first, value: next }, prefix };
    next = end + 1n;
    return { index, hosts, network: found };
  });
}

/**
 * Returns the longest prefix of a network with room for all of `hosts`, 0 if none is large enough: the
 * room that a plan needs that does not fit.
 */
export function prefixNeeded(
  network: IpNetwork,
  hosts: readonly bigint[],
  rules: PlanRules = TIGHT,
): number {
  for (let { prefix } = network; prefix > 0; prefix--) {
    const planned = planHosts(networkOf(network.address, prefix), hosts, rules);
    if (planned.every((each) => each.network !== null)) return prefix;
  }
  return 0;
}

/** Returns the smallest network at the start of `network` for `hosts`; it may be larger than that. */
function fitting({ address }: IpNetwork, hosts: bigint, { longest }: PlanRules): IpNetwork {
  let prefix = longest(address.version, hosts);
  while (prefix > 0 && hostCount({ address, prefix }) < hosts) prefix--;
  return { address, prefix };
}
