/**
 * Packets from a file or a pipe, whatever form they are in: a capture, or a hex dump as text.
 *
 * The files of this folder, in reading order:
 *
 *     packet_source.ts  packets of any source
 *     capture.ts        the format of a capture, by its first bytes
 *     pcap.ts           pcap, read and written
 *     pcapng.ts         pcapng, read
 *     byte_reader.ts    a source of bytes, taken in pieces of the wanted size
 *     timestamp.ts      the time of a packet as text
 *     hex_dump.ts       hex dumps with offsets, from text to packets
 *     hex_digits.ts     hexadecimal digits without offsets: streams, arrays of C
 *
 * @module
 */
import { ByteReader } from "./byte_reader.ts";
import { capturedPackets, MAGIC_LENGTH, notCapture } from "./capture.ts";
import { type CapturedPacket, CaptureError } from "../packet/captured_packet.ts";
import { parseHexDump } from "./hex_dump.ts";
import { LINK } from "../packet/link.ts";

/** The longest hex dump: it is held in memory. */
const MAX_DUMP = 16 * 1024 * 1024;

/** The options of `readPackets`. */
export interface PacketOptions {
  /** The link type of packets, in place of what the capture says, or a guess for a hex dump. */
  readonly linkType?: number | null;
  /** A parser of texts that are no hex dumps, tried first; it returns `null` for what it does not know. */
  readonly parseText?: ((text: string) => readonly CapturedPacket[] | null) | undefined;
}

/**
 * Yields the packets of `source` in their order: those of a pcap or pcapng file, also compressed by
 * gzip, or those of a text of hex dumps. Packets are lent until the next step of the iteration.
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
  { linkType = null, parseText = () => null }: PacketOptions = {},
): AsyncGenerator<CapturedPacket> {
  const reader = new ByteReader(source);
  try {
    const magic = (await reader.peek(MAGIC_LENGTH)).slice();
    if (magic[0] === 0x1f && magic[1] === 0x8b) {
      yield* readPackets(gunzip(reader.rest()), { linkType, parseText });
      return;
    }
    const packets = capturedPackets(reader, magic);
    if (packets === null) {
      const text = await readText(reader.rest(), magic);
      yield* parseText(text) ?? dumpedPackets(text, linkType);
    } else if (linkType === null) yield* packets;
    else for await (const packet of packets) yield { ...packet, linkType };
  } finally {
    await reader.close();
  }
}

/** Yields the decompressed bytes of a gzip file. */
async function* gunzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const compressed = ReadableStream.from(copies(source)) as ReadableStream<Uint8Array<ArrayBuffer>>;
  try {
    yield* compressed.pipeThrough(new DecompressionStream("gzip"));
  } catch (error) {
    throw new CaptureError(`its compression is damaged: ${(error as Error).message}`);
  }
}

async function* copies(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) yield chunk.slice(); // the stream reads ahead
}

/** Reads a text to its end; `magic` is its beginning. */
async function readText(source: AsyncIterable<Uint8Array>, magic: Uint8Array): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const neither = () => new CaptureError(`${notCapture(magic).message}, and no hex dump`);
  if (magic.length === 0) throw notCapture(magic);
  let text = "";
  let size = 0;
  try {
    for await (const chunk of source) {
      if (chunk.includes(0)) throw neither();
      size += chunk.length;
      if (size > MAX_DUMP) throw new CaptureError("the hex dump has more than 16 MiB");
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    throw error instanceof TypeError ? neither() : error; // not UTF-8
  }
}

function* dumpedPackets(text: string, linkType: number | null): Generator<CapturedPacket> {
  const dumps = parseHexDump(text);
  if (dumps.length === 0) throw new CaptureError("there are no bytes in it");
  for (const [i, bytes] of dumps.entries()) {
    yield {
      number: i + 1,
      time: 0n,
      linkType: linkType ?? guessLink(bytes),
      bytes,
      length: bytes.length,
    };
  }
}

/** Returns the link type of bytes of which nothing is known: an IP header, or else Ethernet. */
export function guessLink(bytes: Uint8Array): number {
  const version = (bytes[0] ?? 0) >> 4;
  const u16 = (at: number) => (bytes[at] ?? 0) << 8 | (bytes[at + 1] ?? 0);
  const isIpv4 = version === 4 && (bytes[0]! & 0x0f) >= 5 && bytes.length >= 20 &&
    u16(2) <= bytes.length && u16(2) >= 20;
  const isIpv6 = version === 6 && bytes.length >= 40 && u16(4) + 40 <= bytes.length;
  return isIpv4 || isIpv6 ? LINK.raw : LINK.ethernet;
}
