/**
 * Previews of data: its beginning, as text on one line.
 *
 * @module
 */
import { escapeLine } from "./escape.ts";
import { cut, width } from "./layout.ts";

/** Bytes of a read or write that are looked at. */
const PREVIEW_BYTES = 256;

const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });

/** Returns the first bytes of `data` as text; what is not UTF-8 becomes U+FFFD. */
export function decodePreview(data: Uint8Array): string {
  return DECODER.decode(data.subarray(0, PREVIEW_BYTES));
}

/** The fewest columns for a preview: then the line is longer. */
const MIN_PREVIEW = 8;

/** Returns `text` with `data` behind it in quotes, escaped and cut to fill up to `columns`. */
export function withPreview(text: string, data: Uint8Array, columns: number): string {
  if (data.length === 0) return text;
  const room = Math.max(MIN_PREVIEW, columns - width(text) - '  ""'.length);
  const shown = escapeLine(decodePreview(data));
  const whole = data.length <= PREVIEW_BYTES && width(shown) <= room;
  return `${text}  "${whole ? shown : cut(`${shown}…`, room)}"`;
}
