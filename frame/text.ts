/**
 * An explained packet as text: a row for each field, with its bytes and where they are.
 *
 * @module
 */
import type { Io, Output } from "../cli/io.ts";
import { columnsOf, palette } from "../cli/terminal.ts";
import { escapeLine } from "../text/escape.ts";
import { fits, fold, pad, width } from "../text/layout.ts";
import type { TextBuffer } from "../text/text_buffer.ts";
import { count, formatBytes } from "../text/units.ts";
import { explain, type ExplainedLayer, meaningIn } from "../packet/explain.ts";
import { type Field, formatValue } from "../packet/field.ts";
import type { Reassembled } from "../packet/reassembly.ts";
import { textOf } from "./payload.ts";
import { t, translate, translateIn } from "../text/messages.ts";

/** The layout and the styles of text; each style returns its argument where there are no colours. */
export interface TextStyle {
  /** The width of the terminal; without one `Infinity`, and nothing is cut. */
  readonly columns: number;
  /** For headings. */
  readonly bold: (text: string) => string;
  /** For explanations. */
  readonly dim: (text: string) => string;
  /** For problems. */
  readonly red: (text: string) => string;
}

/** Returns the layout and the styles for text on `output`. */
export function styleFor(output: Output, io: Io): TextStyle {
  return { columns: columnsOf(output, io), ...palette(io, output) };
}

/** Widths of the columns: offset, name, value. The purpose of a field follows if there is room. */
const OFFSET = 5;
const NAME = 22;
const VALUE = 24;
/** The fewest columns in which the last column is of use. */
const MIN_ABOUT = 20;

/** Returns the columns of so many bytes: two digits each, with blanks between them. */
function bytesWidth(perRow: number): number {
  return 3 * perRow - 1;
}

/** Returns how many bytes are in a row: a MAC address, or half an IPv6 address where there is room. */
function bytesInRow({ columns }: TextStyle): number {
  return columns < 100 ? 6 : 8;
}

/** The most bytes of content that are shown on a terminal. */
const MAX_DATA = 256;
/** Bytes in a row of content, and the columns that such a row takes: with half of them, half of the bytes. */
const DATA_ROW = 16, DATA_COLUMNS = 72;

/** Adds the lines that explain a packet, from the outermost layer on. */
export function addLayers(
  text: TextBuffer,
  layers: readonly ExplainedLayer[],
  bytes: Uint8Array,
  style: TextStyle,
): void {
  for (let i = 0; i < layers.length; i++) {
    if (i > 0) text.line();
    addLayer(text, layers[i]!, bytes, style);
  }
}

/** Adds the lines of a packet that was joined from fragments, without its IP header. */
export function addReassembled(text: TextBuffer, whole: Reassembled, style: TextStyle): void {
  const { fragments, bytes } = whole;
  const heading = `${t`reassembled from ${
    count(fragments.length, "fragment")
  }`}  ${t`${bytes.length} bytes`}`;
  const [, ...inside] = explain(whole);
  text.line(style.bold(heading));
  text.line();
  addLayers(text, inside, bytes, style);
}

function addLayer(
  text: TextBuffer,
  layer: ExplainedLayer,
  bytes: Uint8Array,
  style: TextStyle,
): void {
  const { title, quoted, pos, size, fields, problems } = layer;
  const where = size === 0
    ? t`no bytes`
    : size === 1
    ? t`byte ${pos}`
    : t`bytes ${pos}–${pos + size - 1}`;
  const heading = `${translateIn("layer", title)}${quoted ? t` (quoted)` : ""}  ${where}`;
  text.line(style.bold(heading));
  for (const each of fields) {
    if (layer.name === "data") addData(text, each, style);
    else addField(text, each, layer, bytes, style);
  }
  for (const problem of problems) {
    for (const line of fold(`       ! ${problem}`, style.columns, 9)) text.line(style.red(line));
  }
}

/** The words of a row: behind the offset and the bytes of a field. */
interface Words {
  readonly name: string;
  readonly value: string;
  readonly about: string;
}

/** Adds the rows of a field: one, and more where its bytes or its words have no room in it. */
function addField(
  text: TextBuffer,
  each: Field,
  layer: ExplainedLayer,
  bytes: Uint8Array,
  style: TextStyle,
): void {
  const { name, spec, pos } = each;
  const size = sizeThere(each, bytes);
  const meaning = meaningIn(layer, each);
  const perRow = bytesInRow(style);
  const shown = each.size > perRow && spec.form === "bytes" ? "" : formatValue(each);
  const said = meaning === null ? shown : `${shown} (${meaning})`;
  // Of a number, all words are netkit's own.
  const value = typeof each.value === "number" ? said : escapeLine(said).trimEnd();
  const start = text.size;
  addBytes(text, each, bytes, perRow);
  addWords(text, start, { name, value, about: translate(spec.about) }, style);
  for (let at = perRow; at < size; at += perRow) {
    const next = text.size;
    addOffset(text, pos + at);
    text.hex(bytes, pos + at, pos + Math.min(size, at + perRow));
    endRow(text, next, bytesWidth(perRow) + NAME + 11, style);
  }
}

