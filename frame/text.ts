/**
 * An explained packet as text: a row for each field, with its bytes and where they are.
 *
 * @module
 */
import type { Io, Output } from "../cli/io.ts";
import { columnsOf, palette } from "../cli/terminal.ts";
import { escapeLine } from "../text/escape.ts";
import { fits, fold, pad, width } from "../text/layout.ts";
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

/** Returns how many bytes are in a row: a MAC address, or half an IPv6 address where there is room. */
function bytesInRow({ columns }: TextStyle): number {
  return columns < 100 ? 6 : 8;
}

/** The most bytes of content that are shown on a terminal. */
const MAX_DATA = 256;
/** Bytes in a row of content, and the columns that such a row takes: with half of them, half of the bytes. */
const DATA_ROW = 16, DATA_COLUMNS = 72;

/** Returns the lines that explain a packet, from the outermost layer on. */
export function explainLines(
  layers: readonly ExplainedLayer[],
  bytes: Uint8Array,
  style: TextStyle,
): string[] {
  return layers.flatMap((layer, i) => [...i > 0 ? [""] : [], ...layerLines(layer, bytes, style)]);
}

/** Returns the lines of a packet that was joined from fragments, without its IP header. */
export function reassembledLines(whole: Reassembled, style: TextStyle): string[] {
  const { fragments, bytes } = whole;
  const heading = `${t`reassembled from ${
    count(fragments.length, "fragment")
  }`}  ${t`${bytes.length} bytes`}`;
  const [, ...inside] = explain(whole);
  return [style.bold(heading), "", ...explainLines(inside, bytes, style)];
}

function layerLines(layer: ExplainedLayer, bytes: Uint8Array, style: TextStyle): string[] {
  const { title, quoted, pos, size, fields, problems } = layer;
  const where = size === 0
    ? t`no bytes`
    : size === 1
    ? t`byte ${pos}`
    : t`bytes ${pos}–${pos + size - 1}`;
  const heading = `${translateIn("layer", title)}${quoted ? t` (quoted)` : ""}  ${where}`;
  const rows = fields.flatMap((each) =>
    layer.name === "data" ? dataLines(each, style) : fieldLines(each, layer, bytes, style)
  );
  return [
    style.bold(heading),
    ...rows,
    ...problems.flatMap((problem) => fold(`       ! ${problem}`, style.columns, 9).map(style.red)),
  ];
}

function fieldLines(
  each: Field,
  layer: ExplainedLayer,
  bytes: Uint8Array,
  style: TextStyle,
): string[] {
  const { name, spec, pos, size } = each;
  const meaning = meaningIn(layer, each);
  const perRow = bytesInRow(style);
  const shown = size > perRow && spec.form === "bytes" ? "" : formatValue(each);
  const value = meaning === null ? shown : `${shown} (${meaning})`;
  const lines = rowLines(
    [pos, maskedBytes(each, bytes, perRow), name, escapeLine(value)],
    translate(spec.about),
    style,
  );
  for (let at = perRow; at < size; at += perRow) {
    const more = bytes.subarray(pos + at, pos + Math.min(size, at + perRow));
    lines.push(...rowLines([pos + at, spaced(more.toHex()), "", ""], "", style));
  }
  return lines;
}

/** Returns the lines of a field; a value, or what it is about, goes on below itself where it has no room. */
function rowLines(
  [pos, bytes, name, value]: readonly [number, string, string, string],
  about: string,
  style: TextStyle,
): string[] {
  const bytesWidth = 3 * bytesInRow(style) - 1;
  const offset = bytes === "" ? "" : String(pos); // what is in no byte has no offset
  const start = `${offset.padStart(OFFSET)}  ${bytes.padEnd(bytesWidth)}`;
  const aligned = `${start}  ${name.padEnd(NAME)}  ${value}`.trimEnd();
  const line = fits(aligned, style.columns) ? aligned : `${start}  ${name}  ${value}`.trimEnd();
  const column = OFFSET + bytesWidth + NAME + VALUE + 7;
  const room = style.columns - column;
  if (about === "" || room < MIN_ABOUT) {
    return fold(line, style.columns, start.length + NAME + 4);
  }
  const isBeside = style.columns === Infinity || width(line) < column;
  const [first = "", ...more] = fold(about, room);
  const below = (isBeside ? more : [first, ...more]).map((each) =>
    " ".repeat(column) + style.dim(each)
  );
  if (!isBeside) return [...fold(line, style.columns, start.length + NAME + 4), ...below];
  return [`${pad(`${line} `, column)}${style.dim(first)}`, ...below];
}

/** Returns the first bytes of a field; where it has only some bits, the digits without one are dots. */
function maskedBytes(
  { spec, bit, pos, size, value }: Field,
  bytes: Uint8Array,
  perRow: number,
): string {
  const hex = bytes.subarray(pos, pos + Math.min(size, perRow)).toHex();
  if (typeof value !== "number" || spec.bits >= 8 * size) return spaced(hex);
  const digits = [...hex].map((digit, i) =>
    4 * i + 4 > bit && 4 * i < bit + spec.bits ? digit : "."
  );
  return spaced(digits.join(""));
}

/** Returns the digits of bytes in pairs. A loop: a regular expression takes three times as long. */
function spaced(hex: string): string {
  let pairs = hex.slice(0, 2);
  for (let i = 2; i < hex.length; i += 2) pairs += ` ${hex.slice(i, i + 2)}`;
  return pairs;
}

function dataLines({ pos, value }: Field, style: TextStyle): string[] {
  const data = value as Uint8Array;
  const lines: string[] = [];
  const shown = style.columns === Infinity ? data.length : Math.min(data.length, MAX_DATA);
  const perRow = style.columns < DATA_COLUMNS ? DATA_ROW / 2 : DATA_ROW;
  for (let at = 0; at < shown; at += perRow) {
    const part = data.subarray(at, Math.min(shown, at + perRow));
    const hex = spaced(part.toHex()).padEnd(3 * perRow - 1);
    let text = "";
    for (const byte of part) {
      text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
    }
    const line = `${String(pos + at).padStart(OFFSET)}  ${hex}  ${text}`;
    lines.push(...fold(line, style.columns, OFFSET + 2));
  }
  if (shown < data.length) {
    lines.push(style.dim(`       ${t`… ${formatBytes(data.length - shown)} more`}`));
  }
  const text = textOf(data.subarray(0, shown));
  if (text !== null && /[^\x20-\x7e]/.test(text)) {
    for (const line of text.split(/(?<=\n)/)) {
      lines.push(...fold(`       "${escapeLine(line.replace("\r", "\\r"))}"`, style.columns, 8));
    }
  }
  return lines;
}
