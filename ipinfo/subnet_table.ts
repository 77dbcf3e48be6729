/**
 * The table of the networks of a plan or a division, with the columns of a textbook.
 *
 * @module
 */
import { formatIp } from "../address/ip_text.ts";
import {
  addressCount,
  broadcast,
  firstHost,
  formatNetwork,
  hostBits,
  hostCount,
  type IpNetwork,
  lastHost,
  netmask,
} from "../address/network.ts";
import type { IpAddress } from "../address/ip.ts";
import { msg, t, translate } from "../text/messages.ts";

/** A row of the table. */
export interface SubnetRow {
  /** The network. */
  readonly network: IpNetwork;
  /** The number of hosts asked for, `null` in a division into equal parts. */
  readonly hosts: bigint | null;
  /** The name of the network, `null` if it has none. */
  readonly name: string | null;
}

/** The headings of the columns, by the version of the addresses. */
const HEADINGS = {
  4: [msg("network"), msg("mask"), msg("hosts"), msg("broadcast"), msg("usable")],
  6: [msg("network"), msg("addresses")],
} as const;

/**
 * Returns the cells of a row: network, mask, hosts from first to last, broadcast, usable, wasted, name. If
 * `short`, the first host has only the octets that the network does not have.
 */
export function subnetCells({ network, hosts, name }: SubnetRow, short: boolean): string[] {
  const first = firstHost(network);
  const end = broadcast(network);
  const usable = hostCount(network);
  const named = name === null ? [] : [name];
  if (network.address.version === 6) {
    const bits = hostBits(network);
    const addresses = bits > 9 ? `2^${bits}` : `${addressCount(network)}`;
    const asked = hosts === null ? [] : [`${hosts}`];
    return [formatNetwork(network), addresses, ...asked, ...named];
  }
  return [
    formatNetwork(network),
    formatIp(netmask(network)),
    `${short ? ending(network.address, first) : formatIp(first)} - ` +
    ending(first, lastHost(network)),
    end === null ? t`none` : ending(first, end),
    `${usable}`,
    ...(hosts === null ? [] : [`${usable - hosts}`]),
    ...named,
  ];
}

/** Returns the cells of the heading above rows like `row`. */
export function subnetHeading({ network, hosts, name }: SubnetRow): string[] {
  const { version } = network.address;
  return [
    ...HEADINGS[version].map(translate),
    ...(hosts === null ? [] : [version === 4 ? t`wasted` : t`asked`]),
    ...(name === null ? [] : [t`name`]),
  ];
}

/** Returns the octets of `address` from the first one that is not that of `start`: `.63`, `.3.254`. */
function ending(start: IpAddress, address: IpAddress): string {
  const octets = formatIp(address).split(".");
  const before = formatIp(start).split(".");
  const same = octets.findIndex((octet, i) => octet !== before[i]);
  return `.${octets.slice(same === -1 ? 3 : same).join(".")}`;
}
