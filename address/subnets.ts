/**
 * Operations on networks: dividing, joining, comparing, finding room. Generators yield networks as they
 * are asked for.
 *
 * @module
 */
import { BITS, type IpAddress, type IpVersion } from "./ip.ts";
import { addressCount, contains, hostCount, type IpNetwork, networkOf } from "./network.ts";

/** All addresses from `first` to `last`, which is not lower. */
export interface AddressRange {
  /** The lowest address. */
  readonly first: IpAddress;
  /** The highest address, of the same version. */
  readonly last: IpAddress;
}

/** Returns the addresses of `network`. */
export function rangeOf(network: IpNetwork): AddressRange {
  const { address } = network;
  const value = address.value + addressCount(network) - 1n;
  return { first: address, last: { ...address, value } };
}

/** Whether every address of `inner` is in `outer`. */
export function containsNetwork(outer: IpNetwork, inner: IpNetwork): boolean {
  return outer.prefix <= inner.prefix && contains(outer, inner.address);
}

/** Whether two networks have an address in common; then one contains the other. */
export function overlaps(one: IpNetwork, other: IpNetwork): boolean {
  return containsNetwork(one, other) || containsNetwork(other, one);
}

/** Yields the addresses of `network` in order. */
export function* addressesOf(network: IpNetwork): Generator<IpAddress> {
  const { first, last } = rangeOf(network);
  for (let value = first.value; value <= last.value; value++) yield { ...first, value };
}

/**
 * Yields the networks of size `prefix` that `network` consists of, in order.
 *
 * @throws {RangeError} If `prefix` is shorter than that of the network, or longer than its address.
 */
export function* splitNetwork(network: IpNetwork, prefix: number): Generator<IpNetwork> {
  const { first, last } = rangeOf(network);
  if (prefix < network.prefix) throw new RangeError(`Not inside /${network.prefix}: /${prefix}`);
  const size = addressCount(networkOf(first, prefix));
  for (let value = first.value; value <= last.value; value += size) {
    yield { address: { ...first, value }, prefix };
  }
}

/** Yields the fewest networks that together have exactly the addresses of `range`, in order. */
export function* rangeNetworks({ first, last }: AddressRange): Generator<IpNetwork> {
  const width = BITS[first.version];
  let value = first.value;
  while (value <= last.value) {
    let host = 0; // the largest network that begins here and does not end behind the last address
    while (host < width) {
      const size = 1n << BigInt(host + 1);
      if (value % size !== 0n || value + size - 1n > last.value) break;
      host++;
    }
    yield { address: { ...first, value, zone: null }, prefix: width - host };
    value += 1n << BigInt(host);
  }
}

/**
 * Yields the fewest networks that together have exactly the addresses of `networks`: IPv4 first,
 * each in order.
 */
export function* mergeNetworks(networks: readonly IpNetwork[]): Generator<IpNetwork> {
  for (const range of joined(networks)) yield* rangeNetworks(range);
}

/** Yields the fewest networks that together have the addresses of `network` but for `excluded`. */
export function* excludeNetworks(
  network: IpNetwork,
  excluded: readonly IpNetwork[],
): Generator<IpNetwork> {
  for (const gap of gaps(network, excluded)) yield* rangeNetworks(gap);
}

/** Returns the first network of size `prefix` in `network` without an address of `used`, or `null`. */
export function nextFree(
  network: IpNetwork,
  used: readonly IpNetwork[],
  prefix: number,
): IpNetwork | null {
  if (prefix < network.prefix) return null;
  const size = addressCount(networkOf(network.address, prefix));
  for (const { first, last } of gaps(network, used)) {
    const value = (first.value + size - 1n) / size * size;
    if (value + size - 1n <= last.value) return { address: { ...first, value }, prefix };
  }
  return null;
}

/** A network with room for a number of hosts. */
export interface HostNetwork {
  /** The number of hosts asked for. */
  readonly hosts: bigint;
  /** The smallest network with room for them; `null` where nothing was left for it. */
  readonly network: IpNetwork | null;
}

/**
 * Divides `network` for so many `hosts` each, the largest first: then each network can begin where
 * the one before has ended, and no room is lost between them. Of equal ones, the first comes first.
 */
export function planHosts(network: IpNetwork, hosts: readonly bigint[]): HostNetwork[] {
  const { first, last } = rangeOf(network);
  let value = first.value;
  const largestFirst = hosts.toSorted((a, b) => a < b ? 1 : a > b ? -1 : 0);
  return largestFirst.map((count) => {
    let found = networkOf({ ...first, value }, BITS[first.version]);
    while (hostCount(found) < count && found.prefix > network.prefix) {
      found = networkOf(found.address, found.prefix - 1);
    }
    const end = value + addressCount(found) - 1n;
    if (hostCount(found) < count || found.address.value !== value || end > last.value) {
      return { hosts: count, network: null };
    }
    value = end + 1n;
    return { hosts: count, network: found };
  });
}

/** Returns the ranges of `networks`, those that touch or overlap as one. */
function joined(networks: readonly IpNetwork[]): AddressRange[] {
  const ranges: AddressRange[] = [];
  for (const { first, last } of networks.map(rangeOf).toSorted(byFirst)) {
    const before = ranges.at(-1);
    const touches = before && before.first.version === first.version &&
      first.value <= before.last.value + 1n;
    if (!touches) ranges.push({ first, last });
    else if (last.value > before.last.value) ranges[ranges.length - 1] = { ...before, last };
  }
  return ranges;
}

function byFirst({ first: one }: AddressRange, { first: other }: AddressRange): number {
  if (one.version !== other.version) return one.version - other.version;
  return one.value < other.value ? -1 : one.value > other.value ? 1 : 0;
}

/** Yields the ranges of `network` without an address of `used`, in order. */
function* gaps(network: IpNetwork, used: readonly IpNetwork[]): Generator<AddressRange> {
  const { first, last } = rangeOf(network);
  let { value } = first;
  for (const range of joined(used.filter((each) => overlaps(network, each)))) {
    if (range.first.value > value) {
      yield { first: { ...first, value }, last: { ...last, value: range.first.value - 1n } };
    }
    value = range.last.value + 1n;
  }
  if (value <= last.value) yield { first: { ...first, value }, last };
}

/** Returns the number of bits that number `parts` of a network, or `null` if that is no power of two. */
export function splitBits(parts: bigint): number | null {
  const bits = parts.toString(2);
  return /^10*$/.test(bits) ? bits.length - 1 : null;
}

/** Returns the range from `first` to `last`, or `null` if that goes backwards or mixes versions. */
export function addressRange(first: IpAddress, last: IpAddress): AddressRange | null {
  const version: IpVersion = first.version;
  return version === last.version && first.value <= last.value ? { first, last } : null;
}
