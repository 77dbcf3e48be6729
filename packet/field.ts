/**
 * Fields of headers as tables: reading, writing and explaining all follow the same rows.
 *
 * Fields are called by their Wireshark display-filter names, so that a name read here can be typed
 * there, and tshark can check each name, position and value.
 *
 * @module
 */
import { formatQuickIpv4 } from "../address/ipv4.ts";
import { formatIpv6Octets } from "../address/ipv6.ts";
import { formatMac } from "../address/mac.ts";

/** The form of a field's value. Up to 32 bits are a number, `signed` is in two's complement; more are bytes. */
export type FieldForm =
  | "decimal"
  | "signed"
  | "hex"
  | "flags"
  | "mac"
  | "ipv4"
  | "ipv6"
  | "bytes"
  | "text";

/** The value of a field: a number, or a view of the packet's bytes. */
export type FieldValue = number | Uint8Array;

/** A row of a header's table. */
export interface FieldSpec {
  /** The Wireshark display-filter name: `ip.ttl`. */
  readonly name: string;
  /** The number of its bits. */
  readonly bits: number;
  /** The form of its value. */
  readonly form: FieldForm;
  /** The purpose of the field, in half a line. */
  readonly about: string;
  /** The factor from the number to its meaning, where that is not 1: header lengths count 4 bytes. */
  readonly unit?: number;
  /** Whether the least significant byte comes first, of a number of whole bytes. */
  readonly little?: boolean;
  /** The meanings of certain numbers. */
  readonly names?: Readonly<Record<number, string>>;
  /**
   * The place of the field by Wireshark, as offset and size in bytes from the header's start, where
   * that is not the bytes that its bits are in.
   */
  readonly container?: readonly [offset: number, size: number];
}

/** A row with its place. */
export interface PlacedField extends FieldSpec {
  /** The first bit, counted from the most significant bit of the header's first byte. */
  readonly bit: number;
  /** The offset in the header, in bytes as Wireshark counts them. */
  readonly offset: number;
  /** The number of bytes that it is in. */
  readonly size: number;
}

/** A header, or the part of it that has the same fields always. */
export interface HeaderTable {
  /** The fields in the order of their bits. */
  readonly fields: readonly PlacedField[];
  /** The number of bytes that they have together. */
  readonly size: number;
}

/** A field of a packet. */
export interface Field {
  /** The Wireshark display-filter name. */
  readonly name: string;
  /** The row of the table that it was read by. */
  readonly spec: FieldSpec;
  /** The first bit of it, counted from the first bit of the byte at `pos`. */
  readonly bit: number;
  /** The offset in the packet, in bytes. */
  readonly pos: number;
  /** The number of bytes that it is in. */
  readonly size: number;
  /** The value as it stands on the wire; times `unit` it is the meaning. */
  readonly value: FieldValue;
  /** The value as text, where that does not follow from its bytes alone: names of DNS. */
  readonly text?: string;
}

/** Makes a row of a table. */
export function field(
  name: string,
  bits: number,
  form: FieldForm,
  about: string,
  more: Pick<FieldSpec, "unit" | "names" | "container" | "little"> = {},
): FieldSpec {
  return { name, bits, form, about, ...more };
}

/** Makes the row of bits that are not shown, because Wireshark has no name for them. */
export function gap(bits: number): FieldSpec {
  return { name: "", bits, form: "bytes", about: "" };
}

/** Places the rows of a table one behind the other. */
export function headerTable(...specs: readonly FieldSpec[]): HeaderTable {
  let bit = 0;
  const fields = specs.flatMap((spec) => {
    const first = bit >> 3;
    const last = bit + spec.bits - 1 >> 3;
    const [offset, size] = spec.container ?? [first, last - first + 1];
    const placed = { ...spec, bit, offset, size };
    bit += spec.bits;
    return spec.name === "" ? [] : [placed];
  });
  if (bit % 8 !== 0) throw new RangeError(`The fields end in the middle of a byte: ${bit} bits`);
  return { fields, size: bit / 8 };
}

/** Returns the `bits` (at most 32) at bit `at` of `bytes` as a number. */
export function readBits(bytes: Uint8Array, at: number, bits: number): number {
  const first = at >> 3;
  const last = at + bits - 1 >> 3;
  let value = bytes[first]! & 0xff >> (at & 7);
  for (let i = first + 1; i <= last; i++) value = value * 256 + bytes[i]!;
  const spare = 7 - (at + bits - 1 & 7);
  return spare === 0 ? value : Math.floor(value / 2 ** spare);
}

/** Returns the number of whole bytes at bit `at`, whose least significant byte comes first. */
function readLittle(bytes: Uint8Array, at: number, bits: number): number {
  let value = 0;
  for (let i = (at + bits >> 3) - 1; i >= at >> 3; i--) value = value * 256 + bytes[i]!;
  return value;
}

