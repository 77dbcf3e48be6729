/**
 * Random frames.
 *
 * @module
 */
import * as fc from "fast-check";
import type { Wanted } from "../packet/encode.ts";
import { buildTable, type Header } from "../packet/encode.ts";
import {
  type FieldValue,
  headerTable,
  isNumeric,
  type PlacedField,
  readTable,
} from "../packet/field.ts";
import { type Layer, tableOf } from "../packet/protocol.ts";
import { encodeOptions } from "../frame/option_settings.ts";
import { pcapHeader, pcapRecord } from "../capture/pcap.ts";
import { concat } from "@std/bytes/concat";

/** A frame to be made: its headers from the outside in, and its content. */
export interface RandomFrame {
  /** The headers. */
  readonly layers: readonly Wanted[];
  /** The content. */
  readonly payload: Uint8Array;
}

/** Fields that say how long something is, what follows, or that it is right: these are computed. */
const COMPUTED =
  /^(eth\.type|vlan\.etype|ip\.(version|hdr_len|len|flags\.mf|frag_offset|proto|checksum)|ipv6\.(version|plen|nxt)|(tcp|udp)\.(hdr_len|length|checksum)|icmp(v6)?\.(type|code|checksum)|arp\.(hw|proto)\.(type|size))$/;

function valueOf(spec: PlacedField): fc.Arbitrary<FieldValue> {
  if (isNumeric(spec)) return fc.nat({ max: 2 ** 31 - 1 }).map((n) => n * 2 % 2 ** spec.bits);
  return fc.uint8Array({ minLength: spec.bits / 8, maxLength: spec.bits / 8 });
}

function wanted(name: string): fc.Arbitrary<Wanted> {
  const specs = buildTable(name).fields.filter((spec) => !COMPUTED.test(spec.name));
  const fields = fc.tuple(...specs.map(valueOf)).map((values) =>
    new Map(specs.map((spec, i) => [spec.name, values[i]!] as const))
  );
  if (name !== "tcp") return fields.map((set) => ({ name, set }));
  return fc.record({ set: fields, options: tcpOptions }).map((rest) => ({ name, ...rest }));
}

const tcpOptions = fc.record({
  "tcp.options.mss_val": fc.nat(0xffff),
  "tcp.options.wscale.shift": fc.nat(14),
  "tcp.options.sack_perm": fc.nat(1),
  "tcp.options.timestamp.tsval": fc.nat(0x7fffffff),
  "tcp.options.timestamp.tsecr": fc.nat(0x7fffffff),
  "tcp.options.tfo.cookie": fc.uint8Array({ minLength: 4, maxLength: 16 }).map((each) =>
    each.subarray(0, each.length & ~1)
  ),
}, { requiredKeys: [] }).map((options) => encodeOptions(new Map(Object.entries(options))));

/** Stacks of headers that exist, as often as they should occur. */
const stacks: fc.Arbitrary<readonly string[]> = fc.tuple(
  fc.constantFrom<string[]>([], [], [], ["vlan"], ["vlan", "vlan"]),
  fc.constantFrom<string[]>(
    ["ip", "tcp"],
    ["ip", "tcp"],
    ["ipv6", "tcp"],
    ["ip", "udp"],
    ["ipv6", "udp"],
    ["ip", "icmp"],
    ["ipv6", "icmpv6"],
    ["arp"],
  ),
).map(([tags, inner]) => ["eth", ...tags, ...inner]);

/** Frames of every kind that `wrap` makes, with random fields, addresses, options and content. */
export const frames: fc.Arbitrary<RandomFrame> = stacks.chain((names) =>
  fc.record({
    layers: fc.tuple(...names.map(wanted)),
    payload: names.at(-1) === "arp"
      ? fc.constant(new Uint8Array())
      : fc.uint8Array({ maxLength: 90 }),
  })
);

/** Returns a capture of `packets`. */
export function captureOf(
  packets: readonly Uint8Array[],
  linkType = 1,
): Uint8Array<ArrayBuffer> {
  return concat([
    pcapHeader(linkType),
    ...packets.map((bytes, i) => pcapRecord({ time: BigInt(i), bytes, length: bytes.length })),
  ]);
}

const NO_FIELDS = headerTable();

/**
 * Returns the header of a layer, from which `encodeHeader` makes the same bytes again. Content, and a
 * header that is not whole, has no fields: all of its bytes are options.
 */
export function headerOf(layer: Layer, bytes: Uint8Array): Header {
  const { start, body } = layer;
  const whole = tableOf(layer.protocol, bytes, start);
  const table = start + whole.size <= body ? whole : NO_FIELDS;
  return {
    table,
    values: readTable(table, bytes, start).map(({ value }) => value),
    options: bytes.subarray(start + table.size, body),
  };
}
