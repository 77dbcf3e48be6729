/**
 * The common part of the messages of ICMP and ICMPv6: type, code, checksum, and a table by the type.
 *
 * @module
 */
import { field, type FieldSpec, type HeaderTable, headerTable } from "./field.ts";
import { NO_KEY } from "./keys.ts";
import type { Cursor, Line, Protocol } from "./protocol.ts";

/** The meanings of numbers. */
export type Names = Readonly<Record<number, string>>;

/** The messages of ICMP or of ICMPv6. */
export interface Messages {
  /** The beginning of the names of fields: `icmp`. */
  readonly name: string;
  /** The meanings of the types. */
  readonly types: Names;
  /** The meanings of the codes, by type. */
  readonly codes: Readonly<Record<number, Names>>;
  /** The fields behind type, code and checksum, by type. */
  readonly rest: Readonly<Record<number, readonly FieldSpec[]>>;
}

/** Returns the table of a message of `type`, with the fields `rest`. */
export function messageTable(
  { name, types, codes, rest }: Messages,
  type: number,
  fields: readonly FieldSpec[] = rest[type] ?? [],
): HeaderTable {
  return headerTable(
    field(`${name}.type`, 8, "decimal", "what it says", { names: types }),
    field(`${name}.code`, 8, "decimal", "what it says, closer", { names: codes[type] ?? {} }),
    field(`${name}.checksum`, 16, "hex", "covers the whole message"),
    ...fields,
  );
}

/** Returns the tables of the messages, by type; all unknown types have that of -1. */
export function messageTables(messages: Messages): ReadonlyMap<number, HeaderTable> {
  const types = [-1, ...Object.keys({ ...messages.rest, ...messages.codes }).map(Number)];
  return new Map(types.map((type) => [type, messageTable(messages, type)]));
}

/** The fields of an extended echo (RFC 8335) behind its identifier. */
export function extendedEcho(name: string, ident: FieldSpec): FieldSpec[] {
  return [
    ident,
    field(`${name}.ext.echo.seq`, 8, "decimal", "which question of it"),
    field(`${name}.ext.echo.bits`, 8, "hex", "which interface, and its state (RFC 8335)"),
  ];
}

/**
 * Reads the message of `protocol`; returns the key `inside` of the packet that it quotes the beginning of, if
 * its type is one of `quoting`.
 */
export function readMessage(
  cursor: Cursor,
  protocol: Protocol,
  quoting: ReadonlySet<number>,
  inside: number,
): number {
  const quotes = quoting.has(cursor.u8(0)) && !cursor.fragment && !cursor.quoted;
  if (!cursor.header(protocol) || !quotes) return NO_KEY;
  cursor.quoted = true;
  return inside;
}

/** Says in a line what the message at `start` says: `ICMP time exceeded: no hops left`. */
export function messageLine(
  title: string,
  { types, codes }: Messages,
  start: number,
  bytes: Uint8Array,
  line: Line,
): void {
  const type = bytes[start]!;
  const code = bytes[start + 1]!;
  const closer = codes[type]?.[code];
  line.what = `${title} ${types[type] ?? `type ${type}, code ${code}`}${
    closer === undefined ? "" : `: ${closer}`
  }`;
}
