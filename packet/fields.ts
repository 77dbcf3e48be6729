/**
 * The fields of a layer, read from its header.
 *
 * @module
 */
import { bytesField, type Field, raw, readField, readTable } from "./field.ts";
import { optionFields } from "./options.ts";
import { type Layer, tableOf } from "./protocol.ts";
import { msg } from "../text/messages.ts";

/** Returns the fields of `layer` that were captured, in the order of their bytes; values are lent views. */
export function fieldsOf(layer: Layer, bytes: Uint8Array): Field[] {
  const { name, protocol, start, body } = layer;
  const table = tableOf(protocol, bytes, start);
  if (start + table.size > body) {
    return table.fields
      .filter(({ bit, bits }) => start + (bit + bits) / 8 <= body)
      .map((spec) => readField(spec, bytes, start));
  }
  const fields = readTable(table, bytes, start);
  let at = start + table.size;
  const options = protocol.options?.(bytes, start) ?? null;
  if (options !== null) {
    fields.push(...optionFields(options.family, bytes, options.start, body));
    return fields;
  }
  if (at >= body) return fields;
  for (const each of protocol.rest?.(layer, bytes, at) ?? []) {
    fields.push(each);
    at = Math.max(at, each.pos + each.size);
  }
  if (at < body) {
    fields.push(bytesField(raw(`${name}.rest`, msg("not known here")), bytes, at, body - at));
  }
  return fields;
}
