/**
 * The checksums of a packet, verified.
 *
 * @module
 */
import { checksumOf, onesSum, pseudoHeaderSum } from "./checksum.ts";
import type { Layer } from "./layer.ts";
import { u16 } from "./numbers.ts";

/** The result of verifying a checksum. */
export interface ChecksumStatus {
  /**
   * `good` and `bad`; `offload` if only the pseudo-header's sum stands there, because the network card
   * was to do the rest; `unchecked` if not all that it covers is there; `none` if the sender made none.
   */
  readonly status: "good" | "bad" | "offload" | "unchecked" | "none";
  /** The checksum in the packet. */
  readonly found: number;
  /** The right checksum; the same as `found` where that is not known. */
  readonly expected: number;
}

/** Protocol number and place of the checksum of the layers that cover a pseudo-header. */
const TRANSPORT: Readonly<Record<string, readonly [protocol: number, offset: number]>> = {
  tcp: [6, 16],
  udp: [17, 6],
  icmpv6: [58, 2],
};

/** Verifies the checksum of `layers[index]`; `null` if that layer has none. */
export function checksumStatus(
  layers: readonly Layer[],
  index: number,
  bytes: Uint8Array,
): ChecksumStatus | null {
  const layer = layers[index]!;
  const { name, start, body } = layer;
  if (!layer.whole) return null;
  if (name === "ip") return compare(bytes, 10, layer, onesSum(bytes, start, body));
  if (name === "icmp") {
    return isPartial(layer)
      ? unchecked(bytes, start + 2)
      : compare(bytes, 2, layer, onesSum(bytes, start, layer.end));
  }
  const transport = TRANSPORT[name];
  if (transport === undefined) return null;
  const [protocol, offset] = transport;
  const found = u16(bytes, start + offset);
  const addresses = addressesAround(layers, index, bytes);
  if (addresses === null || layer.quoted) return unchecked(bytes, start + offset);
  if (name === "udp" && found === 0) return { status: "none", found, expected: found };
  if (isPartial(layer)) return unchecked(bytes, start + offset);
  const pseudo = pseudoHeaderSum(addresses, protocol, layer.end - start);
  const result = compare(bytes, offset, layer, onesSum(bytes, start, layer.end, pseudo));
  if (result.status === "good") return result;
  const folded = onesSum(bytes, 0, 0, pseudo);
  return { ...result, status: found === folded ? "offload" : "bad" };
}

/** Returns whether some of the layer's content is missing, or its length is not to be trusted. */
function isPartial({ fragment, quoted, end, wireEnd }: Layer): boolean {
  return fragment || quoted || end < wireEnd;
}

function unchecked(bytes: Uint8Array, at: number): ChecksumStatus {
  const found = u16(bytes, at);
  return { status: "unchecked", found, expected: found };
}

/** Compares the checksum at `offset` of the layer with `sum`, the sum of all it covers and of itself. */
function compare(
  bytes: Uint8Array,
  offset: number,
  { name, start }: Layer,
  sum: number,
): ChecksumStatus {
  const at = start + offset;
  const found = u16(bytes, at);
  if (sum === 0xffff) return { status: "good", found, expected: found };
  // Without the checksum itself: subtracting is adding the complement (RFC 1624).
  const expected = checksumOf(onesSum(bytes, 0, 0, sum + checksumOf(found)));
  // A UDP checksum of 0 means that there is none; 0 is sent as its other form (RFC 768).
  return { status: "bad", found, expected: name === "udp" && expected === 0 ? 0xffff : expected };
}

/**
 * Returns source and destination address of the IP header around a layer, one behind the other; `null`
 * if there is none, or a routing header, with which the destination is another one.
 */
function addressesAround(
  layers: readonly Layer[],
  index: number,
  bytes: Uint8Array,
): Uint8Array | null {
  for (let i = index - 1; i >= 0; i--) {
    const { name, start, whole } = layers[i]!;
    if (name === "ipv6.routing" && bytes[start + 3] !== 0) return null;
    if (name === "ip") return whole ? ipv4Addresses(layers[i]!, bytes) : null;
    if (name === "ipv6") return whole ? bytes.subarray(start + 8, start + 40) : null;
  }
  return null;
}

/** Returns both addresses; with a source route that goes on, its last one is the destination (RFC 1122, 3.2.1.8). */
function ipv4Addresses({ start, body }: Layer, bytes: Uint8Array): Uint8Array {
  const plain = bytes.subarray(start + 12, start + 20);
  for (let at = start + 20; at + 2 < body && bytes[at] !== 0;) {
    const size = bytes[at] === 1 ? 1 : bytes[at + 1]!;
    if (size === 0 || at + size > body) break;
    const isRoute = bytes[at] === 131 || bytes[at] === 137;
    if (isRoute && size >= 7 && bytes[at + 2]! < size) {
      const addresses = plain.slice();
      addresses.set(bytes.subarray(at + size - 4, at + size), 4);
      return addresses;
    }
    at += size;
  }
  return plain;
}
