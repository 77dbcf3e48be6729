/**
 * Options: what follows the fixed part of a header, each with its kind and length.
 *
 * @module
 */
import { type Field, type FieldSpec, type HeaderTable, readTable } from "./field.ts";

/** What an option contains. */
export interface OptionSpec {
  /** The Wireshark name of the whole option. */
  readonly name: string;
  /** What it is for. */
  readonly about: string;
  /** The fields behind kind and length. */
  readonly head?: HeaderTable;
  /** The fields that follow, as often as they fit. */
  readonly repeated?: HeaderTable;
  /** What the bytes are that are left. */
  readonly rest?: FieldSpec;
}

/** The options of one protocol: how they are laid out, and which there are. */
export interface OptionFamily {
  /** The kind that ends the options; all behind it is padding. */
  readonly end: number | null;
  /** Kinds of a single byte, without a length. */
  readonly single: readonly number[];
  /** Returns the bytes of an option with this byte as its length. */
  readonly size: (length: number) => number;
  /** Returns what an option of this kind contains; the bytes begin behind kind and length. */
  readonly specOf: (kind: number, body: Uint8Array) => OptionSpec;
}

/** An option where it stands. */
interface Placed {
  readonly kind: number;
  readonly at: number;
  readonly size: number;
}

/** Yields the options from `start` to `end`; returns what is wrong with the rest, or `null`. */
function* walk(
  family: OptionFamily,
  bytes: Uint8Array,
  start: number,
  end: number,
): Generator<Placed, string | null> {
  for (let at = start; at < end;) {
    const kind = bytes[at]!;
    if (family.single.includes(kind)) {
      yield { kind, at, size: 1 };
      at++;
      if (kind === family.end) return null;
      continue;
    }
    const length = bytes[at + 1];
    if (at + 1 >= end || length === undefined) return `option ${kind} has no length`;
    const size = family.size(length);
    if (size < 2 || at + size > end) return `option ${kind} has a bad length, ${length}`;
    yield { kind, at, size };
    at += size;
  }
  return null;
}

/** Returns what is wrong with the options from `start` to `end`, or `null`. */
export function optionProblem(
  family: OptionFamily,
  bytes: Uint8Array,
  start: number,
  end: number,
): string | null {
  const options = walk(family, bytes, start, end);
  for (;;) {
    const { done, value } = options.next();
    if (done) return value;
  }
}

/** Returns the options from `start` to `end` as fields: each one whole, then what is in it. */
export function optionFields(
  family: OptionFamily,
  bytes: Uint8Array,
  start: number,
  end: number,
): Field[] {
  const fields: Field[] = [];
  for (const { kind, at, size } of walk(family, bytes, start, end)) {
    const body = bytes.subarray(at + 2, at + size);
    const { name, about, head, repeated, rest } = family.specOf(kind, body);
    fields.push(bytesField({ name, about, bits: 8 * size, form: "bytes" }, bytes, at, size));
    let next = at + 2;
    if (head !== undefined && next + head.size <= at + size) {
      fields.push(...readTable(head, bytes, next));
      next += head.size;
    }
    while (repeated !== undefined && next + repeated.size <= at + size) {
      fields.push(...readTable(repeated, bytes, next));
      next += repeated.size;
    }
    if (rest !== undefined && next < at + size) {
      fields.push(bytesField(rest, bytes, next, at + size - next));
    }
  }
  return fields;
}

/** Returns a field that is all of `size` bytes at `pos`. */
export function bytesField(spec: FieldSpec, bytes: Uint8Array, pos: number, size: number): Field {
  return { name: spec.name, spec, bit: 0, pos, size, value: bytes.subarray(pos, pos + size) };
}
