/**
 * The mask of the frames that a WebSocket client sends.
 *
 * @module
 */

/** From so many bytes on, arranging words is worth it. */
const LONG = 64;

/** The mask as it meets a word, and the same as one. */
const TURNED = new Uint8Array(4), TURNED_WORD = new Int32Array(TURNED.buffer);

/**
 * Writes `bytes` to `to`, which is as long, without the `mask` of four bytes (RFC 6455, section 5.3).
 * They stand behind the first `received` bytes of their frame.
 */
export function unmask(
  bytes: Uint8Array,
  mask: Uint8Array,
  received: number,
  to: Uint8Array,
): void {
  let i = 0;
  const single = (end: number) => {
    for (; i < end; i++) to[i] = bytes[i]! ^ mask[(received + i) & 3]!;
  };
  if (bytes.length >= LONG) { // by words, where `to` has their boundaries: a fifth of the time
    single(-to.byteOffset & 3);
    to.set(bytes.subarray(i), i);
    const words = new Int32Array(to.buffer, to.byteOffset + i, (bytes.length - i) >> 2);
    for (let k = 0; k < 4; k++) TURNED[k] = mask[(received + i + k) & 3]!;
    const word = TURNED_WORD[0]!;
    const most = words.length & ~7;
    for (let k = 0; k < most; k += 8) { // unrolled: two thirds of the time
      words[k]! ^= word;
      words[k + 1]! ^= word;
      words[k + 2]! ^= word;
      words[k + 3]! ^= word;
      words[k + 4]! ^= word;
      words[k + 5]! ^= word;
      words[k + 6]! ^= word;
      words[k + 7]! ^= word;
    }
    for (let k = most; k < words.length; k++) words[k]! ^= word;
    i += 4 * words.length;
  }
  single(bytes.length);
}
