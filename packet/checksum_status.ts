/**
 * The checksums of a packet, verified.
 *
 * @module
 */
import { checksumOf, coveredSum, crcAround, onesSum, pseudoHeaderSum } from "./checksum.ts";
import { frameCheckSequence } from "./crc.ts";
import { fieldsOf } from "./fields.ts";
import { u16, u32 } from "./numbers.ts";
import { type ChecksumRule, checksumRule, type Layer } from "./protocol.ts";

/** The result of verifying a checksum. */
export interface ChecksumStatus {
  /**
   * `good` and `bad`; `offload` if only the pseudo-header's sum stands there, or 0, because the network card
   * was to do the rest, or the same is so of a checksum inside that it covers; `unchecked` if not all that it
   * covers is there; `none` if the sender made none.
   */
  readonly status: "good" | "bad" | "offload" | "unchecked" | "none";
  /** The checksum in the packet. */
  readonly found: number;
  /** The right checksum; the same as `found` where that is not known. */
  readonly expected: number;
  /** The number of its bits. */
  readonly bits?: 16 | 32;
  /** Whether it is right with the checksum inside that is left to the network card. */
  readonly isAround?: true;
}

/** Returns whether the field called `name` is the checksum of its layer. */
export function isChecksumField(name: string): boolean {
  return /\.(checksum|chksum|cksum|csum|fcs)$/.test(name);
}

/** Verifies the checksum of `layers[index]`; `null` if that layer has none. */
export function checksumStatus(
  layers: readonly Layer[],
  index: number,
  bytes: Uint8Array,
): ChecksumStatus | null {
  const own = ownStatus(layers, index, bytes);
  return own?.status === "bad" ? aroundOffload(own, layers, index, bytes) : own;
}

/**
 * Returns `own`, a wrong checksum; of a tunnel it may be right as soon as the network card has made the one
 * inside, which it covers (Linux, Documentation/networking/checksum-offloads: local checksum offload).
 */
function aroundOffload(
  own: ChecksumStatus,
  layers: readonly Layer[],
  index: number,
  bytes: Uint8Array,
): ChecksumStatus {
  for (let i = index + 1; i < layers.length; i++) {
    const inner = layers[i]!.protocol.checksum === undefined ? null : ownStatus(layers, i, bytes);
    if (inner?.status !== "offload" || inner.bits === 32) continue;
    // The one checksum with the other changed (RFC 1624, equation 3).
    const sum = checksumOf(own.expected) + checksumOf(inner.found) + inner.expected;
    const expected = checksumOf(onesSum(bytes, 0, 0, sum));
    if (expected === own.found) return { ...own, status: "offload", expected, isAround: true };
  }
  return own;
}

/** Verifies a checksum by the bytes that are there. */
function ownStatus(
  layers: readonly Layer[],
  index: number,
  bytes: Uint8Array,
): ChecksumStatus | null {
  const layer = layers[index]!;
  const { start, body, whole, end } = layer;
  if (!whole || layer.protocol.checksum === undefined) return null;
  const rule = checksumRule(layer.protocol, bytes, start);
  if (rule === null) return null;
  if (rule.covers === "header") {
    return leftToCard(compare(bytes, rule, layer, onesSum(bytes, start, body)), layer);
  }
  if (rule.covers === "frame") return frameStatus(bytes, layer);
  if (rule.isCrc) return crcStatus(bytes, rule, layer);
  const at = start + rule.offset;
  const addresses = rule.pseudo === undefined ? null : addressesAround(layers, index, bytes);
  if (rule.pseudo === undefined || (rule.isPseudoIpv6 && addresses?.length === 8)) {
    return isPartial(layer)
      ? unchecked(bytes, at)
      : compare(bytes, rule, layer, coveredSum(rule, bytes, start, end));
  }
  if (addresses === null || layer.quoted) return unchecked(bytes, at);
  const found = u16(bytes, at);
  if (rule.optional && found === 0) return { status: "none", found, expected: found };
  if (isPartial(layer)) return unchecked(bytes, at);
  const pseudo = pseudoHeaderSum(addresses, rule.pseudo, end - start);
  const result = compare(bytes, rule, layer, coveredSum(rule, bytes, start, end, pseudo));
  if (result.status === "good") return result;
  const folded = onesSum(bytes, 0, 0, pseudo);
  return found === folded ? { ...result, status: "offload" } : leftToCard(result, layer);
}

