/**
 * The plausibility of bytes as a packet: evidence for the right reading of pasted text.
 *
 * @module
 */
import { onesSum } from "../packet/checksum.ts";
import { ETHERTYPES, FIRST_ETHERTYPE, PROTOCOLS } from "../packet/keys.ts";
import { u16 } from "../packet/numbers.ts";
import { t } from "../text/messages.ts";

/** The evidence that bytes are a packet. */
export interface Evidence {
  /** 3: a checksum or fixed fields are right; 2: lengths agree; 1: a known EtherType; 0: nothing. */
  readonly strength: 0 | 1 | 2 | 3;
  /** The evidence in words; empty where there is none. */
  readonly says: string;
}

const NONE: Evidence = { strength: 0, says: "" };

/** Bytes of the header of Ethernet, and of a VLAN tag. */
const ETHERNET = 14;
const TAG = 4;

/** Returns the best evidence that `bytes` are a packet: an IP packet, or a frame of Ethernet. */
export function evidenceOf(bytes: Uint8Array): Evidence {
  const raw = ipEvidence(bytes, 0);
  const frame = frameEvidence(bytes);
  return raw.strength >= frame.strength && raw.strength > 1 ? raw : frame;
}

/** Returns the evidence of the worst of several packets. */
export function evidenceOfAll(packets: readonly Uint8Array[]): Evidence {
  let worst: Evidence | null = null;
  for (const packet of packets) {
    const evidence = evidenceOf(packet);
    if (worst === null || evidence.strength < worst.strength) worst = evidence;
    if (worst.strength === 0) break;
  }
  return worst ?? NONE;
}

function frameEvidence(bytes: Uint8Array): Evidence {
  let at = ETHERNET;
  while (at + TAG <= bytes.length && isTag(u16(bytes, at - 2))) at += TAG;
  if (at > bytes.length) return NONE;
  const type = u16(bytes, at - 2);
  const left = bytes.length - at;
  if (type < FIRST_ETHERTYPE) {
    const isPadded = type < left && bytes.length === 60 &&
      bytes.subarray(at + type).every((byte) => byte === 0);
    return type >= 3 && (type === left || isPadded)
      ? { strength: 2, says: t`the length of IEEE 802.3 is right` }
      : NONE;
  }
  const inside = type === 0x0800 || type === 0x86dd
    ? ipEvidence(bytes, at)
    : type === 0x0806
    ? arpEvidence(bytes, at)
    : NONE;
  if (inside.strength > 0) return inside;
  const name = ETHERTYPES[type];
  return name === undefined ? NONE : { strength: 1, says: t`the EtherType is that of ${name}` };
}

function isTag(type: number): boolean {
  return type === 0x8100 || type === 0x88a8;
}

function ipEvidence(bytes: Uint8Array, at: number): Evidence {
  const left = bytes.length - at;
  const version = (bytes[at] ?? 0) >> 4;
  if (version === 6 && left >= 40) {
    const agrees = u16(bytes, at + 4) + 40 <= left && bytes[at + 6]! in PROTOCOLS;
    return agrees ? { strength: 3, says: t`version and length of IPv6 are right` } : NONE;
  }
  const size = (bytes[at]! & 0x0f) * 4;
  if (version !== 4 || size < 20 || left < size) return NONE;
  const total = u16(bytes, at + 2);
  if (onesSum(bytes, at, at + size) === 0xffff && total >= size) {
    return { strength: 3, says: t`the IP checksum is right` };
  }
  // A checksum of 0 was left to the network card.
  const isOffload = u16(bytes, at + 10) === 0 && total >= size && total <= left;
  if (!isOffload && total !== left) return NONE;
  return { strength: 2, says: t`the length of IPv4 is right` };
}

/** ARP for IPv4 over Ethernet: five fixed fields (RFC 826). */
function arpEvidence(bytes: Uint8Array, at: number): Evidence {
  const fixed = [0, 1, 8, 0, 6, 4, 0];
  const agrees = bytes.length >= at + 28 && fixed.every((byte, i) => bytes[at + i] === byte) &&
    bytes[at + 7]! >= 1 && bytes[at + 7]! <= 9;
  return agrees ? { strength: 3, says: t`the fixed fields of ARP are right` } : NONE;
}

/** The least part of a text that its bytes take if not even their form says that they are packets. */
const LEAST_PART = 1 / 10;

/** The same of packets that are too short for a header: lists of a few numbers are in most programs. */
const LEAST_PART_SHORT = 1 / 2;

/** The digits of a byte. */
const DIGITS = 2;

/**
 * Whether packets whose lengths and checksums say nothing are too little of a text to be what it is about: a
 * list of numbers in a program, a row of figures in a page.
 *
 * @param size The characters of the text without its blanks.
 */
export function isIncidental(
  packets: readonly Uint8Array[],
  size: number,
  { isCertain, isString }: {
    /** Whether their notation is that of bytes for certain: offsets that grow with the rows, `0x5e`. */
    readonly isCertain: boolean;
    /** Whether letters stand for themselves; these prove nothing, being in each quotation. */
    readonly isString: boolean;
  },
): boolean {
  const lengths = packets.map((packet) => isString ? binaryIn(packet) : packet.length);
  const part = DIGITS * lengths.reduce((sum, length) => sum + length, 0) / size;
  if (lengths.some((length) => length < ETHERNET)) return part < LEAST_PART_SHORT;
  return !isCertain && part < LEAST_PART;
}

/** Returns the number of bytes that are no printable ASCII, no line end and no tab. */
function binaryIn(packet: Uint8Array): number {
  return packet.reduce((count, byte) => count + (isPlainText(byte) ? 0 : 1), 0);
}

function isPlainText(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f || byte === 9 || byte === 10 || byte === 13;
}

/** Whether most lines of a text begin with nothing that could be a byte or an offset. */
export function isOtherText(lines: readonly string[]): boolean {
  return 2 * rowsAmong(lines) < written(lines).length;
}

/** Whether every line of a text begins with what could be a byte or an offset. */
export function isAllRows(lines: readonly string[]): boolean {
  return rowsAmong(lines) === written(lines).length;
}

function rowsAmong(lines: readonly string[]): number {
  return written(lines).filter((line) =>
    /^[^\p{L}\p{N}]*(?:x|0x)?(?:\d|[0-9a-f]{2,}(?![0-9a-z]))/iu.test(line)
  ).length;
}

/** Returns the lines that are not blank. */
function written(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line.trim() !== "");
}
