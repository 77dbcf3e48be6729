/**
 * Fragments: an IP packet that is longer than the MTU, cut up as a router or a sender does (RFC 791,
 * section 2.3; RFC 8200, section 4.5).
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import { UserError } from "../cli/errors.ts";
import { checksumOf, onesSum } from "../packet/checksum.ts";
import { dissect } from "../packet/dissect.ts";
import type { Layer } from "../packet/protocol.ts";
import { t } from "../text/messages.ts";

/** Offsets in the header of IPv4 (RFC 791, section 3.1). */
const LENGTH = 2;
const ID = 4;
const PLACEMENT = 6;
const CHECKSUM = 10;
/** The flag that more fragments follow. */
const MORE = 0x2000;

/** The next header of IPv6 that is a fragment header, and its size (RFC 8200, section 4.5). */
const FRAGMENT = 44;
const FRAGMENT_SIZE = 8;
/** Bytes of the header of IPv6, and offsets in it (RFC 8200, section 3). */
const IPV6_SIZE = 40;
const PAYLOAD_LENGTH = 4;
const NEXT_HEADER = 6;

/**
 * Returns `frame` with its outermost IP packet cut up so that none is longer than `longest`; the frame
 * itself, if it fits.
 *
 * @throws {UserError} For a frame without IP.
 */
export function fragmentsOf(frame: Uint8Array, longest: number): Uint8Array<ArrayBuffer>[] {
  const layers = dissect(frame);
  const ip = layers.find(({ name }) => name === "ip" || name === "ipv6");
  if (ip === undefined) throw new UserError(t`--fragment cuts up IP packets: there is none`);
  if (ip.end - ip.start <= longest) return [frame.slice()];
  const isIpv4 = ip.name === "ip";
  const { body, next } = isIpv4 ? { body: ip.body, next: 0 } : everyFragment(layers, ip);
  const header = body - ip.start + (isIpv4 ? 0 : FRAGMENT_SIZE);
  if (header + 8 > longest) {
    throw new UserError(t`--fragment ${longest}: the headers of each fragment take ${header}
      bytes`);
  }
  const room = longest - header & ~7; // offsets count in units of 8 bytes
  const link = linkHeaders(frame, layers, ip);
  const fragments: Uint8Array<ArrayBuffer>[] = [];
  for (let at = body; at < ip.end; at += room) {
    const content = frame.subarray(at, Math.min(ip.end, at + room));
    const isLast = at + room >= ip.end;
    const offset = at - body;
    const headers = frame.subarray(ip.start, body);
    const packet = isIpv4
      ? ipv4Fragment(headers, content, offset, isLast)
      : ipv6Fragment(headers, next, content, offset, isLast);
    fragments.push(concat([link(packet.length), packet]));
  }
  return fragments;
}

/**
 * Returns the end of the headers that each fragment of an IPv6 packet has, those that routers look into, and
 * the offset of the last of their next headers (RFC 8200, section 4.5).
 *
 * @throws {UserError} For a packet that has a fragment header.
 */
function everyFragment(
  layers: readonly Layer[],
  ip: Layer,
): { readonly body: number; readonly next: number } {
  let found = { body: ip.body, next: NEXT_HEADER };
  for (const { name, start, body } of layers.slice(layers.indexOf(ip) + 1)) {
    if (name === "ipv6.fraghdr") {
      throw new UserError(t`the packet has a fragment header: leave one of --fragment and it out`);
    }
    if (!name.startsWith("ipv6.")) break;
    if (name !== "ipv6.dstopts") found = { body, next: start - ip.start };
  }
  return found;
}

/** Returns the maker of the headers in front of a packet of some length: PPPoE counts it. */
function linkHeaders(
  frame: Uint8Array,
  layers: readonly Layer[],
  ip: Layer,
): (length: number) => Uint8Array {
  const pppoe = layers.find(({ name, start }) => name === "pppoes" && start < ip.start);
  return (length) => {
    const headers = frame.slice(0, ip.start);
    if (pppoe !== undefined) {
      new DataView(headers.buffer).setUint16(pppoe.start + 4, ip.start - pppoe.body + length);
    }
    return headers;
  };
}

function ipv4Fragment(
  header: Uint8Array,
  content: Uint8Array,
  offset: number,
  isLast: boolean,
): Uint8Array {
  const packet = concat([header, content]);
  const view = new DataView(packet.buffer);
  view.setUint16(LENGTH, packet.length);
  if (view.getUint16(ID) === 0) view.setUint16(ID, 1); // tells the packet's fragments from others
  view.setUint16(PLACEMENT, offset / 8 | (isLast ? 0 : MORE));
  view.setUint16(CHECKSUM, 0);
  view.setUint16(CHECKSUM, checksumOf(onesSum(packet, 0, header.length)));
  return packet;
}

function ipv6Fragment(
  header: Uint8Array,
  next: number,
  content: Uint8Array,
  offset: number,
  isLast: boolean,
): Uint8Array {
  const packet = concat([header, new Uint8Array(FRAGMENT_SIZE), content]);
  const view = new DataView(packet.buffer);
  view.setUint16(PAYLOAD_LENGTH, packet.length - IPV6_SIZE);
  packet[header.length] = header[next]!;
  packet[next] = FRAGMENT;
  view.setUint16(header.length + 2, offset | (isLast ? 0 : 1));
  view.setUint32(header.length + 4, 1);
  return packet;
}