/**
 * Returns `status`; a wrong 0 is left to the network card, which many drivers write there (that of TCP and
 * of the IP header; Linux writes the pseudo-header's sum, and makes that of the IP header itself). A packet that
 * is quoted has been on the wire.
 */
function leftToCard(status: ChecksumStatus, { quoted }: Layer): ChecksumStatus {
  return status.status === "bad" && status.found === 0 && !quoted
    ? { ...status, status: "offload" }
    : status;
}

/** Returns whether some of the layer's content is missing, or its length is not to be trusted. */
function isPartial({ fragment, quoted, end, wireEnd }: Layer): boolean {
  return fragment || quoted || end < wireEnd;
}

/** Verifies a CRC-32C; a sender that leaves it to the network card writes 0. */
function crcStatus(bytes: Uint8Array, { offset }: ChecksumRule, layer: Layer): ChecksumStatus {
  const at = layer.start + offset;
  const found = u32(bytes, at);
  if (isPartial(layer)) return { status: "unchecked", found, expected: found, bits: 32 };
  const expected = crcAround(bytes, layer.start, at, layer.end);
  const status = found === expected ? "good" : found === 0 ? "offload" : "bad";
  return { status, found, expected, bits: 32 };
}

/** Verifies the frame check sequence of all that stands before it. */
function frameStatus(bytes: Uint8Array, { start }: Layer): ChecksumStatus {
  const found = u32(bytes, start);
  const expected = frameCheckSequence(bytes.subarray(0, start));
  return { status: found === expected ? "good" : "bad", found, expected, bits: 32 };
}

function unchecked(bytes: Uint8Array, at: number): ChecksumStatus {
  const found = u16(bytes, at);
  return { status: "unchecked", found, expected: found };
}

/** Compares the checksum of the layer with `sum`, the sum of all it covers and of itself. */
function compare(
  bytes: Uint8Array,
  { offset, optional }: ChecksumRule,
  { start }: Layer,
  sum: number,
): ChecksumStatus {
  const at = start + offset;
  const found = u16(bytes, at);
  if (sum === 0xffff) return { status: "good", found, expected: found };
  // Without the checksum itself: subtracting is adding the complement (RFC 1624).
  const expected = checksumOf(onesSum(bytes, 0, 0, sum + checksumOf(found)));
  // Where 0 means that there is none, it is sent as its other form (RFC 768).
  return { status: "bad", found, expected: optional && expected === 0 ? 0xffff : expected };
}

/** The home address of a mobile host, in an option of 16 bytes (RFC 6275, section 6.3). */
const HOME_ADDRESS = "ipv6.opt.mipv6.home_address";
const IPV6_SIZE = 16;

/** Returns the home address in destination options, which is the sender of what is behind them, or `null`. */
function homeAddress(options: Layer, bytes: Uint8Array): Uint8Array | null {
  const found = fieldsOf(options, bytes).find(({ name, pos }) =>
    name === HOME_ADDRESS && bytes[pos - 1] === IPV6_SIZE
  );
  return (found?.value ?? null) as Uint8Array | null;
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
  let home: Uint8Array | null = null;
  for (let i = index - 1; i >= 0; i--) {
    const { name, start, whole } = layers[i]!;
    if (name === "ipv6.dstopts" && whole) home ??= homeAddress(layers[i]!, bytes);
    if (name === "ipv6.routing" && bytes[start + 3] !== 0) return null;
    if (name === "ip") return whole ? ipv4Addresses(layers[i]!, bytes) : null;
    if (name === "ipv6") {
      if (!whole) return null;
      const plain = bytes.subarray(start + 8, start + 40);
      if (home === null) return plain;
      const addresses = plain.slice();
      addresses.set(home);
      return addresses;
    }
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
