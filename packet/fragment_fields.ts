/**
 * The fields that tell of joined fragments, by Wireshark's names: they stand in no byte of the packet.
 *
 * @module
 */
import { explain, type ExplainedLayer } from "./explain.ts";
import { type Field, field, type FieldSpec } from "./field.ts";
import type { Dissected, Layer } from "./protocol.ts";
import type { Reassembled } from "./reassembly.ts";
import { msg, t } from "../text/messages.ts";

/** Explains the packet that has brought the last missing fragment of `whole`. */
export function explainFragment(packet: Dissected, whole: Reassembled): ExplainedLayer[] {
  return explain(packet).map((layer, i) => {
    if (layer.name === "data") return { ...layer, problems: [] }; // it is not only a part any more
    if (i !== whole.placed) return layer;
    const overlap = overlapWords(whole);
    return {
      ...layer,
      fields: [...layer.fields, ...fragmentFields(packet.layers[whole.header]!, whole)],
      problems: [...layer.problems, ...overlap === null ? [] : [overlap]],
    };
  });
}

/** Returns what is wrong with the fragments of a packet, or `null`. */
export function overlapWords({ overlap }: Reassembled): string | null {
  switch (overlap) {
    case "same":
      return t`fragments overlap, with the same bytes`;
    case "different":
      return t`fragments overlap and contradict each other: the first ones are taken`;
    default:
      return null;
  }
}

function fragmentFields({ name, start }: Layer, whole: Reassembled): Field[] {
  const { fragments, overlap, bytes, layers } = whole;
  const content = layers[0]!.body;
  const made = (row: string, value: number, about: string, text?: string): Field => {
    const spec: FieldSpec = field(`${name}.${row}`, 32, "decimal", about);
    const place = { bit: 0, pos: start, size: 0 };
    return { name: spec.name, spec, value, ...place, ...text === undefined ? {} : { text } };
  };
  return [
    ...fragments.map(({ packet, offset, size, overlap }) =>
      made(
        overlap === "different" ? "fragment.error" : "fragment",
        packet,
        "",
        t`packet ${packet}, bytes ${offset}–${offset + size - 1}`,
      )
    ),
    ...overlap === "none" ? [] : [made("fragment.overlap", 1, msg("bytes came twice"))],
    ...overlap === "different"
      ? [made("fragment.overlap.conflict", 1, msg("and were others"))]
      : [],
    made("fragment.count", fragments.length, msg("fragments of the packet")),
    made("reassembled.length", bytes.length - content, msg("bytes of the whole content")),
  ];
}
