/**
 * The layers of a packet, with the offsets of their headers: the part of decoding that every packet
 * pays for.
 *
 * Numbers only, nothing is copied. The meaning of fields is read by `fields.ts`, problems are found by
 * `problems.ts`. Nothing here throws, whatever the bytes are.
 *
 * @module
 */
import type { CapturedPacket } from "./captured_packet.ts";
import { DATA, FCS, PADDING } from "./content.ts";
import { keyOf, NO_KEY, SPACE } from "./keys.ts";
import { isRawIp, LINK } from "./link.ts";
import { Cursor, type Dissected, type Layer } from "./protocol.ts";
import { isKnownKey, isMissing, loadMissing, protocolOf } from "./protocols.ts";

/** The most headers inside each other: no real packet has so many, a made-up one has thousands. */
const MAX_LAYERS = 40;

/**
 * Returns the layers of a packet from the outermost on. Bytes of a protocol that is not loaded yet
 * are content: `dissectFully` loads it.
 *
 * @example The layers of an Ethernet frame with a broken IP header
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dissect } from "./dissect.ts";
 *
 * const frame = Uint8Array.fromHex("00005e00530200005e00530108004500002d");
 * const layers = dissect(frame).map(({ name, start, whole }) => [name, start, whole]);
 * assertEquals(layers, [["eth", 0, true], ["ip", 14, false]]);
 * ```
 *
 * @param bytes The captured bytes.
 * @param linkType The type of the link, a LINKTYPE_ value of tcpdump.org; Ethernet is 1.
 * @param length The bytes of the packet on the wire, if not all of them were captured.
 * @param fcs The bytes of the frame check sequence at its end.
 */
export function dissect(
  bytes: Uint8Array,
  linkType: number = LINK.ethernet,
  length: number = bytes.length,
  fcs: number = 0,
): Layer[] {
  const cursor = new Cursor(bytes, Math.max(length, bytes.length), isKnownKey);
  if (fcs > 0) cursor.narrow(Math.max(0, cursor.limit - fcs));
  let key = firstKey(bytes, linkType);
  do {
    cursor.key = key;
    const protocol = cursor.layers.length < MAX_LAYERS ? protocolOf(key) : null;
    if (protocol === null) break;
    key = cursor.read(protocol);
  } while (key > NO_KEY && cursor.at < bytes.length);
  // A protocol returns the key of content that it knows not to be read, as that of fragments, negated.
  cursor.key = Math.abs(key);
  return addContent(cursor, length, fcs);
}

/** A packet of a capture with its layers. */
export interface DissectedPacket extends CapturedPacket, Dissected {}

/** Returns a packet with its layers, by the protocols that are loaded. */
export function dissectPacket(packet: CapturedPacket): DissectedPacket {
  const { number, time, linkType, bytes, length, fcs } = packet; // faster than to spread it
  const layers = dissect(bytes, linkType, length, fcs);
  return { number, time, linkType, bytes, length, fcs, layers };
}

/**
 * Returns a packet with its layers, or a promise of it: protocols that are met for the first time are
 * loaded before. Most packets are there at once, and a promise for each would cost.
 */
export function dissectFully(packet: CapturedPacket): DissectedPacket | Promise<DissectedPacket> {
  const dissected = dissectPacket(packet);
  return isMissing() ? dissectLoaded(packet) : dissected;
}

async function dissectLoaded(packet: CapturedPacket): Promise<DissectedPacket> {
  let dissected = dissectPacket(packet);
  while (isMissing()) {
    await loadMissing();
    dissected = dissectPacket(packet);
  }
  return dissected;
}

/** Returns the key of the outermost header. */
function firstKey(bytes: Uint8Array, linkType: number): number {
  if (!isRawIp(linkType)) return keyOf(SPACE.link, linkType);
  return keyOf(SPACE.ethertype, bytes[0]! >> 4 === 6 ? 0x86dd : 0x0800);
}

/** Adds what no protocol has read, and what stands behind the end; returns the layers. */
function addContent(cursor: Cursor, length: number, fcs: number): Layer[] {
  const { bytes } = cursor;
  const whole = Math.max(length, bytes.length);
  const end = Math.min(bytes.length, Math.max(0, whole - fcs));
  if (cursor.at < cursor.bound) cursor.add(DATA, cursor.bound - cursor.at);
  if (cursor.bound < end) {
    cursor.at = cursor.bound;
    cursor.bound = end;
    cursor.limit = whole;
    cursor.add(PADDING, cursor.bound - cursor.at);
  }
  if (end < bytes.length) {
    cursor.at = end;
    cursor.bound = bytes.length;
    cursor.limit = whole;
    cursor.header(FCS);
  }
  return cursor.layers;
}
