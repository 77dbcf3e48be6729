/**
 * Packets of pasted text: dumps of bytes in the notation of any tool or programming language.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import { type CapturedPacket, CaptureError } from "../packet/captured_packet.ts";
import { LINK } from "../packet/link.ts";
import { u16 } from "../packet/numbers.ts";
import { foreignFile, notCapture } from "./capture.ts";
import { readPaste } from "./paste.ts";
import type { PasteForm } from "./paste_forms.ts";
import { decodeText } from "./paste_text.ts";
import { t } from "../text/messages.ts";

/** The options of pasted bytes. */
export interface PasteOptions {
  /** The link type of the packets; a guess if not given. */
  readonly linkType?: number | null;
  /** The notation; the most plausible one if left out. */
  readonly form?: PasteForm | null;
  /** Called with the way in which they were read, where that is not the usual one. */
  readonly onReading?: (says: string) => void;
}

/** The longest hex dump: it is held in memory. */
const MAX_DUMP = 16 * 1024 * 1024;

/**
 * Reads a text to its end; `magic` is its beginning, which has been read already.
 *
 * @throws {CaptureError} If it is empty, no text, or longer than 16 MiB.
 */
export async function readText(
  source: AsyncIterable<Uint8Array>,
  magic: Uint8Array,
): Promise<string> {
  const foreign = foreignFile(magic);
  if (foreign !== null) throw foreign;
  if (magic.length === 0) throw notCapture(magic);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > MAX_DUMP) throw new CaptureError(t`the hex dump has more than 16 MiB`);
    chunks.push(chunk.slice());
    if (chunks.length === 1 && decodeText(chunk) === null && chunk.includes(0)) break;
  }
  const text = decodeText(concat(chunks));
  if (text === null) throw notCapture(magic);
  return text;
}

/**
 * Yields the packets of pasted bytes, in the most plausible of their notations, or the one of `options`.
 *
 * @throws {CaptureError} If it has no bytes.
 * @throws {HexDumpError} If it is no dump of bytes.
 */
export function* pastedPackets(text: string, options: PasteOptions): Generator<CapturedPacket> {
  const { packets, says } = readPaste(text, options.form ?? null);
  if (packets.length === 0) throw new CaptureError(t`there are no bytes in it`);
  if (says !== null) options.onReading?.(says);
  for (const [i, bytes] of packets.entries()) {
    yield {
      number: i + 1,
      time: 0n,
      linkType: options.linkType ?? guessLink(bytes),
      bytes,
      length: bytes.length,
    };
  }
}

/** Returns the link type of bytes of which nothing is known: an IP header, or else Ethernet. */
export function guessLink(bytes: Uint8Array): number {
  const version = (bytes[0] ?? 0) >> 4;
  const isIpv4 = version === 4 && (bytes[0]! & 0x0f) >= 5 && bytes.length >= 20 &&
    u16(bytes, 2) <= bytes.length && u16(bytes, 2) >= 20;
  const isIpv6 = version === 6 && bytes.length >= 40 && u16(bytes, 4) + 40 <= bytes.length;
  return isIpv4 || isIpv6 ? LINK.raw : LINK.ethernet;
}
