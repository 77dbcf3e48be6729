/**
 * The mask of the frames that a WebSocket client sends.
 *
 * @module
 */

/** From so many bytes on, arranging words is worth it. */
const LONG = 64;

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
    const turned = Uint8Array.from(mask, (_, k) => mask[(received + i + k) & 3]!);
    const word = new Int32Array(turned.buffer)[0]!;
    for (let k = 0; k < words.length; k++) words[k]! ^= word;
    i += 4 * words.length;
  }
  single(bytes.length);
}
