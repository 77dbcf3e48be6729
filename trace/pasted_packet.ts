/**
 * Captured packets made of a line of text about a TCP segment: headers with the fields that the line
 * tells, cut behind them as by a short snapshot length.
 *
 * @module
 */
import { parseIp } from "../address/ip_text.ts";
import { portOfName } from "../address/known_ports.ts";
import { ParseError } from "../address/parse_error.ts";
import type { CapturedPacket } from "../packet/captured_packet.ts";
import { LINK } from "../packet/link.ts";
import { t } from "../text/messages.ts";

/** A TCP segment as a line of text tells it. */
export interface PastedSegment {
  /** The address of its sender. */
  readonly source: string;
  /** The address of its receiver. */
  readonly destination: string;
  /** The ports of sender and receiver. */
  readonly ports: readonly [source: number, destination: number];
  /** The TTL or hop limit; 0 if it is not told. */
  readonly ttl: number;
  /** The sequence number in the header. */
  readonly seq: number;
  /** The acknowledgment number in the header. */
  readonly ack: number;
  /** The flags, a sum of `FLAG` (tcp/segment.ts). */
  readonly flags: number;
  /** The window in the header. */
  readonly window: number;
  /** Bytes of payload. */
  readonly length: number;
  /** The options by their names in tcpdump: `mss 1460`, `wscale 7`, `TS val 1 ecr 0`, `sackOK`. */
  readonly options: string;
}

/** Sizes in bytes: headers of IPv4 (RFC 791), IPv6 (RFC 8200), TCP (RFC 9293); timestamps, padded (RFC 7323). */
const SIZE = { ipv4: 20, ipv6: 40, tcp: 20, timestamp: 12 } as const;
/** The protocol number of TCP (IANA). */
const TCP = 6;

/** Returns the port that a number or the name of a service means, `NaN` if it is not known. */
export function pastedPort(text: string): number {
  return /^\d{1,5}$/.test(text) ? Number(text) : portOfName(text) ?? NaN;
}

/**
 * Returns the packet of `segment`, the one with `number` in the text, without a time.
 *
 * @throws {ParseError} If an address is none, or the two are of different versions.
 */
export function packetOf(segment: PastedSegment, number: number): CapturedPacket {
  if (segment.ports.some(Number.isNaN)) throw new ParseError(t`a port`, "", t`it is a name`);
  const addresses = [segment.source, segment.destination].map((text) => parseIp(text));
  const isIpv4 = addresses[0]!.version === 4;
  const options = optionBytes(segment.options);
  const start = isIpv4 ? SIZE.ipv4 : SIZE.ipv6;
  const size = start + SIZE.tcp + options.length;
  // A line may have left options out: the header is said to be longer than what is there of it.
  const left = segment.options.includes("TS val") ? 0 : SIZE.timestamp;
  const length = size + left + segment.length;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const stated = length > 0xffff ? 0 : length; // 0: segmentation offload, as Linux writes it
  if (isIpv4) {
    bytes[0] = 0x45;
    view.setUint16(2, stated);
    bytes.set([segment.ttl, TCP], 8);
    addresses.forEach(({ value }, i) => view.setUint32(12 + 4 * i, Number(value)));
  } else {
    bytes[0] = 0x60;
    view.setUint16(4, stated === 0 ? 0 : stated - start);
    bytes.set([TCP, segment.ttl], 6);
    addresses.forEach(({ value }, i) => {
      view.setBigUint64(8 + 16 * i, value >> 64n);
      view.setBigUint64(16 + 16 * i, value & 0xffff_ffff_ffff_ffffn);
    });
  }
  segment.ports.forEach((port, i) => view.setUint16(start + 2 * i, port));
  view.setUint32(start + 4, segment.seq);
  view.setUint32(start + 8, segment.ack);
  bytes.set([(SIZE.tcp + options.length + left) << 2, segment.flags], start + 12);
  view.setUint16(start + 14, Math.min(segment.window, 0xffff));
  bytes.set(options, start + SIZE.tcp);
  return { number, time: 0n, linkType: LINK.raw, bytes, length };
}

/** Returns the TCP options in the words of tcpdump as bytes, padded to 32 bits. */
function optionBytes(text: string): number[] {
  const u32 = (digits: string) => {
    const value = Number(digits);
    return [value >>> 24, value >>> 16 & 0xff, value >>> 8 & 0xff, value & 0xff];
  };
  const bytes: number[] = [];
  const mss = text.match(/\bmss (\d{1,5})\b/);
  if (mss) bytes.push(2, 4, Number(mss[1]) >> 8, Number(mss[1]) & 0xff);
  const scale = text.match(/\bwscale (\d{1,2})\b/);
  if (scale) bytes.push(3, 3, Number(scale[1]));
  if (/\bsackOK\b/.test(text)) bytes.push(4, 2);
  const clock = text.match(/\bTS val (\d{1,10}) ecr (\d{1,10})\b/);
  if (clock) bytes.push(8, 10, ...u32(clock[1]!), ...u32(clock[2]!));
  while (bytes.length % 4 !== 0) bytes.push(1); // no operation
  return bytes;
}
