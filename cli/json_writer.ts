/**
 * Records written as JSON into a text, without an object made of each.
 *
 * @module
 */
import type { TextBuffer } from "../text/text_buffer.ts";
import { formatJson } from "./json.ts";
import { type Field, recordOf } from "./record.ts";

/** Records of one table in a record of another, made when they are written. */
export class Records<T> {
  readonly #fields: readonly Field<T>[];
  readonly #values: readonly T[];

  /** Makes the records of `values` by the table `fields`. */
  constructor(fields: readonly Field<T>[], values: readonly T[]) {
    this.#fields = fields;
    this.#values = values;
  }

  /** Adds the records to `text`. */
  addTo(text: TextBuffer): void {
    let before = "[";
    for (const value of this.#values) {
      text.add(before);
      addRecord(text, this.#fields, value);
      before = ",";
    }
    text.add(before === "[" ? "[]" : "]");
  }

  /** Returns the records, where they are written by `JSON.stringify`. */
  toJSON(): unknown {
    return this.#values.map((value) => recordOf(this.#fields, value));
  }
}

/**
 * Adds the record of `value` by the table `fields`, as `formatJson` writes it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TextBuffer } from "../text/text_buffer.ts";
 * import { addRecord } from "./json_writer.ts";
 * import type { Field } from "./record.ts";
 *
 * const FIELDS: Field<Date>[] = [
 *   { name: "year", type: "number", says: "in UTC", of: (date) => date.getUTCFullYear() },
 * ];
 * const text = new TextBuffer();
 * addRecord(text, FIELDS, new Date(0));
 * assertEquals(text.takeText(), '{"year":1970}');
 * ```
 */
export function addRecord<T>(text: TextBuffer, fields: readonly Field<T>[], value: T): void {
  const keys = keysOf(fields);
  let before = "{";
  for (let i = 0; i < fields.length; i++) {
    const each = fields[i]!.of(value);
    if (each === undefined) continue;
    text.add(before);
    text.add(keys[i]!);
    addJson(text, each);
    before = ",";
  }
  text.add(before === "{" ? "{}" : "}");
}

/** Adds a value as `formatJson` writes it. */
function addJson(text: TextBuffer, value: unknown): void {
  if (typeof value === "string") {
    if (!text.quoted(value)) text.add(formatJson(value));
  } else if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) {
    text.number(value);
  } else if (value instanceof Records) value.addTo(text);
  else text.add(formatJson(value));
}

/** The names of the fields of each table as keys of JSON. */
const KEYS = new WeakMap<object, readonly string[]>();

function keysOf<T>(fields: readonly Field<T>[]): readonly string[] {
  let keys = KEYS.get(fields);
  if (keys === undefined) {
    keys = fields.map(({ name }) => `${JSON.stringify(name)}:`);
    KEYS.set(fields, keys);
  }
  return keys;
}
