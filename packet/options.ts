/**
 * Options: what follows the fixed part of a header, each with its kind and length.
 *
 * @module
 */
import { bytesField, type Field, type FieldSpec, type HeaderTable, readTable } from "./field.ts";

/** The fields of an option. */
export interface OptionSpec {
  /** The Wireshark name of the whole option. */
  readonly name: string;
  /** The purpose of the option. */
  readonly about: string;
  /** The fields behind kind and length. */
  readonly head?: HeaderTable;
  /** The fields that follow, as often as they fit. */
  readonly repeated?: HeaderTable;
  /** The field of the bytes that are left. */
  readonly rest?: FieldSpec;
}

/** The options of one protocol: their layout, and the kinds that exist. */
export interface OptionFamily {
  /** The kind that ends the options; all behind it is padding. */
  readonly end: number | null;
  /** Kinds of a single byte, without a length. */
  readonly single: readonly number[];
  /** Returns the bytes of an option with this byte as its length. */
  readonly size: (length: number) => number;
  /** Returns the fields of an option of this kind; `body` begins behind kind and length. */
  readonly specOf: (kind: number, body: Uint8Array) => OptionSpec;
}

/** Returns the number of bytes of the option at `at`, or the reason why it cannot be read. */
function sizeAt(family: OptionFamily, bytes: Uint8Array, at: number, end: number): number | string {
  const kind = bytes[at]!;
  if (family.single.includes(kind)) return 1;
  if (at + 1 >= end) return `option ${kind} has no length`;
  const length = bytes[at + 1]!;
  const size = family.size(length);
  return size < 2 || at + size > end ? `option ${kind} has a bad length, ${length}` : size;
}

/** Returns the problem of the options from `start` to `end`, or `null`. */
export function optionProblem(
  family: OptionFamily,
  bytes: Uint8Array,
  start: number,
  end: number,
): string | null {
  for (let at = start; at < end;) {
    const size = sizeAt(family, bytes, at, end);
    if (typeof size === "string") return size;
    if (bytes[at] === family.end) return null;
    at += size;
  }
  return null;
}

/** Returns the options from `start` to `end` as fields: each one whole, then its parts. */
export function optionFields(
  family: OptionFamily,
  bytes: Uint8Array,
  start: number,
  end: number,
): Field[] {
  const fields: Field[] = [];
  let ended = false;
  for (let at = start; at < end && !ended;) {
    const size = sizeAt(family, bytes, at, end);
    if (typeof size === "string") break;
    fields.push(...fieldsOfOption(family, bytes, at, size));
    ended = bytes[at] === family.end;
    at += size;
  }
  return fields;
}

function fieldsOfOption(
  family: OptionFamily,
  bytes: Uint8Array,
  at: number,
  size: number,
): Field[] {
  const end = at + size;
  const { name, about, head, repeated, rest } = family.specOf(
    bytes[at]!,
    bytes.subarray(at + 2, end),
  );
  const fields = [bytesField({ name, about, bits: 8 * size, form: "bytes" }, bytes, at, size)];
  let next = at + 2;
  if (head !== undefined && next + head.size <= end) {
    fields.push(...readTable(head, bytes, next));
    next += head.size;
  }
  while (repeated !== undefined && next + repeated.size <= end) {
    fields.push(...readTable(repeated, bytes, next));
    next += repeated.size;
  }
  if (rest !== undefined && next < end) fields.push(bytesField(rest, bytes, next, end - next));
  return fields;
}
