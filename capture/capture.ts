/**
 * The formats of capture files, told by their first bytes.
 *
 * @module
 */
import type { ByteReader } from "./byte_reader.ts";
import { type CapturedPacket, CaptureError } from "../packet/captured_packet.ts";
import { readPcap } from "./pcap.ts";
import { readPcapng } from "./pcapng.ts";
import { readSnoop } from "./snoop.ts";
import { t } from "../text/messages.ts";

/** The format of a capture file, told by its first bytes. */
type CaptureFormat = "pcap" | "pcapng" | "snoop";

/** The number of first bytes that tell the format of a file. */
export const MAGIC_LENGTH = 4;

/** The first four bytes, read as a big-endian number, of each variant (draft-ietf-opsawg-pcap, pcapng). */
const FORMAT_BY_MAGIC: ReadonlyMap<number, CaptureFormat> = new Map([
  [0xa1b2c3d4, "pcap"], // microseconds
  [0xd4c3b2a1, "pcap"],
  [0xa1b23c4d, "pcap"], // nanoseconds
  [0x4d3cb2a1, "pcap"],
  [0xa1b2cd34, "pcap"], // "modified": records have 8 bytes more
  [0x34cdb2a1, "pcap"],
  [0x0a0d0d0a, "pcapng"],
  [0x736e6f6f, "snoop"],
]);

/** Returns the format of a file that begins with `bytes`, or `null` if it is no capture. */
function captureFormat(bytes: Uint8Array): CaptureFormat | null {
  if (bytes.length < MAGIC_LENGTH) return null;
  const magic = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return FORMAT_BY_MAGIC.get(magic) ?? null;
}

/**
 * Returns the packets that `reader` will read from a file that begins with `magic`; `null` if it is no
 * capture.
 */
export function capturedPackets(
  reader: ByteReader,
  magic: Uint8Array,
): AsyncGenerator<CapturedPacket> | null {
  switch (captureFormat(magic)) {
    case "pcap":
      return readPcap(reader);
    case "pcapng":
      return readPcapng(reader);
    case "snoop":
      return readSnoop(reader);
    default:
      return null;
  }
}

/** Files that are not read, by their first bytes: what they are, and what makes a capture of them. */
const FOREIGN: readonly (readonly [magic: string, says: string])[] = [
  ["fd377a58", "it is compressed by xz: unxz first"],
  ["425a68", "it is compressed by bzip2: bunzip2 first"],
  ["504b0304", "it is a ZIP archive: unzip first"],
];

/** Returns the error for a file that begins with `magic` and is of a known kind that is not read, or `null`. */
export function foreignFile(magic: Uint8Array): CaptureError | null {
  const hex = magic.toHex();
  const foreign = FOREIGN.find(([start]) => hex.startsWith(start));
  return foreign === undefined ? null : new CaptureError(foreign[1]);
}

/** Returns the error for a file that begins with `magic` and is neither a capture nor text. */
export function notCapture(magic: Uint8Array): CaptureError {
  if (magic.length === 0) return new CaptureError(t`it is empty`);
  return new CaptureError(
    t`not a pcap or pcapng file (starts 0x${magic.toHex()}), and no hex dump`,
  );
}