/** Writes the number `value`, negative in two's complement, into the `bits` (at most 32) at bit `at` of `bytes`. */
function writeBits(bytes: Uint8Array, at: number, bits: number, value: number): void {
  for (let i = 0; i < bits; i++) {
    const place = at + bits - 1 - i;
    const mask = 0x80 >> (place & 7);
    const one = Math.floor(value / 2 ** i) % 2 !== 0;
    bytes[place >> 3] = one ? bytes[place >> 3]! | mask : bytes[place >> 3]! & ~mask;
  }
}

/** Reads the fields of `table` from the header at `start`; bytes are lent views. */
export function readTable(table: HeaderTable, bytes: Uint8Array, start: number): Field[] {
  return table.fields.map((spec) => readField(spec, bytes, start));
}

/** Reads one field from the header at `start`. */
export function readField(spec: PlacedField, bytes: Uint8Array, start: number): Field {
  return {
    name: spec.name,
    spec,
    bit: spec.bit - spec.offset * 8,
    pos: start + spec.offset,
    size: spec.size,
    value: readValue(spec, bytes, start),
  };
}

/** Reads the value of one field from the header at `start`, as it stands on the wire. */
export function readValue(spec: PlacedField, bytes: Uint8Array, start: number): FieldValue {
  const at = start * 8 + spec.bit;
  if (!isNumeric(spec)) return bytes.subarray(at >> 3, (at + spec.bits) >> 3);
  const { bits, form } = spec;
  const value = spec.little ? readLittle(bytes, at, bits) : readBits(bytes, at, bits);
  return form === "signed" && value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
}

/** Makes the row of a field that is bytes, of any number. */
export function raw(name: string, about: string): FieldSpec {
  return { name, bits: 0, form: "bytes", about };
}

/** Makes the row of a field that is text, of any number of bytes. */
export function text(name: string, about: string): FieldSpec {
  return { ...raw(name, about), form: "text" };
}

/** Returns a field that is all of `size` bytes at `pos`. */
export function bytesField(spec: FieldSpec, bytes: Uint8Array, pos: number, size: number): Field {
  return { name: spec.name, spec, bit: 0, pos, size, value: bytes.subarray(pos, pos + size) };
}

/** Returns whether the value of a field is a number. */
export function isNumeric({ bits, form }: FieldSpec): boolean {
  return bits <= 32 && form !== "bytes" && form !== "text";
}

/** Writes `value` into a field of the header that begins with `header`. */
export function writeField(header: Uint8Array, spec: PlacedField, value: FieldValue): void {
  const { bit, bits, little } = spec;
  if (typeof value !== "number") return header.set(value, bit >> 3);
  writeBits(header, bit, bits, value);
  if (little) header.subarray(bit >> 3, (bit + bits) >> 3).reverse();
}

/** Returns the flags of TCP that are set in `value`, from the lowest bit on: `PSH,ACK`. */
export function formatFlags(value: number): string {
  let text = "";
  for (let bit = 0; bit < FLAGS.length; bit++) {
    if (value >> bit & 1) text += text === "" ? FLAGS[bit] : `,${FLAGS[bit]}`;
  }
  return text === "" ? "none" : text;
}

/** The flags of TCP from the lowest bit on (RFC 9293, section 3.1; AE: RFC 9768). */
export const FLAGS: readonly string[] = [
  "FIN",
  "SYN",
  "RST",
  "PSH",
  "ACK",
  "URG",
  "ECE",
  "CWR",
  "AE",
];

/** Returns the value of a field as it is written: `64`, `0xb6c7`, `192.0.2.1`. */
export function formatValue({ spec, value, text }: Pick<Field, "spec" | "value" | "text">): string {
  if (text !== undefined) return text;
  if (typeof value === "number") {
    switch (spec.form) {
      case "hex":
        return `0x${value.toString(16).padStart(Math.ceil(spec.bits / 4), "0")}`;
      case "flags":
        return `0x${value.toString(16).padStart(4, "0")}`;
      case "ipv4":
        return formatQuickIpv4(value);
      default:
        return String(value * (spec.unit ?? 1));
    }
  }
  switch (spec.form) {
    case "ipv6":
      return value.length === 16 ? formatIpv6Octets(value) : formatMac(value);
    case "text":
      return latin1(value);
    default:
      return formatMac(value);
  }
}

const LATIN = new TextDecoder("latin1");

/** Returns the bytes of a text, each as a character of its own. */
export function latin1(bytes: Uint8Array): string {
  return LATIN.decode(bytes);
}

/** Returns the meaning of the number in a field, or `null`: `TCP`, `PSH,ACK`. */
export function meaningOf({ spec, value }: Pick<Field, "spec" | "value">): string | null {
  if (typeof value !== "number") return null;
  if (spec.form === "flags") return formatFlags(value);
  return spec.names?.[value] ?? null;
}
