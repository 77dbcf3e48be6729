/**
 * Captures changed on purpose: other clocks, addresses, losses.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";

/** A packet in a file of pcap. */
export interface PcapPacket {
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  /** Its bytes, from the link on. */
  readonly bytes: Uint8Array;
}

/** Sizes in a file of pcap: its header, and that of a packet. */
const SIZE = { file: 24, packet: 16 } as const;
/** The magic number of a file with nanoseconds. */
const NANO = 0xa1b23c4d;

/**
 * Returns a little-endian file of pcap with the packets that `edit` returns for each of `file`, none to leave
 * it out; written with nanoseconds.
 */
export function editPackets(
  file: Uint8Array,
  edit: (packet: PcapPacket, index: number) => PcapPacket | null,
): Uint8Array<ArrayBuffer> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const isNano = view.getUint32(0, true) === NANO;
  const header = file.slice(0, SIZE.file);
  new DataView(header.buffer).setUint32(0, NANO, true);
  const parts: Uint8Array[] = [header];
  for (let at = SIZE.file, index = 0; at < file.length; index++) {
    const length = view.getUint32(at + 8, true);
    const fraction = BigInt(view.getUint32(at + 4, true)) * (isNano ? 1n : 1000n);
    const time = BigInt(view.getUint32(at, true)) * 1_000_000_000n + fraction;
    const start = at + SIZE.packet;
    at = start + length;
    const edited = edit({ time, bytes: file.slice(start, at) }, index);
    if (edited === null) continue;
    const front = new DataView(new ArrayBuffer(SIZE.packet));
    front.setUint32(0, Number(edited.time / 1_000_000_000n), true);
    front.setUint32(4, Number(edited.time % 1_000_000_000n), true);
    front.setUint32(8, edited.bytes.length, true);
    front.setUint32(12, edited.bytes.length, true);
    parts.push(new Uint8Array(front.buffer), edited.bytes);
  }
  return concat(parts);
}
