/**
 * The bytes of a packet explained, as `netkit frame` explains them, for boxes within boxes.
 *
 * @module
 */
import { explain, type ExplainedLayer, meaningIn } from "../../packet/explain.ts";
import { type Field, formatValue } from "../../packet/field.ts";
import type { Dissected, Protocol } from "../../packet/protocol.ts";
import { escapeLine } from "../../text/escape.ts";
import { t, translate, translateIn } from "../../text/messages.ts";

/** A field with its bytes. */
export interface FieldBox {
  /** The Wireshark display-filter name. */
  readonly name: string;
  /** Its value, and its meaning in parentheses where that is another thing. */
  readonly value: string;
  /** Its purpose, in half a line. */
  readonly about: string;
  /** The offset of its bytes in the packet, and how many they are. */
  readonly pos: number;
  readonly size: number;
}

/** A layer with its fields; the layers inside it follow it. */
export interface LayerBox {
  /** Its Wireshark name. */
  readonly name: string;
  /** Its name for people. */
  readonly title: string;
  /** The layer of the Internet model; empty for what is no protocol. */
  readonly model: Protocol["model"] | "";
  /** The offset of its header, and the bytes of it. */
  readonly pos: number;
  readonly size: number;
  /** Its fields in order. */
  readonly fields: readonly FieldBox[];
  /** Problems and remarkable things, one sentence each. */
  readonly problems: readonly string[];
}

/** Characters of a value that are shown: its bytes stand beside it. */
const LONGEST_VALUE = 160;

/** Returns the layers of a packet from the outermost on. */
export function boxesOf(packet: Dissected): LayerBox[] {
  return explain(packet).map((layer) => ({
    name: layer.name,
    title: `${translateIn("layer", layer.title)}${layer.quoted ? t` (quoted)` : ""}`,
    model: layer.name === "data" || layer.name === "padding" ? "" : layer.protocol.model,
    pos: layer.pos,
    size: layer.size,
    fields: layer.fields.map((field) => boxOf(layer, field)),
    problems: layer.problems.map(escapeLine),
  }));
}

function boxOf(layer: ExplainedLayer, field: Field): FieldBox {
  const { name, spec: { about, form }, pos, size } = field;
  const meaning = meaningIn(layer, field);
  // Bytes are beside it as they are.
  const isLong = form === "bytes" && size > 8;
  const value = isLong ? "" : formatValue(field);
  const text = meaning === null ? value : `${value} (${meaning})`;
  const shown = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
  return { name, value: escapeLine(shown), about: translate(about), pos, size };
}

/** Returns the innermost field of which `at` is a byte, as its layer and its place there; `null` without one. */
export function fieldAt(
  layers: readonly LayerBox[],
  at: number,
): readonly [layer: number, field: number] | null {
  let found: readonly [number, number] | null = null;
  let least = Infinity;
  layers.forEach(({ fields }, i) => {
    fields.forEach(({ pos, size }, k) => {
      if (at < pos || at >= pos + size || size > least) return;
      if (size < least || found === null) {
        found = [i, k];
        least = size;
      }
    });
  });
  return found;
}
