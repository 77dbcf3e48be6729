/**
 * Frames made from headers and content: encapsulation, from the inside out.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import { checksumOf, onesSum, pseudoHeaderSum } from "./checksum.ts";
import {
  type FieldValue,
  type HeaderTable,
  isNumeric,
  type PlacedField,
  writeField,
} from "./field.ts";
import { ARP, IPV4, IPV6, TCP, UDP } from "./headers.ts";
import { icmpTable } from "./icmp.ts";
import { ETHERNET, VLAN } from "./link_headers.ts";

/** A header to be written: all of its fields, and its options. */
export interface Header {
  /** The places of its fields. */
  readonly table: HeaderTable;
  /** The value of each field, in the order of the table. */
  readonly values: readonly FieldValue[];
  /** The options, as they are; none are empty. */
  readonly options: Uint8Array;
}

/** Returns a header as bytes. */
export function encodeHeader({ table, values, options }: Header): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(table.size + options.length);
  table.fields.forEach((spec, i) => writeField(bytes, spec, values[i]!));
  bytes.set(options, table.size);
  return bytes;
}

/** The layers that `wrap` can put around a payload. */
export type WrapName = "eth" | "vlan" | "arp" | "ip" | "ipv6" | "tcp" | "udp" | "icmp" | "icmpv6";

/** A header that is wanted. */
export interface Wanted {
  /** The name of the layer. */
  readonly name: WrapName;
  /** The fields that are given; lengths, checksums and types that are not are computed. */
  readonly set: ReadonlyMap<string, FieldValue>;
  /** Options, a multiple of 4 bytes; none if left out. */
  readonly options?: Uint8Array;
}

/** The tables of the headers that `wrap` can make. */
export const WRAPS: Readonly<Record<WrapName, HeaderTable>> = {
  eth: ETHERNET,
  vlan: VLAN,
  arp: ARP,
  ip: IPV4,
  ipv6: IPV6,
  tcp: TCP,
  udp: UDP,
  icmp: icmpTable("icmp", 8, 0),
  icmpv6: icmpTable("icmpv6", 128, 0),
};

/** EtherTypes and protocol numbers by which a header announces the next one. */
const ETHERTYPE: Partial<Record<WrapName, number>> = {
  arp: 0x0806,
  ip: 0x0800,
  ipv6: 0x86dd,
  vlan: 0x8100,
};
const PROTOCOL: Partial<Record<WrapName, number>> = {
  icmp: 1,
  ip: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  icmpv6: 58,
};

/** Announces that nothing known follows: no EtherType has this number, protocol 59 is "none". */
const NO_ETHERTYPE = 0xffff;
const NO_NEXT_HEADER = 59;

/** The values of fields that are not set: mostly those of a Linux host. */
const DEFAULTS: Readonly<Record<string, FieldValue>> = {
  "arp.hw.type": 1,
  "arp.proto.type": 0x0800,
  "arp.hw.size": 6,
  "arp.proto.size": 4,
  "arp.opcode": 1,
  "ip.version": 4,
  "ip.flags.df": 1,
  "ip.ttl": 64,
  "ipv6.version": 6,
  "ipv6.hlim": 64,
  "tcp.flags": 0x018, // PSH, ACK
  "tcp.window_size_value": 65535,
  "icmp.type": 8,
  "icmp.ident": 1,
  "icmp.seq": 1,
  "icmpv6.type": 128,
  "icmpv6.echo.identifier": 1,
  "icmpv6.echo.sequence_number": 1,
};

/** The offset of the checksum, of the layers that have one. */
const CHECKSUM: Partial<Record<WrapName, number>> = { ip: 10, tcp: 16, udp: 6, icmp: 2, icmpv6: 2 };

/**
 * Returns `payload` in the headers of `layers`, the first one outermost.
 *
 * Lengths, checksums and the fields that announce the next header are computed unless they are set,
 * so that a wrong frame can be made on purpose.
 *
 * @example A datagram without data
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { wrap } from "./encode.ts";
 *
 * const ports = new Map([["udp.srcport", 53], ["udp.dstport", 1024]]);
 * const bytes = wrap([{ name: "ip", set: new Map() }, { name: "udp", set: ports }], new Uint8Array());
 * assertEquals(bytes.subarray(20).toHex(), "003504000008fba9");
 * ```
 */
export function wrap(layers: readonly Wanted[], payload: Uint8Array): Uint8Array<ArrayBuffer> {
  let content: Uint8Array<ArrayBuffer> = payload.slice();
  for (let i = layers.length - 1; i >= 0; i--) {
    const { name, set, options = new Uint8Array() } = layers[i]!;
    const table = WRAPS[name];
    const size = table.size + options.length;
    const computed = computedFields(layers[i + 1]?.name ?? null, size, content.length);
    const values = table.fields.map((spec) =>
      set.get(spec.name) ?? computed[spec.name] ?? DEFAULTS[spec.name] ?? zero(spec)
    );
    const bytes = concat([encodeHeader({ table, values, options }), content]);
    const at = CHECKSUM[name];
    if (at !== undefined && !set.has(`${name}.checksum`)) {
      const covered = name === "ip" ? size : bytes.length;
      const sum = onesSum(bytes, 0, covered, pseudoSum(name, layers[i - 1], bytes.length));
      const checksum = checksumOf(sum);
      // 0 would mean that there is none (RFC 768).
      new DataView(bytes.buffer).setUint16(
        at,
        name === "udp" && checksum === 0 ? 0xffff : checksum,
      );
    }
    content = bytes;
  }
  return content;
}

/** Returns the fields of a header of `size` bytes that follow from what is inside it. */
function computedFields(
  inner: WrapName | null,
  size: number,
  content: number,
): Readonly<Record<string, number>> {
  const type = (inner && ETHERTYPE[inner]) ?? NO_ETHERTYPE;
  const protocol = (inner && PROTOCOL[inner]) ?? NO_NEXT_HEADER;
  return {
    "eth.type": type,
    "vlan.etype": type,
    "ip.hdr_len": size / 4,
    "ip.len": size + content,
    "ip.proto": protocol,
    "ipv6.plen": content,
    "ipv6.nxt": protocol,
    "tcp.hdr_len": size / 4,
    "udp.length": size + content,
  };
}

function zero(spec: PlacedField): FieldValue {
  return isNumeric(spec) ? 0 : new Uint8Array(spec.bits / 8);
}

/** Returns the sum of the pseudo-header that `name` covers inside `outer`. */
function pseudoSum(name: WrapName, outer: Wanted | undefined, length: number): number {
  if (name === "ip" || name === "icmp" || outer === undefined) return 0;
  if (outer.name !== "ip" && outer.name !== "ipv6") return 0;
  const table = WRAPS[outer.name];
  const header = new Uint8Array(table.size);
  for (const spec of table.fields) {
    const value = outer.set.get(spec.name);
    if (value !== undefined) writeField(header, spec, value);
  }
  const addresses = header.subarray(outer.name === "ip" ? 12 : 8);
  return pseudoHeaderSum(addresses, PROTOCOL[name]!, length);
}
