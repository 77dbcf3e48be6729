/**
 * IP fragments joined again: the packets as they were before a router or their sender cut them up (RFC
 * 791, section 3.2; RFC 8200, section 4.5).
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import type { CapturedPacket } from "./captured_packet.ts";
import { checksumOf, onesSum } from "./checksum.ts";
import { type DissectedPacket, dissectFully } from "./dissect.ts";
import { LINK } from "./link.ts";
import { BLOCK, headersOf, isFragment, MAX_PACKET, type Piece, pieceOf } from "./fragment.ts";
import type { Dissected } from "./protocol.ts";

/** Bytes that fragments have in common: none, the same ones, or others (or another end of the packet). */
export type Overlap = "none" | "same" | "different";

/** The part of a packet that one fragment has brought. */
export interface Fragment {
  /** The number of the packet that it came in. */
  readonly packet: number;
  /** Its place in the content of the IP packet, in bytes. */
  readonly offset: number;
  /** The number of its bytes. */
  readonly size: number;
  /** The bytes that it has in common with those before it. */
  readonly overlap: Overlap;
}

/** An IP packet joined from its fragments, which begins with its IP header. */
export interface WholePacket extends CapturedPacket {
  /** Its fragments in the order of their arrival. */
  readonly fragments: readonly Fragment[];
  /** The worst that fragments had in common. */
  readonly overlap: Overlap;
  /** In the packet of the last fragment: the index of the IP header. */
  readonly header: number;
  /** The same of the layer that says that it is a fragment: the IP header, or the one behind it. */
  readonly placed: number;
}

/** A joined packet with its layers. */
export interface Reassembled extends WholePacket, Dissected {}

/** Seconds of capture time after which fragments are given up (RFC 8200, section 4.5; RFC 1122, section 3.3.2). */
const MAX_AGE = 60n * 1_000_000_000n;
/** The most bytes of fragments that are kept at a time; beyond, the oldest packets are given up. */
const MAX_MEMORY = 16 * 1024 * 1024;
/** The bytes that a packet takes beside its content, and those of the note on a fragment. */
const PER_PACKET = 2048;
const PER_FRAGMENT = 64;
/** Tunnels in tunnels whose fragments are joined for one packet. */
const MAX_NESTED = 4;

/** A packet of which not all fragments are there. */
interface Pending {
  /** The time of its first fragment, by arrival. */
  readonly began: bigint;
  /** Its content, as far as it is there. */
  content: Uint8Array;
  /** A bit for each block that is there. */
  readonly blocks: Uint8Array;
  /** The number of blocks that are there. */
  count: number;
  /** The end of the content so far, and the end that the last fragment gives, if it is there. */
  reach: number;
  end: number | null;
  /** The headers of the fragment with the offset 0, ready for the whole packet. */
  headers: Uint8Array | null;
  readonly fragments: Fragment[];
  /** The bytes that it takes. */
  memory: number;
}

/**
 * The fragments of the packets that have passed and are not complete.
 *
 * Memory and age are bounded: after 60 s of capture time, or beyond 16 MiB, the oldest fragments are
 * given up. Of bytes that come twice the first ones are taken, as Wireshark does.
 *
 * @example Two fragments of an echo request
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dissectPacket } from "./dissect.ts";
 * import { isFragment } from "./fragment.ts";
 * import { Reassembler } from "./reassembly.ts";
 *
 * const reassembler = new Reassembler();
 * const packets = [
 *   "4500001c00012000400116c5c0000201c00002020800e5ca00010001",
 *   "4500001700010001400136c9c0000201c0000202616263",
 * ].map((hex, i) => {
 *   const bytes = Uint8Array.fromHex(hex);
 *   return dissectPacket({ number: i + 1, time: 0n, linkType: 101, bytes, length: bytes.length });
 * });
 * assertEquals(packets.map(isFragment), [true, true]);
 * const [first, whole] = packets.map((packet) => reassembler.add(packet));
 * assertEquals(first, null);
 * assertEquals(whole?.bytes.subarray(20).toHex(), "0800e5ca00010001616263");
 * ```
 */
export class Reassembler {
  /** By addresses, protocol and number; the oldest first. */
  readonly #pending = new Map<string, Pending>();
  #memory = 0;

  /**
   * Takes the next packet, which may be lent; returns the whole packet if it has brought the last missing
   * fragment, else `null`. The whole one begins with its IP header, and has number and time of this packet.
   */
  add(packet: DissectedPacket): WholePacket | null {
    const piece = isFragment(packet) ? pieceOf(packet) : null;
    if (piece === null) return null;
    this.#giveUp(packet.time);
    const pending = this.#pending.get(piece.key) ?? this.#begin(piece.key, packet.time);
    const before = pending.memory;
    take(pending, piece, packet);
    this.#memory += pending.memory - before;
    if (!isComplete(pending)) {
      this.#giveUp(packet.time);
      return null;
    }
    this.#forget(piece.key, pending);
    return wholeOf(pending, piece, packet);
  }

