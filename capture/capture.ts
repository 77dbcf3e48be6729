/**
 * Captures: the packets of a pcap or pcapng file, read as a stream in bounded memory.
 *
 * @module
 */
import { ByteReader } from "./byte_reader.ts";
import { type CapturedPacket, CaptureError } from "../packet/captured_packet.ts";
import { readPcap } from "./pcap.ts";
import { readPcapng } from "./pcapng.ts";

/** What a file is, by its first bytes. */
export type CaptureFormat = "pcap" | "pcapng";

/** How many bytes `captureFormat` looks at. */
export const MAGIC_LENGTH = 4;

/** The first four bytes, read as a big-endian number, of each variant (draft-ietf-opsawg-pcap, pcapng). */
const FORMAT_BY_MAGIC: ReadonlyMap<number, CaptureFormat> = new Map([
  [0xa1b2c3d4, "pcap"], // microseconds
  [0xd4c3b2a1, "pcap"],
  [0xa1b23c4d, "pcap"], // nanoseconds
  [0x4d3cb2a1, "pcap"],
  [0x0a0d0d0a, "pcapng"],
]);

/** Returns the format of a file that begins with `bytes`, or `null` if it is no capture. */
export function captureFormat(bytes: Uint8Array): CaptureFormat | null {
  if (bytes.length < MAGIC_LENGTH) return null;
  const magic = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return FORMAT_BY_MAGIC.get(magic) ?? null;
}

/**
 * Yields the packets of a capture in the order of the file.
 *
 * Memory is bounded by the longest packet and the chunks of `source`, whatever the file says.
 *
 * @throws {CaptureError} When it is no capture, or damaged: cut short, or with impossible lengths. The
 * packets before that place have been yielded.
 */
export async function* readCapture(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<CapturedPacket> {
  const reader = new ByteReader(source);
  try {
    const magic = await reader.peek(MAGIC_LENGTH);
    const packets = capturedPackets(reader, magic);
    if (packets === null) throw notCapture(magic);
    yield* packets;
  } finally {
    await reader.close();
  }
}

/** Returns the packets that `reader` will read from a file that begins with `magic`; `null` if it is no capture. */
export function capturedPackets(
  reader: ByteReader,
  magic: Uint8Array,
): AsyncGenerator<CapturedPacket> | null {
  switch (captureFormat(magic)) {
    case "pcap":
      return readPcap(reader);
    case "pcapng":
      return readPcapng(reader);
    default:
      return null;
  }
}

/** Returns the error for a file that begins with `magic` and is no capture. */
export function notCapture(magic: Uint8Array): CaptureError {
  if (magic.length === 0) return new CaptureError("it is empty");
  return new CaptureError(`not a pcap or pcapng file (starts 0x${magic.toHex()})`);
}
