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
