/**
 * Packets from a file or a pipe, whatever form they are in: a capture, or a hex dump as text.
 *
 * The files of this folder, in reading order:
 *
 *     packet_source.ts  packets of any source
 *     capture.ts        the format of a capture, by its first bytes
 *     pcap.ts           pcap, read and written
 *     pcapng.ts         pcapng, read
 *     snoop.ts          snoop, read
 *     capture_writer.ts pcap and pcapng, written packet by packet
 *     compression.ts    gzip and zstd, of which zstd_frames.ts finds the frames
 *     byte_reader.ts    a source of bytes, taken in pieces of the wanted size
 *     timestamp.ts      the time of a packet as text
 *     pasted_packets.ts packets of pasted text
 *     paste_text.ts     the text of pasted bytes, in its encoding
 *     paste_forms.ts    the notations that can be forced
 *     paste.ts          pasted text: the most plausible of its readings
 *     hex_dump.ts       hex dumps with offsets from 0, from text to packets
 *     hex_digits.ts     hexadecimal digits without offsets: streams, arrays of C
 *     offset_rows.ts    dumps with any offsets and any notation of bytes
 *     number_lists.ts   bytes as programming languages write them
 *     plausible.ts      the evidence that bytes are a packet
 *
 * @module
 */
import { ByteReader } from "./byte_reader.ts";
import { capturedPackets, MAGIC_LENGTH } from "./capture.ts";
import type { CapturedPacket } from "../packet/captured_packet.ts";
import { compressionOf, decompressed } from "./compression.ts";
import type { PasteOptions } from "./pasted_packets.ts";

/** The options of `readPackets`; a link type is taken in place of what a capture says, too. */
export interface PacketOptions extends PasteOptions {
  /** A parser of texts that are no hex dumps, tried first; it returns `null` for what it does not know. */
  readonly parseText?: ((text: string) => Promise<readonly CapturedPacket[] | null>) | undefined;
}

/**
 * Yields the packets of `source` in their order: those of a pcap, pcapng or snoop file, also compressed by
 * gzip or zstd, or those of a text of hex dumps. Packets are lent until the next step of the iteration.
 *
 * Memory is bounded by the longest packet and the chunks of `source`, whatever a capture says; a text is
 * held whole, up to 16 MiB.
 *
 * @example The bytes of packets in a pasted dump
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readPackets } from "./packet_source.ts";
 *
 * const text = new TextEncoder().encode("00:00:5e:00:53:02\n\n45 00 00 14\n");
 * const found: string[] = [];
 * for await (const { bytes } of readPackets(ReadableStream.from([text]))) found.push(bytes.toHex());
 * assertEquals(found, ["00005e005302", "45000014"]);
 * ```
 *
 * @throws {CaptureError} When it is neither, or damaged: cut short, or with impossible lengths. The
 * packets before that place have been yielded.
 * @throws {HexDumpError} When it is a text, but not of hex dumps.
 */
export async function* readPackets(
  source: AsyncIterable<Uint8Array>,
  options: PacketOptions = {},
): AsyncGenerator<CapturedPacket> {
  const { linkType = null } = options;
  const reader = new ByteReader(source);
  try {
    const magic = (await reader.peek(MAGIC_LENGTH)).slice();
    const compression = compressionOf(magic);
    if (compression !== null) {
      yield* readPackets(decompressed(reader, compression), options);
      return;
    }
    const packets = capturedPackets(reader, magic);
    if (packets === null) {
      // Loaded when needed: most sources are captures.
      const { pastedPackets, readText } = await import("./pasted_packets.ts");
      const text = await readText(reader.rest(), magic);
      yield* await options.parseText?.(text) ?? pastedPackets(text, options);
    } else if (linkType === null) yield* packets;
    else for await (const packet of packets) yield { ...packet, linkType };
  } finally {
    await reader.close();
  }
}
