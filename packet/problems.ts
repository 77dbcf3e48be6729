/**
 * The problems of a packet, layer by layer, in words.
 *
 * @module
 */
import { type ChecksumStatus, checksumStatus } from "./checksum_status.ts";
import { optionProblem } from "./options.ts";
import { type Dissected, type Layer, tableOf } from "./protocol.ts";
import { t } from "../text/messages.ts";

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
  const own = layer.protocol.problem?.(layer, packet) ?? null;
  if (own !== null) problems.push(own);
  if (checksum !== null) problems.push(...checksumProblems(checksum, layers, index));
  const options = layer.protocol.options?.(bytes, layer.start) ?? null;
  const option = options && optionProblem(options.family, bytes, options.start, layer.body);
  if (option) problems.push(option);
  if (layer.name === "data") {
    const missing = missingData(layers, index, packet.length);
    if (missing !== null) problems.push(missing);
  }
  return problems;
}

/** Returns the reason why a header cannot be read to its end. */
function brokenHeader({ protocol, start, end }: Layer, bytes: Uint8Array): string {
  const there = end - start;
  const { size: least } = tableOf(protocol, bytes, start);
  const refusal = there > 0 ? protocol.refusal?.(bytes, start) ?? null : null;
  if (refusal !== null) return refusal;
  if (there < least) return cutShort(there, least);
  const own = protocol.size?.(bytes, start, end) ?? least;
  return own < least ? t`header length ${own}, but the least is ${least}` : cutShort(there, own);
}

function cutShort(there: number, size: number): string {
  return t`header cut short: ${there} of ${size} bytes`;
}

function checksumProblems(
  { status, found, expected, bits = 16, isAround }: ChecksumStatus,
  layers: readonly Layer[],
  index: number,
): string[] {
  switch (status) {
    case "bad":
      return [t`checksum ${hex(found, bits)}, should be ${hex(expected, bits)}`];
    case "offload":
      if (isAround) {
        return [
          t`checksum ${hex(found, bits)} is right once the network card has made the one inside
            (offload)`,
        ];
      }
      return [
        found === 0
          ? t`checksum 0: left to the network card (offload), not an error`
          : t`checksum ${hex(found, bits)} is only the pseudo-header sum: left to the network
            card (offload), not an error`,
      ];
    case "none": {
      const over = layers.slice(0, index).findLast(({ name }) => name === "ip" || name === "ipv6");
      return over?.name === "ipv6" ? [t`checksum 0 is not allowed over IPv6`] : [];
    }
    default:
      return [];
  }
}

function hex(value: number, bits: number): string {
  return `0x${value.toString(16).padStart(bits / 4, "0")}`;
}

/** Returns the reason why content is not all there, or `null`. */
function missingData(layers: readonly Layer[], index: number, length: number): string | null {
  const { start, end, wireEnd, fragment, quoted } = layers[index]!;
  if (quoted) return null;
  if (fragment) return t`fragment, not reassembled`;
  const whole = Math.min(wireEnd, length);
  return end < whole ? t`cut short by the capture: ${end - start} of ${whole - start} bytes` : null;
}