  /** As `add`, with the layers of the whole packet; fragments inside it, of a tunnel, are joined as well. */
  async join(packet: DissectedPacket): Promise<Reassembled | null> {
    let found: Reassembled | null = null;
    for (let i = 0; i < MAX_NESTED; i++) {
      const whole = this.add(found ?? packet);
      if (whole === null) break;
      const { layers } = await dissectFully(whole);
      // The place is that in the packet of the capture, the outermost.
      const { header, placed }: WholePacket = found ?? whole;
      found = { ...whole, layers, header, placed };
    }
    return found;
  }

  #begin(key: string, time: bigint): Pending {
    const pending: Pending = {
      began: time,
      content: new Uint8Array(),
      blocks: new Uint8Array(Math.ceil(MAX_PACKET / BLOCK / 8)),
      count: 0,
      reach: 0,
      end: null,
      headers: null,
      fragments: [],
      memory: PER_PACKET,
    };
    this.#pending.set(key, pending);
    this.#memory += PER_PACKET;
    return pending;
  }

  /** Gives up what is too old at `time`, or too much. */
  #giveUp(time: bigint): void {
    for (const [key, pending] of this.#pending) {
      if (time - pending.began <= MAX_AGE && this.#memory <= MAX_MEMORY) break;
      this.#forget(key, pending);
    }
  }

  #forget(key: string, { memory }: Pending): void {
    this.#pending.delete(key);
    this.#memory -= memory;
  }
}

/** Adds a fragment. */
function take(pending: Pending, piece: Piece, { number, layers, bytes }: DissectedPacket): void {
  const { offset, content } = piece;
  const headers = offset === 0 && pending.headers === null ? headersOf(piece, layers, bytes) : null;
  const overlap = takeContent(pending, piece);
  pending.fragments.push({ packet: number, offset, size: content.length, overlap });
  pending.memory += PER_FRAGMENT + (headers?.length ?? 0);
  pending.headers ??= headers;
}

/** Adds the bytes of a fragment, unless they contradict the end of the packet; says what was there already. */
function takeContent(pending: Pending, { offset, content, more }: Piece): Overlap {
  const end = offset + content.length;
  const isBeyond = pending.end !== null && (end > pending.end || (!more && end < pending.end));
  if (isBeyond || (!more && pending.reach > end)) return "different";
  if (!more) pending.end = end;
  pending.reach = Math.max(pending.reach, end);
  if (end > pending.content.length) {
    const grown = new Uint8Array(Math.max(end, Math.min(MAX_PACKET, 2 * pending.content.length)));
    grown.set(pending.content);
    pending.memory += grown.length - pending.content.length;
    pending.content = grown;
  }
  let overlap: Overlap = "none";
  for (let at = 0; at < content.length; at += BLOCK) {
    overlap = worse(overlap, takeBlock(pending, offset + at, content.subarray(at, at + BLOCK)));
  }
  return overlap;
}

/** Adds the bytes of a block; those that are there already stay. */
function takeBlock(pending: Pending, at: number, bytes: Uint8Array): Overlap {
  const block = at / BLOCK;
  const bit = 1 << (block & 7);
  const { blocks, content } = pending;
  if ((blocks[block >> 3]! & bit) !== 0) {
    return bytes.some((byte, i) => content[at + i] !== byte) ? "different" : "same";
  }
  blocks[block >> 3]! |= bit;
  pending.count++;
  content.set(bytes, at);
  return "none";
}

function worse(one: Overlap, other: Overlap): Overlap {
  if (one === "different" || other === "none") return one;
  return other;
}

function isComplete({ end, count, headers }: Pending): boolean {
  return end !== null && headers !== null && count === Math.ceil(end / BLOCK);
}

/** Returns the whole packet; `null` if it is longer than a packet can be. */
function wholeOf(
  pending: Pending,
  piece: Piece,
  { number, time }: DissectedPacket,
): WholePacket | null {
  const headers = pending.headers!;
  const bytes = concat([headers, pending.content.subarray(0, pending.end!)]);
  const length = bytes.length - (piece.isIpv4 ? 0 : 40);
  if (length > MAX_PACKET) return null;
  const view = new DataView(bytes.buffer);
  view.setUint16(piece.isIpv4 ? 2 : 4, length);
  if (piece.isIpv4) {
    view.setUint16(10, 0);
    view.setUint16(10, checksumOf(onesSum(bytes, 0, headers.length)));
  }
  return {
    number,
    time,
    linkType: piece.isIpv4 ? LINK.ipv4 : LINK.ipv6,
    bytes,
    length: bytes.length,
    fragments: pending.fragments,
    overlap: pending.fragments.map(({ overlap }) => overlap).reduce(worse, "none"),
    header: piece.header,
    placed: piece.placed,
  };
}
