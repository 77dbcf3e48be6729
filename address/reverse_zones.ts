/**
 * Zones of the reverse DNS: those that a network needs, so that its addresses have names.
 *
 * @module
 */
import { BITS, type IpAddress, type IpVersion } from "./ip.ts";
import { formatReverse } from "./ip_text.ts";
import type { IpNetwork } from "./network.ts";
import { rangeOf } from "./range.ts";
import { splitNetwork } from "./subnets.ts";

/** The number of bits in a label of a reverse name (RFC 1035, section 3.5; RFC 3596, section 2.5). */
const LABEL_BITS: Readonly<Record<IpVersion, number>> = { 4: 8, 6: 4 };

/** The longest prefix of an IPv4 network that has zones of its own without RFC 2317. */
const LONGEST_CLASSFUL = 24;

/** A zone of the reverse DNS. */
export interface ReverseZone {
  /** The name of the zone. */
  readonly name: string;
  /** The addresses whose names it has. */
  readonly network: IpNetwork;
  /** The zone above, which points into this one with CNAMEs (RFC 2317); `null` where none is needed. */
  readonly parent: ReverseZone | null;
}

/**
 * Yields the zones of the reverse DNS for `network`: one if its prefix ends where a label does, else
 * those of its parts with the next longer such prefix. An IPv4 network between /25 and /31 has one named
 * after its address and prefix, which the zone above points to (RFC 2317, section 4).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseNetwork } from "./network.ts";
 * import { reverseZones } from "./reverse_zones.ts";
 *
 * const zones = (text: string) => [...reverseZones(parseNetwork(text))].map(({ name }) => name);
 * assertEquals(zones("192.168.2.0/23"), ["2.168.192.in-addr.arpa", "3.168.192.in-addr.arpa"]);
 * assertEquals(zones("192.168.1.128/26"), ["128/26.1.168.192.in-addr.arpa"]);
 * ```
 */
export function* reverseZones(network: IpNetwork): Generator<ReverseZone> {
  const { address, prefix } = network;
  const width = BITS[address.version];
  if (address.version === 4 && prefix > LONGEST_CLASSFUL && prefix < width) {
    const parent = zoneOf(address, LONGEST_CLASSFUL);
    const name = `${address.value & 0xffn}/${prefix}.${parent.name}`;
    yield { name, network, parent };
    return;
  }
  const bits = LABEL_BITS[address.version];
  const whole = Math.ceil(prefix / bits) * bits;
  for (const part of splitNetwork(network, whole)) yield zoneOf(part.address, whole);
}

/** Returns the `$GENERATE` line of BIND in the zone above `zone` that makes the CNAMEs into it. */
export function formatGenerate({ name, network }: ReverseZone): string {
  const { first, last } = rangeOf(network);
  const [label] = name.split(".");
  return `$GENERATE ${first.value & 0xffn}-${last.value & 0xffn} $ CNAME $.${label}`;
}

/** Returns the zone of the addresses that have the first `prefix` bits, whole labels, of `address`. */
function zoneOf(address: IpAddress, prefix: number): ReverseZone {
  const { version, value } = address;
  const host = BITS[version] - prefix;
  const labels = formatReverse(address).split(".").slice(host / LABEL_BITS[version]);
  const start = { ...address, value: value >> BigInt(host) << BigInt(host) };
  return { name: labels.join("."), network: { address: start, prefix }, parent: null };
}
