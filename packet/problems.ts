/**
 * The problems of a packet, layer by layer, in words.
 *
 * @module
 */
import { type ChecksumStatus, checksumStatus } from "./checksum_status.ts";
import type { Layer } from "./layer.ts";
import { optionsOf } from "./fields.ts";
import { tableOf } from "./layer_tables.ts";
import { u16 } from "./numbers.ts";
import { optionProblem } from "./options.ts";

/** A packet with its layers. */
export interface Dissected {
  /** The captured bytes. */
  readonly bytes: Uint8Array;
  /** The number of bytes on the wire. */
  readonly length: number;
  /** The layers that `dissect` has found in it. */
  readonly layers: readonly Layer[];
}

/**
 * Returns the problems of the layer at `index` and what is remarkable about it; usually nothing.
 *
 * @param checksum The status of its checksum, if that is known already.
 */
export function problemsOf(
  packet: Dissected,
  index: number,
  checksum: ChecksumStatus | null = checksumStatus(packet.layers, index, packet.bytes),
): string[] {
  const { layers, bytes } = packet;
  const layer = layers[index]!;
  if (!layer.whole) return [brokenHeader(layer, bytes)];
  const problems: string[] = [];
  const length = lengthProblem(layer, packet);
  if (length !== null) problems.push(length);
  if (checksum !== null) problems.push(...checksumProblems(checksum, layers, index));
  const options = optionsOf(layer, bytes);
  const option = options && optionProblem(options.family, bytes, options.start, layer.body);
  if (option) problems.push(option);
  if (layer.name === "data") {
    const missing = missingData(layers, index, packet.length);
    if (missing !== null) problems.push(missing);
  }
  return problems;
}

/** Returns the reason why a header cannot be read to its end. */
function brokenHeader(layer: Layer, bytes: Uint8Array): string {
  const { name, start, end } = layer;
  const there = end - start;
  const table = tableOf(layer, bytes);
  const first = bytes[start] ?? 0;
  if (name === "ip" || name === "ipv6") {
    const version = name === "ip" ? 4 : 6;
    if (there > 0 && first >> 4 !== version) return `version is ${first >> 4}, not ${version}`;
  }
  if (there < table.size) return cutShort(there, table.size);
  const own = ownHeaderLength(layer, bytes);
  if (own !== null && own < table.size) {
    return `header length ${own}, but the least is ${table.size}`;
  }
  return cutShort(there, own ?? table.size);
}

function cutShort(there: number, size: number): string {
  return `header cut short: ${there} of ${size} bytes`;
}

/** Returns the length of a header by its own length field, or `null` if it has none. */
function ownHeaderLength({ name, start }: Layer, bytes: Uint8Array): number | null {
  switch (name) {
    case "ip":
      return (bytes[start]! & 0x0f) * 4;
    case "tcp":
      return (bytes[start + 12]! >> 4) * 4;
    case "ipv6.hopopts":
    case "ipv6.dstopts":
    case "ipv6.routing":
      return (bytes[start + 1]! + 1) * 8;
    case "arp":
      return 8 + 2 * (bytes[start + 4]! + bytes[start + 5]!);
    default:
      return null;
  }
}

/** Returns the problem of a header's length of content, or `null`. */
function lengthProblem(layer: Layer, { bytes, length }: Dissected): string | null {
  const { name, start, body, wireEnd, quoted, fragment } = layer;
  const lies = wireEnd > length && !quoted;
  switch (name) {
    case "ip": {
      const total = u16(bytes, start + 2);
      if (total === 0) return "total length 0: left to the network card (segmentation offload)";
      if (total < body - start) {
        return `total length ${total}, but the header alone has ${body - start}`;
      }
      return lies ? `total length ${total}, only ${length - start} bytes present` : null;
    }
    case "ipv6":
      return lies
        ? `payload length ${u16(bytes, start + 4)}, only ${length - body} bytes present`
        : null;
    case "udp": {
      const own = u16(bytes, start + 4);
      if (own < 8) return own === 0 ? null : `length ${own}, but the header alone has 8`;
      return lies && !fragment ? `length ${own}, only ${length - start} bytes present` : null;
    }
    default:
      return null;
  }
}

function checksumProblems(
  { status, found, expected }: ChecksumStatus,
  layers: readonly Layer[],
  index: number,
): string[] {
  switch (status) {
    case "bad":
      return [`checksum ${hex(found)}, should be ${hex(expected)}`];
    case "offload":
      return [
        `checksum ${
          hex(found)
        } is only the pseudo-header sum: left to the network card (offload), ` +
        "not an error",
      ];
    case "none": {
      const over = layers.slice(0, index).findLast(({ name }) => name === "ip" || name === "ipv6");
      return over?.name === "ipv6" ? ["checksum 0 is not allowed over IPv6"] : [];
    }
    default:
      return [];
  }
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, "0")}`;
}

/** Returns the reason why content is not all there, or `null`. */
function missingData(layers: readonly Layer[], index: number, length: number): string | null {
  const { start, end, wireEnd, fragment, quoted } = layers[index]!;
  if (quoted) return null;
  if (fragment) return "fragment, not reassembled";
  const whole = Math.min(wireEnd, length);
  return end < whole ? `cut short by the capture: ${end - start} of ${whole - start} bytes` : null;
}
