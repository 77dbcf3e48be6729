/**
 * Operations on networks: dividing, joining, comparing, finding room. Generators yield networks as they
 * are asked for.
 *
 * @module
 */
import type { IpAddress } from "./ip.ts";
import {
  addressCount,
  contains,
  firstHost,
  type IpNetwork,
  lastHost,
  networkOf,
} from "./network.ts";
import { type AddressRange, rangeNetworks, rangeOf } from "./range.ts";
import { RangeSet } from "./range_set.ts";

/** Whether every address of `inner` is in `outer`. */
export function containsNetwork(outer: IpNetwork, inner: IpNetwork): boolean {
  return outer.prefix <= inner.prefix && contains(outer, inner.address);
}

/** Whether two networks have an address in common; then one contains the other. */
export function overlaps(one: IpNetwork, other: IpNetwork): boolean {
  return containsNetwork(one, other) || containsNetwork(other, one);
}

/** Yields the addresses of `range` in order. */
export function* addressesOf({ first, last }: AddressRange): Generator<IpAddress> {
  for (let value = first.value; value <= last.value; value++) yield { ...first, value };
}

/** Returns the addresses that hosts of `network` can have. */
export function hostsOf(network: IpNetwork): AddressRange {
  return { first: firstHost(network), last: lastHost(network) };
}

/**
 * Returns the first address of the part with `number` of `range`, which consists of parts of `size`
 * addresses: numbers count from 1, and from -1 backwards from the last part. `null` if there is no such
 * part.
 */
export function nthPart(
  { first, last }: AddressRange,
  number: bigint,
  size: bigint = 1n,
): IpAddress | null {
  const value = number > 0n ? first.value + (number - 1n) * size : last.value + 1n + number * size;
  if (number === 0n || value < first.value || value + size - 1n > last.value) return null;
  return { ...first, value };
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

/** Returns the ranges of `network` without an address of `used`, in order. */
function gaps(network: IpNetwork, used: readonly IpNetwork[]): Iterable<AddressRange> {
  const set = new RangeSet();
  for (const each of used) set.add(rangeOf(each));
  set.join();
  return set.outside(rangeOf(network));
}
