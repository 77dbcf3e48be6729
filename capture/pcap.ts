/**
 * pcap files, read in every variant and written in one (draft-ietf-opsawg-pcap).
 *
 * @module
 */
import type { ByteReader } from "./byte_reader.ts";
import { type CapturedPacket, CaptureError, MAX_PACKET } from "../packet/captured_packet.ts";
import { t } from "../text/messages.ts";

const FILE_HEADER = 24;
const RECORD_HEADER = 16;

/** The first four bytes of a file with times in nanoseconds, in the byte order of the file. */
const MAGIC_NANOSECONDS = 0xa1b23c4d;
const MAGIC_MICROSECONDS = 0xa1b2c3d4;
/** The variant of Alexey Kuznetsov's patched libpcap, as Wireshark reads it. */
const MAGIC_MODIFIED = 0xa1b2cd34;
/** The bytes behind the usual header of its records: interface, protocol, direction, padding. */
const MODIFIED_MORE = 8;

/** The bit of a link type beside which the upper four bits count the check sequence, in units of 2 bytes (section 4). */
const FCS_PRESENT = 0x0400_0000;

const NANOSECONDS = 1_000_000_000n;

/**
 * Yields the packets of a pcap file, from its header on.
 *
 * @throws {CaptureError} When the file is damaged.
 */
export async function* readPcap(reader: ByteReader): AsyncGenerator<CapturedPacket> {
  const head = await takeFileHeader(reader, FILE_HEADER);
  const magic = head.getUint32(0, true);
  const little = magic === MAGIC_NANOSECONDS || magic === MAGIC_MICROSECONDS ||
    magic === MAGIC_MODIFIED;
  const size = RECORD_HEADER +
    (head.getUint32(0, little) === MAGIC_MODIFIED ? MODIFIED_MORE : 0);
  const [version, minor] = [head.getUint16(4, little), head.getUint16(6, little)];
  if (version !== 2 || minor > 4) {
    throw new CaptureError(t`its version of pcap is ${version}.${minor}, not one of 2.0 to 2.4`);
  }
  const unit = head.getUint32(0, little) === MAGIC_NANOSECONDS ? 1 : 1000;
  const link = head.getUint32(20, little);
  const linkType = link & 0xffff;
  const fcs = (link & FCS_PRESENT) === 0 ? 0 : 2 * (link >>> 28);
  for (let number = 1;; number++) {
    const at = reader.position;
    // Waiting for what is here already would take longer than the rest of this.
    const there = reader.has(size) ? size : await reader.fill(size);
    if (there === 0) return;
    if (there < size) throw headerCutShort(number, at, there, size);
    const seconds = reader.takeU32(little);
    const fraction = reader.takeU32(little) * unit;
    let captured = reader.takeU32(little);
    let length = reader.takeU32(little);
    // Before version 2.4 both stood in the other order, at least in some files of 2.3.
    if (minor < 3 || (minor === 3 && captured > length)) [captured, length] = [length, captured];
    if (size > RECORD_HEADER) reader.take(MODIFIED_MORE);
    if (captured > MAX_PACKET) throw tooLong(number, at, captured);
    const got = reader.has(captured) ? captured : await reader.fill(captured);
    if (got < captured) throw cutShort(number, at, got, captured);
    yield {
      number,
      time: BigInt(seconds) * NANOSECONDS + BigInt(fraction),
      linkType,
      bytes: reader.take(captured),
      length: Math.max(length, captured),
      fcs,
    };
  }
}

/** Takes the `size` bytes that a file begins with. */
export async function takeFileHeader(reader: ByteReader, size: number): Promise<DataView> {
  const got = await reader.fill(size);
  if (got < size) {
    throw new CaptureError(t`the file header is cut short: ${got} of ${size} bytes`);
  }
  return viewOf(reader.take(size));
}

/** Returns the error for a packet whose header in the file ends before its last byte. */
export function headerCutShort(
  number: number,
  at: number,
  got: number,
  size: number,
): CaptureError {
  return new CaptureError(
    t`packet ${number} at byte ${at} is cut short: ${got} of ${size} bytes of its header`,
  );
}

/** Returns the error for a packet that ends before its last byte. */
export function cutShort(number: number, at: number, got: number, size: number): CaptureError {
  return new CaptureError(t`packet ${number} at byte ${at} is cut short: ${got} of ${size} bytes`);
}

/** Returns the error for a packet that is longer than packets are. */
export function tooLong(number: number, at: number, size: number): CaptureError {
  return new CaptureError(
    t`packet ${number} at byte ${at} says that it has ${size} bytes; ${MAX_PACKET} are the most`,
  );
}

/** Returns a view of `bytes`. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Returns the beginning of a pcap file with times in nanoseconds, little-endian.
 *
 * @param fcs The bytes of the frame check sequence at the end of each packet.
 */
export function pcapHeader(linkType: number, fcs = 0): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(FILE_HEADER));
  view.setUint32(0, MAGIC_NANOSECONDS, true);
  view.setUint16(4, 2, true); // version 2.4
  view.setUint16(6, 4, true);
  view.setUint32(16, MAX_PACKET, true);
  view.setUint32(20, fcs === 0 ? linkType : linkType + FCS_PRESENT + fcs / 2 * 2 ** 28, true);
  return new Uint8Array(view.buffer);
}

/** Returns a packet as it stands in a file that begins with `pcapHeader`. */
export function pcapRecord(
  { time, bytes, length }: Pick<CapturedPacket, "time" | "bytes" | "length">,
): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(RECORD_HEADER + bytes.length);
  const view = viewOf(record);
  view.setUint32(0, Number(time / NANOSECONDS % 0x1_0000_0000n), true);
  view.setUint32(4, Number(time % NANOSECONDS), true);
  view.setUint32(8, bytes.length, true);
  view.setUint32(12, length, true);
  record.set(bytes, RECORD_HEADER);
  return record;
}
