/**
 * TCP segments: the header and payload of a captured packet as plain values.
 *
 * The folder `tcp/`, segments to states: `segment.ts` a segment; `sequence.ts` its numbers; `state.ts` the
 * states and edges; `side.ts` client and server; `sender.ts` and `receiver.ts` the halves of an end;
 * `endpoint.ts` an end, `path.ts` its states; `proof.ts` proofs by a segment; `reset.ts` resets and their senders, `traits.ts` what
 * tells hosts apart; `hole.ts` what a capture lacks; `question.ts` segments whose answers tell their effect;
 * `presume.ts` the states that follow if the last segments arrived; `belonging.ts` which segments belong to
 * a connection; `merge.ts` captures of both ends, of it `clock_offset.ts` the clocks, `flows.ts`, `flights.ts` and `turns.ts`
 * the segments, `passage.ts` the passage of one; `connection.ts` both ends; `summary.ts` the connection in numbers; `statistics.ts` its
 * round-trip times, retransmissions and waits; `analysis.ts` Wireshark's marks; `flow.ts` connections between the same ports; `tracker.ts` all connections
 * of a capture.
 *
 * @module
 */
import { ipv6 } from "../address/ip.ts";
import { formatQuickIpv4 } from "../address/ipv4.ts";
import { formatIpv6 } from "../address/ipv6.ts";
import type { DissectedPacket } from "../packet/dissect.ts";
import type { Layer } from "../packet/protocol.ts";

/** The control bits that move states, and PSH (RFC 9293, section 3.1). */
export const FLAG = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10 } as const;

/** The TCP options of a segment that matter to a connection; `null` for an absent option. */
export interface SegmentOptions {
  /** The largest payload that the sender takes, in bytes (RFC 9293, section 3.7.1). */
  readonly mss: number | null;
  /** The scale of the sender's later windows in bits (RFC 7323, section 2.2). */
  readonly windowScale: number | null;
  /** Whether the sender understands selective acknowledgments (RFC 2018). */
  readonly sackPermitted: boolean;
  /** The blocks that have arrived beyond a gap (RFC 2018): pairs of sequence numbers. */
  readonly sack: readonly (readonly [start: number, end: number])[];
  /** TSval, the sender's clock, and TSecr, the last one received from the other end (RFC 7323, section 3.2). */
  readonly timestamp: { readonly value: number; readonly echo: number } | null;
  /** The length of the cookie of TCP Fast Open (RFC 7413), 0 for a request of one. */
  readonly fastOpen: number | null;
}

/** A TCP segment. */
export interface Segment {
  /** The number of its packet in the capture, from 1. */
  readonly number: number;
  /** When it was captured, in nanoseconds since 1970. */
  readonly time: bigint;
  /** Address and port of its sender: `192.0.2.1:49380`, `[2001:db8::1]:80`. */
  readonly source: string;
  /** Address and port of its receiver. */
  readonly destination: string;
  /** The sequence number of its first byte. */
  readonly seq: number;
  /** The acknowledgment number, which its sender expects next; valid only with the flag ACK. */
  readonly ack: number;
  /** The flags, a sum of `FLAG`; others may be set as well. */
  readonly flags: number;
  /** The TTL or hop limit with which it was captured: it tells hosts at other distances apart. */
  readonly ttl: number | null;
  /** The identification of IPv4 (RFC 791), which many hosts count up; `null` with IPv6. */
  readonly id: number | null;
  /** The window as it stands in the header, not scaled. */
  readonly window: number;
  /** Bytes of payload on the wire. */
  readonly length: number;
  /** The first captured bytes of the payload; its own copy. */
  readonly data: Uint8Array;
  /** Its options. */
  readonly options: SegmentOptions;
  /** Whether its header was cut by a short snapshot length, so that options may be missing. */
  readonly isCut?: boolean;
}

/** The fixed part of the header (RFC 9293, section 3.1), in bytes. */
const HEADER_SIZE = 20;

/** Bytes of payload that are kept for the preview; of a ClientHello of TLS so many that the server's name is in. */
const DATA_KEPT = 64;
const HELLO_KEPT = 2048;

/**
 * Returns the TCP segment in a packet; `null` if there is none, if too little of one was captured, or if the
 * packet is a fragment, which has a part of one.
 */
export function segmentOf(packet: DissectedPacket): Segment | null {
  const { bytes } = packet;
  let network: Layer | null = null;
  let transport: Layer | null = null;
  for (const layer of packet.layers) {
    if (layer.name === "tcp" && !layer.quoted) {
      transport = layer;
      break;
    }
    if (layer.name === "ip" || layer.name === "ipv6") network = layer;
  }
  if (network === null || transport === null || transport.fragment) return null;
  const { start } = transport;
  const wireEnd = Math.min(transport.wireEnd, packet.length); // a damaged length says more than there was
  if (start + HEADER_SIZE > bytes.length) return null;
  const header = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const size = Math.max(HEADER_SIZE, (header.getUint8(12) >> 4) * 4);
  const { source, destination } = endpointsOf(network, bytes, header);
  const flags = header.getUint8(13);
  const length = Math.max(0, wireEnd - start - size);
  const dataEnd = size +
    Math.min(length, isClientHello(bytes, start + size) ? HELLO_KEPT : DATA_KEPT);
  return {
    number: packet.number,
    time: packet.time,
    source,
    destination,
    seq: header.getUint32(4),
    ack: header.getUint32(8),
    flags,
    ...readNetwork(network, bytes),
    window: header.getUint16(14),
    length,
    data: length === 0 ? NO_DATA : bytes.slice(start + size, start + dataEnd),
    options: readOptions(header, Math.min(size, header.byteLength)),
    isCut: header.byteLength < size,
  };
}

