/**
 * Frames made from headers and content: encapsulation, from the inside out.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import { checksumOf, coveredSum, crcAround, pseudoHeaderSum } from "./checksum.ts";
import {
  type FieldValue,
  type HeaderTable,
  isNumeric,
  type PlacedField,
  writeField,
} from "./field.ts";
import { type Build, type ChecksumRule, checksumRule } from "./protocol.ts";
import { announcedAs, protocolNamed } from "./protocols.ts";

/** A header to be written: all of its fields, and its options. */
export interface Header {
  /** The places of its fields. */
  readonly table: HeaderTable;
  /** The value of each field, in the order of the table. */
  readonly values: readonly FieldValue[];
  /** The options, as they are; none are empty. */
  readonly options: Uint8Array;
}

/** Returns a header as bytes. */
export function encodeHeader({ table, values, options }: Header): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(table.size + options.length);
  table.fields.forEach((spec, i) => writeField(bytes, spec, values[i]!));
  bytes.set(options, table.size);
  return bytes;
}

/** A header that is wanted. */
export interface Wanted {
  /** The name of the layer. */
  readonly name: string;
  /** The fields that are given; lengths, checksums and types that are not are computed. */
  readonly set: ReadonlyMap<string, FieldValue>;
  /** Options, a multiple of 4 bytes; none if left out. */
  readonly options?: Uint8Array;
}

/** Returns the table of the header that `wrap` makes of the layer called `name`. */
export function buildTable(name: string): HeaderTable {
  const { build, table } = protocolNamed(name);
  if (build?.table !== undefined) return build.table;
  if (typeof table === "function") throw new RangeError(`${name} has no table to be built by`);
  return table;
}

/** Returns the bytes of a header with its options. */
export function sizeOfHeader({ name, options }: Wanted): number {
  return buildTable(name).size + (options?.length ?? 0);
}

/**
 * Returns `payload` in the headers of `layers`, the first one outermost.
 *
 * Lengths, checksums and the fields that announce the next header are computed unless they are set,
 * so that a wrong frame can be made on purpose.
 *
 * @throws {RangeError} For a name that is no field of its layer.
 *
 * @example A datagram without data
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { wrap } from "./encode.ts";
 *
 * const ports = new Map([["udp.srcport", 53], ["udp.dstport", 1024]]);
 * const bytes = wrap([{ name: "ip", set: new Map() }, { name: "udp", set: ports }], new Uint8Array());
 * assertEquals(bytes.subarray(20).toHex(), "003504000008fba9");
 * ```
 */
export function wrap(layers: readonly Wanted[], payload: Uint8Array): Uint8Array<ArrayBuffer> {
  let content: Uint8Array<ArrayBuffer> = payload.slice();
  for (let i = layers.length - 1; i >= 0; i--) {
    const { name, set, options = new Uint8Array() } = layers[i]!;
    const protocol = protocolNamed(name);
    const { build = {} } = protocol;
    const table = buildTable(name);
    checkNames(name, table, set);
    const size = table.size + options.length;
    const computed = computedFields(build, layers[i + 1]?.name ?? null, size, content.length);
    const values = table.fields.map((spec) =>
      set.get(spec.name) ?? computed[spec.name] ?? build.defaults?.[spec.name] ?? zero(spec)
    );
    const bytes = concat([encodeHeader({ table, values, options }), content]);
    const rule = checksumRule(protocol, bytes, 0);
    if (rule !== null && !set.has(`${name}.checksum`)) {
      writeChecksum(rule, bytes, size, pseudoSum(rule, layers.slice(0, i), bytes.length));
    }
    content = bytes;
  }
  return content;
}

/** Refuses names that are no fields of the layer called `layer`: their values would be lost in silence. */
function checkNames(layer: string, { fields }: HeaderTable, set: Wanted["set"]): void {
  for (const name of set.keys()) {
    if (!fields.some((field) => field.name === name)) {
      throw new RangeError(`${layer} has no field ${name} to be set`);
    }
  }
}

/** Returns the fields of a header of `size` bytes that follow from what is inside it. */
function computedFields(
  { announces, lengths }: Build,
  inner: string | null,
  size: number,
  content: number,
): Readonly<Record<string, number>> {
  if (announces === undefined) return lengths?.(size, content) ?? {};
  const { field, space, nothing } = announces;
  const number = inner === null ? null : announcedAs(space, inner);
  return { ...lengths?.(size, content), [field]: number ?? nothing };
}

function zero(spec: PlacedField): FieldValue {
  return isNumeric(spec) ? 0 : new Uint8Array(spec.bits / 8);
}

/** Writes the checksum of `rule` into a header of `size` bytes, its content behind it. */
function writeChecksum(
  rule: ChecksumRule,
  bytes: Uint8Array<ArrayBuffer>,
  size: number,
  pseudo: number,
): void {
  const { offset, covers, optional } = rule;
  const view = new DataView(bytes.buffer);
  if (rule.isCrc) {
    view.setUint32(offset, crcAround(bytes, 0, offset, bytes.length));
    return;
  }
  const covered = covers === "header" ? size : bytes.length;
  const checksum = checksumOf(coveredSum(rule, bytes, 0, covered, pseudo));
  // 0 would mean that there is none (RFC 768).
  view.setUint16(offset, optional && checksum === 0 ? 0xffff : checksum);
}

/** Returns the sum of the pseudo-header that a checksum covers, of the innermost IP header of `around`. */
function pseudoSum({ pseudo }: ChecksumRule, around: readonly Wanted[], length: number): number {
  const outer = around.findLast(({ name }) => name === "ip" || name === "ipv6");
  if (pseudo === undefined || outer === undefined) return 0;
  const table = buildTable(outer.name);
  const header = new Uint8Array(table.size);
  for (const spec of table.fields) {
    const value = outer.set.get(spec.name);
    if (value !== undefined) writeField(header, spec, value);
  }
  const addresses = header.subarray(outer.name === "ip" ? 12 : 8);
  return pseudoHeaderSum(addresses, pseudo, length);
}
