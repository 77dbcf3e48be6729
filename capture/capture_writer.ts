/**
 * Capture files written packet by packet: pcap, which has one type of link, or pcapng, which has any
 * (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng).
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import { type CapturedPacket, CaptureError, MAX_PACKET } from "../packet/captured_packet.ts";
import { LINK, linkTypeName } from "../packet/link.ts";
import { pcapHeader, pcapRecord, viewOf } from "./pcap.ts";
import {
  BYTE_ORDER_MAGIC,
  ENHANCED_PACKET,
  IF_FCSLEN,
  IF_TSRESOL,
  INTERFACE_DESCRIPTION,
  SECTION_HEADER,
} from "./pcapng.ts";
import { t } from "../text/messages.ts";

/** A capture file that is written. */
export interface CaptureWriter {
  /**
   * Returns the bytes of the next packet in the file, behind those of the beginning of the file if it is the
   * first.
   *
   * @throws {CaptureError} If the file cannot have it.
   */
  packet(packet: CapturedPacket): Uint8Array;
  /** Returns the last bytes: the beginning of the file, if it has no packet. */
  end(): Uint8Array;
}

/** Returns the writer of a file called `path`: pcapng if its name says so, else pcap. */
export function captureWriter(path: string): CaptureWriter {
  return /\.(pcapng|ntar)$/i.test(path) ? new PcapngWriter() : new PcapWriter();
}

class PcapWriter implements CaptureWriter {
  #linkType: number | null = null;

  packet(packet: CapturedPacket): Uint8Array {
    const { number, linkType } = packet;
    const record = pcapRecord(packet);
    if (this.#linkType === null) {
      this.#linkType = linkType;
      return concat([pcapHeader(linkType, packet.fcs), record]);
    }
    if (linkType === this.#linkType) return record;
    throw new CaptureError(
      t`packet ${number} is of ${linkTypeName(linkType)}, those before of ${
        linkTypeName(this.#linkType)
      }:
        a pcap file has one type, a file called .pcapng any`,
    );
  }

  end(): Uint8Array {
    return this.#linkType === null ? pcapHeader(LINK.ethernet) : new Uint8Array();
  }
}

/** The resolution of times: a negative power of 10, of a second. */
const NANOSECONDS = 9;

class PcapngWriter implements CaptureWriter {
  /** The numbers of the interfaces, one for each type of link and length of check sequences. */
  readonly #interfaces = new Map<string, number>();

  packet(packet: CapturedPacket): Uint8Array {
    const blocks = this.#interfaces.size === 0 ? [sectionHeader()] : [];
    const { linkType, fcs = 0 } = packet;
    const key = `${linkType} ${fcs}`;
    let number = this.#interfaces.get(key);
    if (number === undefined) {
      number = this.#interfaces.size;
      this.#interfaces.set(key, number);
      blocks.push(interfaceDescription(linkType, fcs));
    }
    return concat([...blocks, enhancedPacket(packet, number)]);
  }

  end(): Uint8Array {
    return this.#interfaces.size === 0 ? sectionHeader() : new Uint8Array();
  }
}

/** Returns a block of `size` bytes, little-endian, with its type and both of its lengths. */
function block(type: number, size: number): DataView {
  const view = viewOf(new Uint8Array(size));
  view.setUint32(0, type, true);
  view.setUint32(4, size, true);
  view.setUint32(size - 4, size, true);
  return view;
}

function bytesOf({ buffer }: DataView): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer);
}

function sectionHeader(): Uint8Array {
  const view = block(SECTION_HEADER, 28);
  view.setUint32(8, BYTE_ORDER_MAGIC, true);
  view.setUint16(12, 1, true); // version 1.0
  view.setBigInt64(16, -1n, true); // a section of unknown length
  return bytesOf(view);
}

function interfaceDescription(linkType: number, fcs: number): Uint8Array {
  const options = [[IF_TSRESOL, NANOSECONDS], ...fcs === 0 ? [] : [[IF_FCSLEN, fcs]]];
  const view = block(INTERFACE_DESCRIPTION, 24 + 8 * options.length);
  view.setUint16(8, linkType, true);
  view.setUint32(12, MAX_PACKET, true);
  options.forEach(([code, value], i) => {
    view.setUint16(16 + 8 * i, code!, true);
    view.setUint16(18 + 8 * i, 1, true);
    view.setUint8(20 + 8 * i, value!);
  });
  return bytesOf(view); // the last option, of code 0, is zeros
}

function enhancedPacket(
  { time, bytes, length }: CapturedPacket,
  number: number,
): Uint8Array {
  const view = block(ENHANCED_PACKET, 32 + (bytes.length + 3 & ~3));
  const stamp = BigInt.asUintN(64, time);
  view.setUint32(8, number, true);
  view.setUint32(12, Number(stamp >> 32n), true);
  view.setUint32(16, Number(stamp & 0xffff_ffffn), true);
  view.setUint32(20, bytes.length, true);
  view.setUint32(24, length, true);
  const whole = bytesOf(view);
  whole.set(bytes, 28);
  return whole;
}
