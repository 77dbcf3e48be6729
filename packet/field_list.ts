/**
 * The fields of what follows no fixed table, read one after the other.
 *
 * @module
 */
import { bytesField, type Field, type FieldSpec, isNumeric, readField } from "./field.ts";

/**
 * Fields from an offset on; each one moves the offset behind it, so that loops over them end. A field that does
 * not fit is not read, and nothing behind it.
 */
export class FieldList {
  /** The fields so far. */
  readonly fields: Field[] = [];
  readonly #bytes: Uint8Array;
  /** The offset of the next field. */
  at: number;
  /** The end, behind which nothing is read. */
  readonly end: number;

  /** Begins at `at` of `bytes`. */
  constructor(bytes: Uint8Array, at: number, end: number) {
    this.#bytes = bytes;
    this.at = at;
    this.end = Math.min(end, bytes.length);
  }

  /** The number of bytes that are left. */
  get left(): number {
    return this.end - this.at;
  }

  /** Reads a field of whole bytes; returns its number, or -1 for one that does not fit or is none. */
  take(spec: FieldSpec): number {
    const size = spec.bits / 8;
    if (size > this.left) {
      this.at = this.end;
      return -1;
    }
    const field = readField({ ...spec, bit: 0, offset: 0, size }, this.#bytes, this.at);
    this.fields.push(field);
    this.at += size;
    return isNumeric(spec) ? field.value as number : -1;
  }

  /** Reads a field of `size` bytes, or of what is left if that is less; with its value as text, if given. */
  bytes(spec: FieldSpec, size: number, text?: string): void {
    if (Math.min(size, this.left) <= 0) return;
    this.over(spec, size, text);
    this.skip(size);
  }

  /** Adds a field over `size` bytes that are read again by the next ones; with its value as text, if given. */
  over(spec: FieldSpec, size: number, text?: string): void {
    const there = Math.min(size, this.left);
    const field = bytesField(spec, this.#bytes, this.at, there);
    this.fields.push(text === undefined ? field : { ...field, text });
  }

  /** Passes over `size` bytes; never back. */
  skip(size: number): void {
    this.at = Math.min(this.end, this.at + Math.max(0, size));
  }
}
