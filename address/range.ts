/**
 * Ranges of addresses, from a first one to a last one.
 *
 * @module
 */
import { BITS, type IpAddress } from "./ip.ts";
import { addressCount, type IpNetwork } from "./network.ts";

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

/** Returns the range from `first` to `last`, or `null` if that goes backwards or mixes versions. */
export function addressRange(first: IpAddress, last: IpAddress): AddressRange | null {
  return first.version === last.version && first.value <= last.value ? { first, last } : null;
}
