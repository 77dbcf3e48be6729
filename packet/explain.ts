/**
 * A packet explained: its layers with their fields and their problems.
 *
 * @module
 */
import { type ChecksumStatus, checksumStatus, isChecksumField } from "./checksum_status.ts";
import { type Field, meaningOf } from "./field.ts";
import { fieldsOf } from "./fields.ts";
import { keyWords } from "./keys.ts";
import { problemsOf } from "./problems.ts";
import { type Dissected, type Layer, type Protocol, titleOf } from "./protocol.ts";
import { msg, t, translate } from "../text/messages.ts";

/** A layer in full. */
export interface ExplainedLayer {
  /** Its Wireshark name. */
  readonly name: string;
  /** The protocol that has read it. */
  readonly protocol: Protocol;
  /** The title of the layer: `IPv4`; of content, what it is by the number that announced it. */
  readonly title: string;
  /** The offset of its header in the packet, in bytes. */
  readonly pos: number;
  /** The number of bytes of its header; of content, all of them. */
  readonly size: number;
  /** True in the packet that an ICMP message is about, and quotes the beginning of. */
  readonly quoted: boolean;
  /** Its fields in order. */
  readonly fields: readonly Field[];
  /** The status of its checksum, or `null` if it has none. */
  readonly checksum: ChecksumStatus | null;
  /** Problems and remarkable things, one sentence each. */
  readonly problems: readonly string[];
}

/**
 * Returns a packet in full, its layers from the outermost on.
 *
 * @example The source port of a datagram
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dissect } from "./dissect.ts";
 * import { wrap } from "./encode.ts";
 * import { explain } from "./explain.ts";
 *
 * const bytes = wrap([{ name: "udp", set: new Map([["udp.srcport", 53]]) }], new Uint8Array(2));
 * const whole = wrap([{ name: "ip", set: new Map() }, { name: "udp", set: new Map() }], bytes);
 * const layers = explain({ bytes: whole, length: whole.length, layers: dissect(whole, 101) });
 * assertEquals(layers.map(({ title }) => title), ["IPv4", "UDP", "data"]);
 * assertEquals(layers[1]?.fields[0]?.name, "udp.srcport");
 * ```
 */
export function explain(packet: Dissected): ExplainedLayer[] {
  const { layers, bytes } = packet;
  return layers.map((layer, i) => {
    const { name, protocol, start, body, quoted } = layer;
    const fields = fieldsOf(layer, bytes);
    const checksum = checksumStatus(layers, i, bytes);
    return {
      name,
      protocol,
      title: contentTitle(layer) ?? titleOf(protocol, bytes, start),
      pos: start,
      size: body - start,
      quoted,
      fields,
      checksum,
      problems: problemsOf(packet, i, checksum),
    };
  });
}

/** The words behind the value of a checksum. */
const CHECKSUM_WORDS = {
  good: msg("correct"),
  bad: msg("wrong"),
  offload: msg("left to the network card"),
  unchecked: msg("not checked"),
  none: msg("none"),
} as const;

/** Returns the meaning of a field of a layer, `null` where its value says all: `TCP`, `PSH,ACK`, `correct`. */
export function meaningIn(
  { checksum }: Pick<ExplainedLayer, "checksum">,
  field: Field,
): string | null {
  const isChecksum = checksum !== null && isChecksumField(field.name);
  return isChecksum ? translate(CHECKSUM_WORDS[checksum.status]) : meaningOf(field);
}

/** Returns the title of content that is announced by a number of its own, or `null`. */
function contentTitle({ name, key }: Layer): string | null {
  const words = name === "data" ? keyWords(key) : null;
  return words === null ? null : t`data: ${words}`;
}
