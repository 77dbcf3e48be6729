/**
 * The upper-case service as one would write it to be understood.
 *
 * @module
 */

/** Returns `bytes` in upper case: what is UTF-8 becomes text, other bytes stay, one by one. */
export function slowUpperCase(bytes: Uint8Array): Uint8Array {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const encoder = new TextEncoder();
  const answer: number[] = [];
  let i = 0;
  while (i < bytes.length) {
    const length = [1, 2, 3, 4].find((length) => {
      try {
        return i + length <= bytes.length && decoder.decode(bytes.subarray(i, i + length)) !== "";
      } catch {
        return false; // no character of this length
      }
    });
    if (length === undefined) {
      answer.push(bytes[i++]!);
    } else {
      const character = decoder.decode(bytes.subarray(i, i + length));
      answer.push(...encoder.encode(character.toUpperCase()));
      i += length;
    }
  }
  return Uint8Array.from(answer);
}
