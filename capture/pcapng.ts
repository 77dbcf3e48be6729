/**
 * pcapng files (draft-ietf-opsawg-pcapng): sections, interfaces with their own clocks, packets.
 *
 * @module
 */
import type { ByteReader } from "./byte_reader.ts";
import { type CapturedPacket, CaptureError, MAX_PACKET } from "../packet/captured_packet.ts";
import { cutShort, tooLong, viewOf } from "./pcap.ts";
import { t } from "../text/messages.ts";

/** The type of the block that begins a section. */
export const SECTION_HEADER = 0x0a0d0d0a;
/** The type of the block that describes an interface. */
export const INTERFACE_DESCRIPTION = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
/** The type of the block of a packet. */
export const ENHANCED_PACKET = 6;

/** The byte-order magic of a section header, as it reads in the right order. */
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** The most bytes of a block that is kept whole: a packet and its options. */
const MAX_BLOCK = MAX_PACKET + 64 * 1024;

/** The most interfaces of a section: each takes memory until the section ends. */
const MAX_INTERFACES = 65_536;

/** An interface of the section that is being read. */
interface Interface {
  readonly linkType: number;
  /** The most bytes that were captured of a packet; 0 for all. */
  readonly snapLength: number;
  /** The bytes of the frame check sequence at the end of each packet. */
  readonly fcs: number;
  /** Returns nanoseconds since 1970 for a time stamp of this interface. */
  readonly time: (high: number, low: number) => bigint;
}

/**
 * Yields the packets of a pcapng file, from its first section header on. Blocks of other kinds are
 * passed over.
 *
 * @throws {CaptureError} When the file is damaged.
 */
export async function* readPcapng(reader: ByteReader): AsyncGenerator<CapturedPacket> {
  let little = true;
  let interfaces: Interface[] = [];
  let number = 0;
  for (;;) {
    const at = reader.position;
    const head = await reader.peek(12);
    if (head.length === 0) return;
    if (head.length < 12) {
      throw new CaptureError(t`the block at byte ${at} is cut short: ${head.length} of 12 bytes`);
    }
    const view = viewOf(head);
    const isSection = view.getUint32(0) === SECTION_HEADER;
    if (isSection) {
      little = view.getUint32(8, true) === BYTE_ORDER_MAGIC;
      if (!little && view.getUint32(8) !== BYTE_ORDER_MAGIC) {
        throw new CaptureError(t`the section at byte ${at} has no byte order`);
      }
      await checkVersion(reader, little, at);
      interfaces = [];
    }
    const type = view.getUint32(0, little);
    const size = view.getUint32(4, little);
    if (size < 12 || size % 4 !== 0) {
      throw new CaptureError(t`the block at byte ${at} says that it has ${size} bytes`);
    }
    const isPacket = type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === OBSOLETE_PACKET;
    if (!isPacket && type !== INTERFACE_DESCRIPTION) {
      const passed = await reader.skip(size);
      if (passed < size) {
        throw new CaptureError(t`the block at byte ${at} is cut short: ${passed} of ${size}
          bytes`);
      }
      continue;
    }
    if (isPacket) number++;
    if (size > MAX_BLOCK) throw tooLong(number, at, size);
    const there = await reader.fill(size);
    if (there < size) {
      if (isPacket) throw cutShort(number, at, there, size);
      throw new CaptureError(t`the block at byte ${at} is cut short: ${there} of ${size} bytes`);
    }
    const body = reader.take(size).subarray(8, size - 4);
    if (!isPacket) {
      if (interfaces.length === MAX_INTERFACES) {
        throw new CaptureError(t`the section has more than ${MAX_INTERFACES} interfaces`);
      }
      interfaces.push(interfaceOf(body, little, at));
      continue;
    }
    yield packetOf(type, body, { number, at, little, interfaces });
  }
}

/** Refuses a section of another version than 1: its blocks may mean anything. */
async function checkVersion(reader: ByteReader, little: boolean, at: number): Promise<void> {
  const head = await reader.peek(16);
  if (head.length < 16) return; // what is cut short is said elsewhere
  const [version, minor] = [12, 14].map((offset) => viewOf(head).getUint16(offset, little));
  // 1.2 was written by mistake, and means 1.0 (section 4.1).
  if (version !== 1 || (minor !== 0 && minor !== 2)) {
    throw new CaptureError(
      t`the section at byte ${at} has version ${version}.${minor} of pcapng, not 1.0`,
    );
  }
}

