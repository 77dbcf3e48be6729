/**
 * The records of groups in reports of IGMP (RFC 9776) and of ICMPv6 (RFC 3810), which differ in the size of
 * addresses only.
 *
 * @module
 */
import { bytesField, type Field, type FieldSpec, type HeaderTable, readTable } from "./field.ts";

/** The types of records. */
export const RECORD_TYPES: Readonly<Record<number, string>> = {
  1: "include",
  2: "exclude",
  3: "change to include",
  4: "change to exclude",
  5: "allow new sources",
  6: "block old sources",
};

/** The fields of a record, by their names in one of both protocols. */
export interface GroupRecord {
  /** Its type, the 4-byte words of auxiliary data, the number of sources, and the group. */
  readonly head: HeaderTable;
  /** The address of a source. */
  readonly source: HeaderTable;
  /** The auxiliary data behind the sources. */
  readonly auxiliary: FieldSpec;
}

/** Adds `count` addresses of sources at `at` to `fields`, or as many as fit; returns the offset behind them. */
export function readSources(
  fields: Field[],
  { source }: GroupRecord,
  count: number,
  bytes: Uint8Array,
  at: number,
  end: number,
): number {
  for (let left = count; left > 0 && at + source.size <= end; left--) {
    fields.push(...readTable(source, bytes, at));
    at += source.size;
  }
  return at;
}

/** Returns the fields of the records from `at` to `end`. */
export function recordFields(
  record: GroupRecord,
  bytes: Uint8Array,
  at: number,
  end: number,
): Field[] {
  const fields: Field[] = [];
  while (at + record.head.size <= end) {
    const head = readTable(record.head, bytes, at);
    const [, words, sources] = head.map(({ value }) => value as number);
    fields.push(...head);
    at = readSources(fields, record, sources!, bytes, at + record.head.size, end);
    const size = 4 * words!;
    if (size > 0 && at + size <= end) fields.push(bytesField(record.auxiliary, bytes, at, size));
    at += size;
  }
  return fields;
}
