/**
 * The options of TCP that can be put into a header by the names of their fields.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import { field, type FieldSpec, type FieldValue } from "../packet/field.ts";

/** The fields of TCP's options that can be set. */
export const OPTION_SETTINGS: Readonly<Record<string, FieldSpec>> = Object.fromEntries(
  [
    field("tcp.options", 0, "bytes", "all options as they are"),
    field("tcp.options.mss_val", 16, "decimal", ""),
    field("tcp.options.wscale.shift", 8, "decimal", ""),
    field("tcp.options.sack_perm", 1, "decimal", ""),
    field("tcp.options.sack_le", 32, "decimal", ""),
    field("tcp.options.sack_re", 32, "decimal", ""),
    field("tcp.options.timestamp.tsval", 32, "decimal", ""),
    field("tcp.options.timestamp.tsecr", 32, "decimal", ""),
    field("tcp.options.tfo.cookie", 0, "bytes", ""),
  ].map((spec) => [spec.name, spec]),
);

/** The most bytes of options: a TCP header has at most 60 (RFC 9293, section 3.1). */
export const MAX_OPTIONS = 40;

/**
 * Returns the options that `settings` ask for, filled up with NOP to a multiple of 4 bytes. Options that
 * are given as they are (`tcp.options`) come first.
 */
export function encodeOptions(settings: ReadonlyMap<string, FieldValue>): Uint8Array<ArrayBuffer> {
  const number = (name: string) => settings.get(name) as number | undefined;
  const bytes = (name: string) => settings.get(name) as Uint8Array | undefined;
  const parts: Uint8Array[] = [bytes("tcp.options") ?? new Uint8Array()];
  const mss = number("tcp.options.mss_val");
  if (mss !== undefined) parts.push(Uint8Array.of(2, 4, mss >> 8, mss & 0xff));
  const shift = number("tcp.options.wscale.shift");
  if (shift !== undefined) parts.push(Uint8Array.of(1, 3, 3, shift));
  if (number("tcp.options.sack_perm") === 1) parts.push(Uint8Array.of(4, 2));
  const [left, right] = [number("tcp.options.sack_le"), number("tcp.options.sack_re")];
  if (left !== undefined || right !== undefined) {
    const block = new DataView(new ArrayBuffer(10));
    block.setUint16(0, 0x050a);
    block.setUint32(2, left ?? 0);
    block.setUint32(6, right ?? left ?? 0);
    parts.push(new Uint8Array(block.buffer));
  }
  const tsval = number("tcp.options.timestamp.tsval");
  const tsecr = number("tcp.options.timestamp.tsecr");
  if (tsval !== undefined || tsecr !== undefined) {
    const option = new DataView(new ArrayBuffer(10));
    option.setUint16(0, 0x080a);
    option.setUint32(2, tsval ?? 0);
    option.setUint32(6, tsecr ?? 0);
    parts.push(new Uint8Array(option.buffer));
  }
  const cookie = bytes("tcp.options.tfo.cookie");
  if (cookie !== undefined) parts.push(Uint8Array.of(34, 2 + cookie.length), cookie);
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  return concat([...parts, new Uint8Array(-size & 3).fill(1)]);
}
