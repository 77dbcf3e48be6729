/**
 * One fragment of an IP packet: its place, and the headers that the whole packet has from it.
 *
 * @module
 */
import { u16 } from "./numbers.ts";
import type { Dissected, Layer } from "./protocol.ts";

/** The most bytes of a packet: lengths have 16 bits (RFC 791, RFC 8200). */
export const MAX_PACKET = 0xffff;
/** Fragments begin at multiples of so many bytes. */
export const BLOCK = 8;

/** A fragment and its place. */
export interface Piece {
  /** The same for all fragments of a packet: addresses, protocol, number, virtual networks. */
  readonly key: string;
  /** Whether the packet is one of IPv4, not of IPv6. */
  readonly isIpv4: boolean;
  /** The index of the IP header. */
  readonly header: number;
  /** The index of the layer that says that it is a fragment: the IP header, or the one behind it. */
  readonly placed: number;
  /** The place of its content in that of the packet, in bytes. */
  readonly offset: number;
  /** Whether more fragments follow. */
  readonly more: boolean;
  /** Its bytes, lent. */
  readonly content: Uint8Array;
}

/** Returns whether a packet is a fragment: what stands above IP is only a part, and may be no header. */
export function isFragment({ layers }: Dissected): boolean {
  const last = layers.at(-1);
  return last !== undefined && last.fragment && !last.quoted;
}

/** Returns the outermost fragment of a packet; `null` if not all of it was captured, or it cannot be one. */
export function pieceOf({ layers, bytes }: Dissected): Piece | null {
  const placed = layers.findIndex(({ fragment }) => fragment) - 1;
  const layer = layers[placed];
  if (layer === undefined) return null;
  const isIpv4 = layer.name === "ip";
  const header = isIpv4
    ? placed
    : layers.findLastIndex(({ name }, i) => i < placed && name === "ipv6");
  const ip = layers[header];
  if (ip === undefined || layer.end < layer.wireEnd) return null;
  const placement = u16(bytes, layer.start + (isIpv4 ? 6 : 2));
  const offset = isIpv4 ? (placement & 0x1fff) * BLOCK : placement & 0xfff8;
  const more = (placement & (isIpv4 ? 0x2000 : 1)) !== 0;
  const content = bytes.subarray(layer.body, layer.end);
  const isPossible = content.length > 0 && offset + content.length <= MAX_PACKET &&
    (!more || content.length % BLOCK === 0);
  if (!isPossible) return null;
  const [addresses, number] = isIpv4
    ? [
      bytes.subarray(ip.start + 12, ip.start + 20),
      `${u16(bytes, ip.start + 4)}/${bytes[ip.start + 9]}`,
    ]
    : [
      bytes.subarray(ip.start + 8, ip.start + 40),
      bytes.subarray(layer.start + 4, layer.body).toHex(),
    ];
  const key = `${addresses.toHex()} ${number}${networkOf(layers.slice(0, header), bytes)}`;
  return { key, isIpv4, header, placed, offset, more, content };
}

/** Returns the numbers of the virtual networks that the headers below IP name: addresses are theirs. */
function networkOf(layers: readonly Layer[], bytes: Uint8Array): string {
  return layers.map(({ name, start }) => {
    if (name === "vlan" || name === "ieee8021ad") return ` ${u16(bytes, start) & 0x0fff}`;
    return name === "vxlan" || name === "geneve"
      ? ` ${u16(bytes, start + 4)}.${bytes[start + 6]}`
      : "";
  }).join("");
}

/** Returns the IP headers of the first fragment as those of a packet that is none. */
export function headersOf(
  { isIpv4, header, placed }: Piece,
  layers: readonly Layer[],
  bytes: Uint8Array,
): Uint8Array {
  const { start } = layers[header]!;
  const place = layers[placed]!;
  if (isIpv4) {
    const headers = bytes.slice(start, place.body);
    headers[6]! &= 0xc0; // no fragment follows
    headers[7] = 0;
    return headers;
  }
  // The fragment header is not there any more: the one before announces what it has announced.
  const headers = bytes.slice(start, place.start);
  const before = layers[placed - 1]!;
  headers[before.start - start + (placed - 1 === header ? 6 : 0)] = bytes[place.start]!;
  return headers;
}
