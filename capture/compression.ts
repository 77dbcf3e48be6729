/**
 * Captures that are compressed by gzip (RFC 1952) or zstd (RFC 8878).
 *
 * @module
 */
import type { Duplex } from "node:stream";
import { CaptureError } from "../packet/captured_packet.ts";
import type { ByteReader } from "./byte_reader.ts";
import { t } from "../text/messages.ts";

/** A kind of compression. */
export type Compression = "gzip" | "zstd";

/** The kinds of compression by the first bytes, in hexadecimal digits. */
const KINDS: Readonly<Record<string, Compression>> = { "1f8b": "gzip", "28b52ffd": "zstd" };

/** Returns the compression of what begins with `magic`, or `null` if it has none. */
export function compressionOf(magic: Uint8Array): Compression | null {
  const hex = magic.toHex();
  return Object.entries(KINDS).find(([start]) => hex.startsWith(start))?.[1] ?? null;
}

/**
 * Yields the decompressed bytes of what `reader` has, of all of its members or frames (RFC 1952, section 2.2).
 *
 * @throws {CaptureError} When it is damaged.
 */
export async function* decompressed(
  reader: ByteReader,
  compression: Compression,
): AsyncGenerator<Uint8Array> {
  // Loaded when needed: DecompressionStream reads only the first member, and knows no zstd.
  const { createGunzip, createZstdDecompress } = await import("node:zlib");
  if (compression === "gzip") {
    yield* through(reader.rest(), createGunzip());
    return;
  }
  const { zstdFrames } = await import("./zstd_frames.ts");
  for await (const frame of zstdFrames(reader)) yield* through(frame, createZstdDecompress());
}

/** Yields what comes out of `decompressor`. */
async function* through(
  source: AsyncIterable<Uint8Array>,
  decompressor: Duplex,
): AsyncGenerator<Uint8Array> {
  const { pipeline, Readable } = await import("node:stream");
  pipeline(Readable.from(copies(source)), decompressor, () => {}); // the iteration throws what fails
  try {
    yield* decompressor as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (error instanceof CaptureError) throw error;
    throw new CaptureError(t`its compression is damaged: ${(error as Error).message}`);
  }
}

async function* copies(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) yield chunk.slice(); // the stream reads ahead
}
