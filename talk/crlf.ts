/**
 * Line feeds as CRLF, the line end of most text protocols (RFC 5321, section 2.3.8).
 *
 * @module
 */
import type { TalkInput } from "./duplex.ts";

const LF = 0x0a;
const CR = 0x0d;

/**
 * Returns `input` with CR put before every LF that has none, wherever the stream is cut.
 *
 * Its `read` needs a buffer of at least 2 bytes, and fills half of it if there is no LF.
 */
export function crlf(input: TalkInput): TalkInput {
  let last = 0;
  return {
    async read(buffer) {
      const count = await input.read(buffer.subarray(0, buffer.length >> 1));
      if (count === null || count === 0) return count;
      const before = last;
      last = buffer[count - 1]!;
      return expand(buffer, count, before);
    },
    close: () => input.close(),
  };
}

/** Expands the first `count` bytes of `buffer`, which `before` precedes; returns how many they are then. */
function expand(buffer: Uint8Array, count: number, before: number): number {
  const isBare = (i: number) => buffer[i] === LF && (i === 0 ? before : buffer[i - 1]) !== CR;
  let bare = 0;
  for (let i = buffer.indexOf(LF); i !== -1 && i < count; i = buffer.indexOf(LF, i + 1)) {
    if (isBare(i)) bare++;
  }
  // From the end, so that nothing is overwritten before it is moved.
  let from = count - 1;
  let to = from + bare;
  while (from < to) {
    const insert = isBare(from);
    buffer[to--] = buffer[from--]!;
    if (insert) buffer[to--] = CR;
  }
  return count + bare;
}
