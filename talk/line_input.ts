/**
 * Input line by line, where each read is a message of its own: a datagram.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import type { TalkInput } from "./duplex.ts";

const LF = 0x0a;

/** Bytes that are read at once. */
const BUFFER_SIZE = 64 * 1024;

/**
 * Returns `input` such that each read gives one line with its line feed, however the stream is cut. A line
 * that is longer than the buffer comes in parts; the last one may lack its line feed.
 */
export function lineByLine(input: TalkInput): TalkInput {
  const chunk = new Uint8Array(BUFFER_SIZE);
  let held: Uint8Array = new Uint8Array();
  let ended = false;
  return {
    async read(buffer) {
      for (;;) {
        const feed = held.indexOf(LF);
        const isDue = feed !== -1 || held.length >= buffer.length || (ended && held.length > 0);
        if (isDue) {
          const line = feed === -1 ? held : held.subarray(0, feed + 1);
          const part = line.subarray(0, buffer.length);
          buffer.set(part);
          held = held.subarray(part.length);
          return part.length;
        }
        if (ended) return null;
        const count = await input.read(chunk);
        if (count === null) ended = true;
        else held = concat([held, chunk.subarray(0, count)]);
      }
    },
    close: () => input.close(),
  };
}