/** Returns how many of the bytes of a field were captured. */
function sizeThere({ pos, size }: Field, bytes: Uint8Array): number {
  return Math.min(size, Math.max(0, bytes.length - pos));
}

/** Adds an offset in its column. */
function addOffset(text: TextBuffer, offset: number): void {
  text.number(offset, OFFSET);
  text.blanks(2);
}

/** Adds offset and first bytes of a field in their columns; what is in no byte has no offset. */
function addBytes(text: TextBuffer, each: Field, bytes: Uint8Array, perRow: number): void {
  const { spec, pos, size, value } = each;
  const columns = bytesWidth(perRow);
  const shown = Math.min(sizeThere(each, bytes), perRow);
  if (shown === 0) return text.blanks(OFFSET + 2 + columns);
  addOffset(text, pos);
  if (typeof value === "number" && spec.bits < 8 * size) {
    return text.cell(maskedBytes(each, bytes, shown), columns);
  }
  text.hex(bytes, pos, pos + shown);
  text.blanks(columns + 1 - 3 * shown);
}

/** Adds the words of the row that begins at `start` of `text`; they go on below where they have no room. */
function addWords(text: TextBuffer, start: number, words: Words, style: TextStyle): void {
  const { name, value, about } = words;
  const { columns } = style;
  const column = OFFSET + bytesWidth(bytesInRow(style)) + NAME + VALUE + 7;
  const room = columns - column;
  const isSaid = about !== "" && room >= MIN_ABOUT;
  const used = text.size - start + 2;
  const behindName = used + Math.max(NAME, name.length) + 2;
  if (columns < Infinity) {
    const end = value === "" ? used + name.length : behindName + width(value);
    if (isSaid ? end >= column || !fits(about, room) : end > columns) {
      const lines = foldedRow(text.cut(start), words, isSaid ? room : 0, column, style);
      for (const line of lines) text.line(line);
      return;
    }
  }
  text.blanks(2);
  const most = isSaid ? column - 1 : 0; // nothing is filled up at the end of a line
  if (value === "") text.cell(name, most - used);
  else {
    text.cell(name, NAME);
    text.blanks(2);
    text.cell(value, most - behindName);
  }
  if (isSaid) {
    text.blanks(1);
    text.add(style.dim(about));
  }
  text.line();
}

/** Returns the lines of a row that has no room on one; `room` is that of what the field is about. */
function foldedRow(
  start: string,
  { name, value, about }: Words,
  room: number,
  column: number,
  style: TextStyle,
): string[] {
  const aligned = `${start}  ${name.padEnd(NAME)}  ${value}`.trimEnd();
  const line = fits(aligned, style.columns) ? aligned : `${start}  ${name}  ${value}`.trimEnd();
  if (room === 0) return fold(line, style.columns, start.length + NAME + 4);
  const isBeside = width(line) < column;
  const [first = "", ...more] = fold(about, room);
  const below = (isBeside ? more : [first, ...more]).map((each) =>
    " ".repeat(column) + style.dim(each)
  );
  if (!isBeside) return [...fold(line, style.columns, start.length + NAME + 4), ...below];
  return [`${pad(`${line} `, column)}${style.dim(first)}`, ...below];
}

/** Ends the row that begins at `start` of `text` and is ASCII; it goes on behind `indent` where it has no room. */
function endRow(text: TextBuffer, start: number, indent: number, { columns }: TextStyle): void {
  if (text.size - start <= columns) return text.line();
  for (const line of fold(text.cut(start), columns, indent)) text.line(line);
}

/** Returns the first `size` bytes of a field of only some bits; the digits without one are dots. */
function maskedBytes({ bit, spec, pos }: Field, bytes: Uint8Array, size: number): string {
  let text = "";
  for (let i = 0; i < 2 * size; i++) {
    const digit = bytes[pos + (i >> 1)]! >> (i % 2 === 0 ? 4 : 0) & 15;
    const isOwn = 4 * i + 4 > bit && 4 * i < bit + spec.bits;
    text += (i > 0 && i % 2 === 0 ? " " : "") + (isOwn ? digit.toString(16) : ".");
  }
  return text;
}

function addData(text: TextBuffer, { pos, value }: Field, style: TextStyle): void {
  const data = value as Uint8Array;
  const shown = style.columns === Infinity ? data.length : Math.min(data.length, MAX_DATA);
  const perRow = style.columns < DATA_COLUMNS ? DATA_ROW / 2 : DATA_ROW;
  for (let at = 0; at < shown; at += perRow) {
    const end = Math.min(shown, at + perRow);
    const start = text.size;
    addOffset(text, pos + at);
    text.hex(data, at, end);
    text.blanks(3 * (perRow - (end - at)) + 2);
    text.printable(data, at, end);
    endRow(text, start, OFFSET + 2, style);
  }
  if (shown < data.length) {
    text.line(style.dim(`       ${t`… ${formatBytes(data.length - shown)} more`}`));
  }
  const words = textOf(data.subarray(0, shown));
  if (words !== null && /[^\x20-\x7e]/.test(words)) {
    for (const line of words.split(/(?<=\n)/)) {
      const shown = `       "${escapeLine(line.replace("\r", "\\r"))}"`;
      for (const each of fold(shown, style.columns, 8)) text.line(each);
    }
  }
}