/** Whether a ClientHello is at `at`: a record with a handshake, whose first message it is (RFC 8446). */
function isClientHello(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 22 && bytes[at + 1] === 3 && bytes[at + 5] === 1;
}

/** Whether the segment consumes sequence numbers: by payload, SYN or FIN. */
export function isSpan({ length, flags }: Segment): boolean {
  return length > 0 || (flags & (FLAG.syn | FLAG.fin)) !== 0;
}

/** Returns the sequence number behind the segment; SYN and FIN count one each (RFC 9293, section 3.4). */
export function endOf({ seq, length, flags }: Pick<Segment, "seq" | "length" | "flags">): number {
  return (seq + length + (flags & FLAG.syn ? 1 : 0) + (flags & FLAG.fin ? 1 : 0)) >>> 0;
}

/** Returns the address in `address:port`, without brackets. */
export function hostAddressOf(endpoint: string): string {
  return endpoint.slice(0, endpoint.lastIndexOf(":")).replace(/^\[|\]$/g, "");
}

/** Returns the port in `address:port`. */
export function portOf(endpoint: string): number {
  return Number(endpoint.slice(endpoint.lastIndexOf(":") + 1));
}

const NO_DATA = new Uint8Array();

/** Offsets of source and destination in the headers of IPv4 (RFC 791) and IPv6 (RFC 8200). */
const IPV4_ADDRESSES = [12, 16] as const;
const IPV6_ADDRESSES = [8, 24] as const;

/** Offsets of identification and TTL (RFC 791), and of the hop limit (RFC 8200). */
const ID = 4;
const TTL = { ipv4: 8, ipv6: 7 } as const;

function readNetwork({ name, start }: Layer, bytes: Uint8Array): Pick<Segment, "ttl" | "id"> {
  if (name !== "ip") return { ttl: bytes[start + TTL.ipv6] ?? null, id: null };
  return {
    ttl: bytes[start + TTL.ipv4] ?? null,
    id: (bytes[start + ID]! << 8) | bytes[start + ID + 1]!,
  };
}

function endpointsOf(
  { name, start }: Layer,
  bytes: Uint8Array,
  tcp: DataView,
): Pick<Segment, "source" | "destination"> {
  const [source, destination] = [tcp.getUint16(0), tcp.getUint16(2)];
  if (name === "ip") {
    const header = new DataView(bytes.buffer, bytes.byteOffset + start);
    return {
      source: ipv4Endpoint(header.getUint32(IPV4_ADDRESSES[0]), source),
      destination: ipv4Endpoint(header.getUint32(IPV4_ADDRESSES[1]), destination),
    };
  }
  const address = (at: number) =>
    formatIpv6(ipv6(BigInt(`0x${bytes.subarray(start + at, start + at + 16).toHex()}`)));
  return {
    source: `[${address(IPV6_ADDRESSES[0])}]:${source}`,
    destination: `[${address(IPV6_ADDRESSES[1])}]:${destination}`,
  };
}

/** The most addresses whose text is remembered: writing it anew takes more time than all the rest. */
const MAX_NAMES = 4096;

const names = new Map<number, string>();

function ipv4Endpoint(address: number, port: number): string {
  const key = address * 0x10000 + port;
  let name = names.get(key);
  if (name === undefined) {
    if (names.size === MAX_NAMES) names.clear();
    name = `${formatQuickIpv4(address)}:${port}`;
    names.set(key, name);
  }
  return name;
}

/** The options of a segment without options. */
export const NO_OPTIONS: SegmentOptions = {
  mss: null,
  windowScale: null,
  sackPermitted: false,
  sack: [],
  timestamp: null,
  fastOpen: null,
};

/** The options that are read, by their kind and length (IANA, TCP Option Kind Numbers). */
const KIND = {
  end: 0,
  none: 1,
  mss: 2,
  windowScale: 3,
  sackPermitted: 4,
  sack: 5,
  timestamp: 8,
  fastOpen: 34,
} as const;

/** Reads the options up to `end`, as far as they make sense. */
function readOptions(header: DataView, end: number): SegmentOptions {
  if (end <= HEADER_SIZE) return NO_OPTIONS;
  const options: { -readonly [K in keyof SegmentOptions]: SegmentOptions[K] } = { ...NO_OPTIONS };
  for (let at = HEADER_SIZE; at < end;) {
    const kind = header.getUint8(at);
    if (kind === KIND.end) break;
    if (kind === KIND.none) {
      at++;
      continue;
    }
    const length = at + 1 < end ? header.getUint8(at + 1) : 0;
    if (length < 2 || at + length > end) break;
    if (kind === KIND.mss && length === 4) options.mss = header.getUint16(at + 2);
    else if (kind === KIND.windowScale && length === 3) {
      options.windowScale = Math.min(14, header.getUint8(at + 2)); // RFC 7323, section 2.3
    } else if (kind === KIND.sackPermitted) options.sackPermitted = true;
    else if (kind === KIND.sack) options.sack = readSack(header, at + 2, at + length);
    else if (kind === KIND.timestamp && length === 10) {
      options.timestamp = { value: header.getUint32(at + 2), echo: header.getUint32(at + 6) };
    } else if (kind === KIND.fastOpen) options.fastOpen = length - 2;
    at += length;
  }
  return options;
}

function readSack(header: DataView, start: number, end: number): [number, number][] {
  const ranges: [number, number][] = [];
  for (let at = start; at + 8 <= end; at += 8) {
    ranges.push([header.getUint32(at), header.getUint32(at + 4)]);
  }
  return ranges;
}
