/**
 * The frames of a zstd file (RFC 8878, section 3.1), found by the lengths in them: Deno's decompressor reads
 * one frame, and takes one that is cut short for its end.
 *
 * @module
 */
import { CaptureError } from "../packet/captured_packet.ts";
import type { ByteReader } from "./byte_reader.ts";
import { viewOf } from "./pcap.ts";
import { t } from "../text/messages.ts";

const MAGIC = 0xfd2fb528;
/** The first of the magic numbers of frames that are to be skipped. */
const SKIPPABLE = 0x184d2a50;

/** The bytes of the dictionary's number, and of the content's size, by their bits in the descriptor. */
const DICTIONARY = [0, 1, 2, 4] as const;
const CONTENT_SIZE = [0, 2, 4, 8] as const;

/** The kinds of blocks: one of a byte repeated has one byte of content. */
const REPEATED = 1;

/** Yields for each frame the pieces of its bytes, lent until the next one; each is to be read to its end. */
export async function* zstdFrames(
  reader: ByteReader,
): AsyncGenerator<AsyncGenerator<Uint8Array>> {
  while (await reader.fill(1) > 0) {
    const magic = await peek(reader, 4);
    const number = viewOf(magic).getUint32(0, true);
    if (number === MAGIC) {
      yield frame(reader);
    } else if (number >>> 4 === SKIPPABLE >>> 4) {
      const head = await peek(reader, 8);
      const size = 8 + viewOf(head).getUint32(4, true);
      if (await reader.skip(size) < size) throw cutShort();
    } else {
      throw new CaptureError(t`its compression is damaged: no frame of zstd follows the last one`);
    }
  }
}

/** Yields the bytes of a frame: its header, its blocks, its checksum. */
async function* frame(reader: ByteReader): AsyncGenerator<Uint8Array> {
  const descriptor = (await peek(reader, 5))[4]!;
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeBits = descriptor >> 6;
  const contentSize = isSingle && sizeBits === 0 ? 1 : CONTENT_SIZE[sizeBits]!;
  yield* take(reader, 5 + (isSingle ? 0 : 1) + DICTIONARY[descriptor & 3]! + contentSize);
  for (let isLast = false; !isLast;) {
    const [low, middle, high] = await peek(reader, 3);
    const head = low! | middle! << 8 | high! << 16;
    isLast = (head & 1) !== 0;
    const isRepeated = (head >> 1 & 3) === REPEATED;
    yield* take(reader, 3 + (isRepeated ? 1 : head >> 3));
  }
  if (descriptor & 4) yield* take(reader, 4);
}

async function* take(reader: ByteReader, size: number): AsyncGenerator<Uint8Array> {
  if (await reader.fill(size) < size) throw cutShort();
  yield reader.take(size);
}

async function peek(reader: ByteReader, size: number): Promise<Uint8Array> {
  const bytes = await reader.peek(size);
  if (bytes.length < size) throw cutShort();
  return bytes;
}

function cutShort(): CaptureError {
  return new CaptureError(t`its compression is damaged: the last frame of zstd is cut short`);
}