/** The place of a block in the file, and its section's byte order and interfaces. */
interface Place {
  readonly number: number;
  readonly at: number;
  readonly little: boolean;
  readonly interfaces: readonly Interface[];
}

/** The offset of the packet in the body of a packet block, by the type of the block, in bytes. */
const PACKET_OFFSET: Readonly<Record<number, number>> = {
  [SIMPLE_PACKET]: 4,
  [ENHANCED_PACKET]: 20,
  [OBSOLETE_PACKET]: 20,
};

function packetOf(type: number, body: Uint8Array, place: Place): CapturedPacket {
  const { number, at, little, interfaces } = place;
  const offset = PACKET_OFFSET[type]!;
  if (body.length < offset) throw cutShort(number, at, body.length, offset);
  const view = viewOf(body);
  const simple = type === SIMPLE_PACKET;
  const index = simple
    ? 0
    : type === ENHANCED_PACKET
    ? view.getUint32(0, little)
    : view.getUint16(0, little);
  const from = interfaces[index];
  if (from === undefined) {
    throw new CaptureError(
      t`packet ${number} at byte ${at} is of interface ${index}, which is not described`,
    );
  }
  const length = view.getUint32(simple ? 0 : 16, little);
  const captured = simple
    ? Math.min(length, from.snapLength || length, body.length - offset)
    : view.getUint32(12, little);
  if (captured > MAX_PACKET) throw tooLong(number, at, captured);
  if (captured > body.length - offset) {
    throw cutShort(number, at, body.length - offset, captured);
  }
  return {
    number,
    time: simple ? 0n : from.time(view.getUint32(4, little), view.getUint32(8, little)),
    linkType: from.linkType,
    bytes: body.subarray(offset, offset + captured),
    length: Math.max(length, captured),
    fcs: from.fcs,
  };
}

/** The option of an interface description that tells the resolution of times. */
export const IF_TSRESOL = 9;
/** The one that tells the length of check sequences. */
export const IF_FCSLEN = 13;
/** The one that tells seconds to be added to times. */
const IF_TSOFFSET = 14;

function interfaceOf(body: Uint8Array, little: boolean, at: number): Interface {
  if (body.length < 8) throw new CaptureError(t`the interface at byte ${at} is cut short`);
  const view = viewOf(body);
  let resolution = 6; // microseconds, if it does not say
  let offset = 0n;
  let fcs = 0;
  for (let i = 8; i + 4 <= body.length;) {
    const code = view.getUint16(i, little);
    const size = view.getUint16(i + 2, little);
    if (code === 0 || i + 4 + size > body.length) break;
    if (code === IF_TSRESOL && size === 1) resolution = view.getUint8(i + 4);
    // The draft counts bits, and has 4 for Ethernet as its example; Wireshark counts bytes.
    if (code === IF_FCSLEN && size === 1) {
      fcs = view.getUint8(i + 4);
      if (fcs > 8) fcs /= 8;
    }
    if (code === IF_TSOFFSET && size === 8) offset = view.getBigInt64(i + 4, little);
    i += 4 + (size + 3 & ~3);
  }
  return {
    linkType: view.getUint16(0, little),
    snapLength: view.getUint32(4, little),
    fcs: Math.floor(fcs),
    time: clock(resolution, offset),
  };
}

/**
 * Returns the clock of an interface. The resolution is a negative power of 10, or of 2 if its most
 * significant bit is set; the offset is in seconds.
 */
function clock(resolution: number, offset: bigint): Interface["time"] {
  const base = resolution & 0x80 ? 2n : 10n;
  const perSecond = base ** BigInt(resolution & 0x7f);
  const start = offset * 1_000_000_000n;
  if (1_000_000_000n % perSecond === 0n) {
    const unit = 1_000_000_000n / perSecond;
    return (high, low) => start + (BigInt(high) << 32n | BigInt(low)) * unit;
  }
  return (high, low) => start + (BigInt(high) << 32n | BigInt(low)) * 1_000_000_000n / perSecond;
}
