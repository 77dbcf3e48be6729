/**
 * The text of pasted bytes, in whichever encoding an editor has saved it.
 *
 * @module
 */

/**
 * Returns the text of `bytes`: UTF-8, UTF-16 with or without a byte-order mark, or else GB 18030, which
 * contains GBK. `null` if they are no text.
 */
export function decodeText(bytes: Uint8Array): string | null {
  const utf16 = utf16Order(bytes);
  if (utf16 !== null) return decoded(utf16, bytes);
  if (bytes.includes(0)) return null;
  return decoded("utf-8", bytes) ?? mostlyAscii(bytes);
}

/** Returns the text of bytes in the encoding of Chinese systems, if most of it is ASCII. */
function mostlyAscii(bytes: Uint8Array): string | null {
  let ascii = 0;
  for (const byte of bytes) {
    if (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13) return null;
    if (byte < 0x80) ascii++;
  }
  return ascii * 2 > bytes.length ? decoded("gb18030", bytes) : null;
}

function decoded(encoding: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null; // TypeError: not in this encoding
  }
}

/** Returns the byte order of UTF-16: by its mark, or by the zeros beside ASCII. */
function utf16Order(bytes: Uint8Array): "utf-16le" | "utf-16be" | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (bytes.length < 4 || bytes.length % 2 !== 0) return null;
  const zeros = [0, 0];
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === 0) zeros[i & 1]!++;
  }
  const most = bytes.length / 2 * 0.8;
  if (zeros[1]! >= most && zeros[0] === 0) return "utf-16le";
  return zeros[0]! >= most && zeros[1] === 0 ? "utf-16be" : null;
}
