/**
 * Packets from a file or a pipe, whatever form they are in: a capture, or a hex dump as text.
 *
 * @module
 */
import { captureFormat, MAGIC_LENGTH, readCapture } from "./capture.ts";
import { type CapturedPacket, CaptureError } from "./captured_packet.ts";
import { parseHexDump } from "./hex_dump.ts";
import { LINK } from "./link.ts";

/** The longest hex dump: it is held in memory. */
const MAX_DUMP = 16 * 1024 * 1024;

/** How packets are read. */
export interface PacketOptions {
  /** The link type of packets, in place of what the capture says, or a guess for a hex dump. */
  readonly linkType?: number | null;
}

/**
 * Yields the packets of `source`: those of a pcap or pcapng file, also compressed by gzip, or those of a
 * text of hex dumps. Packets are lent as `readCapture` lends them.
 *
 * @throws {CaptureError} When it is neither, or damaged.
 * @throws {HexDumpError} When it is a text, but not of hex dumps.
 */
export async function* readPackets(
  source: AsyncIterable<Uint8Array>,
  { linkType = null }: PacketOptions = {},
): AsyncGenerator<CapturedPacket> {
  const { head, all } = await peek(source);
  if (head[0] === 0x1f && head[1] === 0x8b) {
    yield* readPackets(gunzip(all), { linkType });
  } else if (captureFormat(head) !== null) {
    for await (const packet of readCapture(all)) {
      yield linkType === null ? packet : { ...packet, linkType };
    }
  } else {
    yield* dumpedPackets(await readText(all, head), linkType);
  }
}

/** Reads the first bytes of `source`; returns them and, as another source, everything from the start. */
async function peek(
  source: AsyncIterable<Uint8Array>,
): Promise<{ readonly head: Uint8Array; readonly all: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  let head = new Uint8Array();
  let ended = false;
  while (head.length < MAGIC_LENGTH && !ended) {
    const { value, done } = await iterator.next();
    if (done) ended = true;
    else head = new Uint8Array([...head, ...value]);
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      if (head.length > 0) yield head;
      while (!ended) {
        const { value, done } = await iterator.next();
        if (done) return;
        yield value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { head: head.subarray(0, MAGIC_LENGTH), all: all() };
}

/** Yields what the bytes of a gzip file were. */
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

/** Reads a text to its end. */
async function readText(source: AsyncIterable<Uint8Array>, head: Uint8Array): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const notCapture = () =>
    new CaptureError(`not a pcap or pcapng file (starts 0x${head.toHex()}), and no hex dump`);
  if (head.length === 0) throw new CaptureError("it is empty");
  let text = "";
  let size = 0;
  try {
    for await (const chunk of source) {
      if (chunk.includes(0)) throw notCapture();
      size += chunk.length;
      if (size > MAX_DUMP) throw new CaptureError("the hex dump has more than 16 MiB");
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    throw error instanceof TypeError ? notCapture() : error; // not UTF-8
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
function guessLink(bytes: Uint8Array): number {
  const version = (bytes[0] ?? 0) >> 4;
  const u16 = (at: number) => (bytes[at] ?? 0) << 8 | (bytes[at + 1] ?? 0);
  const isIpv4 = version === 4 && (bytes[0]! & 0x0f) >= 5 && bytes.length >= 20 &&
    u16(2) <= bytes.length && u16(2) >= 20;
  const isIpv6 = version === 6 && bytes.length >= 40 && u16(4) + 40 <= bytes.length;
  return isIpv4 || isIpv6 ? LINK.raw : LINK.ethernet;
}
