/**
 * Options: what follows the fixed part of a header, each with its kind and length.
 *
 * @module
 */
import {
  bytesField,
  type Field,
  type FieldSpec,
  type HeaderTable,
  readField,
  readTable,
} from "./field.ts";
import { t } from "../text/messages.ts";

/** The fields of an option. */
export interface OptionSpec {
  /** The Wireshark name of the whole option, if it has one. */
  readonly name?: string;
  /** The purpose of the option; only one with a name needs it. */
  readonly about?: string;
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
  /** The fields of kind and length, the first and the last one; if left out, a byte each, not shown. */
  readonly head?: HeaderTable;
  /** Whether kind and length are not shown, because Wireshark has no names for them. */
  readonly hidesHead?: boolean;
  /** Kinds of a single byte, without a length. */
  readonly single: readonly number[];
  /** Returns the bytes of an option with this byte as its length. */
  readonly size: (length: number) => number;
  /** Returns the fields of an option of this kind; `body` begins behind kind and length. */
  readonly specOf: (kind: number, body: Uint8Array) => OptionSpec;
  /** All that `specOf` may return. */
  readonly kinds: readonly OptionSpec[];
}

/** Returns the number of bytes of the option at `at`, or the reason why it cannot be read. */
function sizeAt(family: OptionFamily, bytes: Uint8Array, at: number, end: number): number | string {
  const kind = bytes[at]!;
  if (family.single.includes(kind)) return 1;
  const head = headSize(family);
  if (at + head > end) return t`option ${kind} has no length`;
  const length = family.head === undefined
    ? bytes[at + 1]!
    : readField(family.head.fields.at(-1)!, bytes, at).value as number;
  const size = family.size(length);
  return size < head || at + size > end ? t`option ${kind} has a bad length, ${length}` : size;
}

/** Returns the bytes of kind and length. */
function headSize({ head }: OptionFamily): number {
  return head?.size ?? 2;
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
  const single = family.single.includes(bytes[at]!);
  const shown = family.head === undefined || single ? [] : readTable(family.head, bytes, at);
  const kind = (shown[0]?.value ?? bytes[at]!) as number;
  const body = at + headSize(family);
  const { name, about = "", head, repeated, rest } = family.specOf(kind, bytes.subarray(body, end));
  const fields: Field[] = name === undefined
    ? []
    : [bytesField({ name, about, bits: 8 * size, form: "bytes" }, bytes, at, size)];
  if (!family.hidesHead) fields.push(...shown);
  let next = body;
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
