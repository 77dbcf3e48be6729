/**
 * The data that a program has sent, as text where it is text.
 *
 * @module
 */

/**
 * Returns `data` as text if it is text: UTF-8 without control characters other than those of lines and
 * tabs. A character that is cut off at the end is left out. `null` if it is none, or empty.
 */
export function textOf(data: Uint8Array): string | null {
  if (data.length === 0) return null;
  let ascii = true;
  for (const byte of data) {
    if (byte < 0x20 ? byte !== 0x09 && byte !== 0x0a && byte !== 0x0d : byte === 0x7f) return null;
    if (byte >= 0x80) ascii = false;
  }
  if (ascii) return LATIN.decode(data);
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(data, { stream: true });
  return text === "" || /[\x80-\x9f\ufffd]/.test(text) ? null : text;
}

/** ASCII is the same in this encoding, and its decoder is the fastest. */
const LATIN = new TextDecoder("latin1");
