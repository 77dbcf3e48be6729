/**
 * Records of JSON output: one table says which fields there are, what they mean, and what is in them.
 *
 * @module
 */
import type { JsonField } from "./command.ts";

/** A field of a record: its documentation, and the value of it. */
export interface Field<T> extends JsonField {
  /** Returns the value of the field, as JSON has it. */
  readonly of: (value: T) => unknown;
  /** The fields of the object that it is, to be documented below it. */
  readonly inner?: readonly JsonField[];
}

/**
 * Returns the record of `value`: an object with the fields of a table in their order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type Field, recordOf } from "./record.ts";
 *
 * const FIELDS: Field<Date>[] = [
 *   { name: "year", type: "number", says: "in UTC", of: (date) => date.getUTCFullYear() },
 * ];
 * assertEquals(recordOf(FIELDS, new Date(0)), { year: 1970 });
 * ```
 */
export function recordOf<T>(fields: readonly Field<T>[], value: T): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const { name, of } of fields) record[name] = of(value);
  return record;
}

/** Returns the documentation of a table, each inner field as `outer.inner` below its outer one. */
export function documentationOf<T>(fields: readonly Field<T>[]): JsonField[] {
  return fields.flatMap(({ name, type, says, inner = [] }) => [
    { name, type, says },
    ...inner.map((field) => ({
      name: `${name}.${field.name}`,
      type: field.type,
      says: field.says,
    })),
  ]);
}
