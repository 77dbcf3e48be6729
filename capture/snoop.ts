/**
 * Captures of snoop, the program of Solaris (RFC 1761). All numbers are big-endian.
 *
 * @module
 */
import type { ByteReader } from "./byte_reader.ts";
import { type CapturedPacket, CaptureError, MAX_PACKET } from "../packet/captured_packet.ts";
import { LINK } from "../packet/link.ts";
import { cutShort, headerCutShort, takeFileHeader, tooLong, viewOf } from "./pcap.ts";
import { t } from "../text/messages.ts";

const FILE_HEADER = 16;
const RECORD_HEADER = 24;
const VERSION = 2;

/** The types of links whose packets begin as those of Ethernet: IEEE 802.3 and Ethernet itself. */
const ETHERNET_LINKS: readonly number[] = [0, 4];

/**
 * Yields the packets of a snoop file, from its header on.
 *
 * @throws {CaptureError} When the file is damaged, or of a link that is not read.
 */
export async function* readSnoop(reader: ByteReader): AsyncGenerator<CapturedPacket> {
  const head = await takeFileHeader(reader, FILE_HEADER);
  const [version, link] = [head.getUint32(8), head.getUint32(12)];
  if (version !== VERSION) {
    throw new CaptureError(t`its version of snoop is ${version}, not ${VERSION}`);
  }
  if (!ETHERNET_LINKS.includes(link)) {
    throw new CaptureError(t`its packets are of link type ${link} of snoop, only Ethernet is
      read`);
  }
  for (let number = 1;; number++) {
    const at = reader.position;
    const there = await reader.fill(RECORD_HEADER);
    if (there === 0) return;
    if (there < RECORD_HEADER) throw headerCutShort(number, at, there, RECORD_HEADER);
    const record = viewOf(reader.take(RECORD_HEADER));
    const [length, captured, size] = [0, 4, 8].map((offset) => record.getUint32(offset));
    const [seconds, microseconds] = [record.getUint32(16), record.getUint32(20)];
    if (captured! > MAX_PACKET) throw tooLong(number, at, captured!);
    if (size! < RECORD_HEADER + captured! || size! > RECORD_HEADER + 2 * MAX_PACKET) {
      throw new CaptureError(
        t`packet ${number} at byte ${at} says that its record has ${size} bytes`,
      );
    }
    const rest = size! - RECORD_HEADER; // with padding
    const got = await reader.fill(rest);
    if (got < rest) throw cutShort(number, at, got, rest);
    yield {
      number,
      time: (BigInt(seconds) * 1_000_000n + BigInt(microseconds)) * 1000n,
      linkType: LINK.ethernet,
      bytes: reader.take(rest).subarray(0, captured),
      length: Math.max(length!, captured!),
      fcs: 0,
    };
  }
}
