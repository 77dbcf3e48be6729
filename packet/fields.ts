/**
 * The fields of a layer, read from its header.
 *
 * @module
 */
import type { Layer } from "./layer.ts";
import { type Field, field, type FieldSpec, headerTable, readField, readTable } from "./field.ts";
import { tableOf } from "./layer_tables.ts";
import { IP_OPTIONS, IPV6_OPTIONS, ND_OPTIONS, TCP_OPTIONS } from "./option_kinds.ts";
import { bytesField, type OptionFamily, optionFields } from "./options.ts";

/** Returns the family of a layer's options and the offset at which they begin, or `null` if it has none. */
export function optionsOf(
  { name, start }: Layer,
  bytes: Uint8Array,
): { readonly family: OptionFamily; readonly start: number } | null {
  switch (name) {
    case "tcp":
      return { family: TCP_OPTIONS, start: start + 20 };
    case "ip":
      return { family: IP_OPTIONS, start: start + 20 };
    case "ipv6.hopopts":
    case "ipv6.dstopts":
      return { family: IPV6_OPTIONS, start: start + 2 };
    case "icmpv6": {
      const type = bytes[start] ?? 0;
      return type >= 133 && type <= 137
        ? { family: ND_OPTIONS, start: start + tableOf({ name, start }, bytes).size }
        : null;
    }
    default:
      return null;
  }
}

/** Returns the fields of `layer` that were captured, in the order of their bytes; values are lent views. */
export function fieldsOf(layer: Layer, bytes: Uint8Array): Field[] {
  const { name, start, body } = layer;
  if (name === "data") return [bytesField(DATA, bytes, start, body - start)];
  if (name === "padding") return paddingFields(layer, bytes);
  const table = tableOf(layer, bytes);
  if (start + table.size > body) {
    return table.fields
      .filter(({ bit, bits }) => start + (bit + bits) / 8 <= body)
      .map((spec) => readField(spec, bytes, start));
  }
  const fields = readTable(table, bytes, start);
  const options = optionsOf(layer, bytes);
  if (options !== null) {
    fields.push(...optionFields(options.family, bytes, options.start, body));
  } else if (start + table.size < body) {
    fields.push(...restFields(layer, bytes, start + table.size));
  }
  return fields;
}

function raw(name: string, about: string): FieldSpec {
  return { name, bits: 0, form: "bytes", about };
}

const DATA = raw("data.data", "what the program sent");
const PADDING = raw("eth.padding", "fills the frame up to the 60 bytes that Ethernet needs");
const TRAILER = raw("eth.trailer", "behind the end of the packet");

/** The fewest bytes of an Ethernet frame without its check sequence (IEEE 802.3). */
const MIN_FRAME = 60;

/** Zeros up to the smallest frame are padding, anything else is a trailer. */
function paddingFields({ start, end }: Layer, bytes: Uint8Array): Field[] {
  const filled = Math.min(end, Math.max(start, MIN_FRAME));
  const isPadding = bytes.subarray(start, filled).every((byte) => byte === 0);
  const behind = isPadding ? filled : start;
  return [
    ...behind > start ? [bytesField(PADDING, bytes, start, behind - start)] : [],
    ...behind < end ? [bytesField(TRAILER, bytes, behind, end - behind)] : [],
  ];
}

const ROUTER = headerTable(
  field("icmp.router_address", 32, "ipv4", "the address of a router"),
  field("icmp.pref_level", 32, "decimal", "how much it is preferred"),
);

const GROUP = headerTable(
  field("icmpv6.mldr.mar.record_type", 8, "decimal", "what changes", {
    names: {
      1: "include",
      2: "exclude",
      3: "change to include",
      4: "change to exclude",
      5: "allow new sources",
      6: "block old sources",
    },
  }),
  field("icmpv6.mldr.mar.aux_data_len", 8, "decimal", "4-byte words of auxiliary data"),
  field("icmpv6.mldr.mar.nb_sources", 16, "decimal", "how many sources follow"),
  field("icmpv6.mldr.mar.multicast_address", 128, "ipv6", "the group"),
);
const SOURCE = headerTable(field("icmpv6.mldr.mar.source_address", 128, "ipv6", "a source"));

/** Sizes of ARP's addresses that are not those of Ethernet and IPv4. */
const ARP_REST: readonly (readonly [name: string, about: string, size: 4 | 5])[] = [
  ["arp.src.hw", "the sender's hardware address", 4],
  ["arp.src.proto", "the sender's protocol address", 5],
  ["arp.dst.hw", "the target's hardware address", 4],
  ["arp.dst.proto", "the target's protocol address", 5],
];

/** Returns the fields behind the fixed part of a header that are no options. */
function restFields({ name, start, body }: Layer, bytes: Uint8Array, at: number): Field[] {
  const fields: Field[] = [];
  const fits = (size: number) => at + size <= body;
  const type = bytes[start]!;
  if (name === "icmp" && type === 9) {
    for (; fits(ROUTER.size); at += ROUTER.size) fields.push(...readTable(ROUTER, bytes, at));
  } else if (name === "icmpv6" && type === 143) {
    while (fits(GROUP.size)) {
      const group = readTable(GROUP, bytes, at);
      fields.push(...group);
      at += GROUP.size;
      for (let left = group[2]!.value as number; left > 0 && fits(SOURCE.size); left--) {
        fields.push(...readTable(SOURCE, bytes, at));
        at += SOURCE.size;
      }
      at += 4 * (group[1]!.value as number);
    }
    at = Math.min(at, body);
  } else if (name === "arp") {
    for (const [address, about, sizeAt] of ARP_REST) {
      const size = bytes[start + sizeAt]!;
      const isIpv4 = sizeAt === 5 && size === 4;
      if (isIpv4) {
        fields.push(
          ...readTable(headerTable(field(`${address}_ipv4`, 32, "ipv4", about)), bytes, at),
        );
      } else if (size > 0) fields.push(bytesField(raw(address, about), bytes, at, size));
      at += size;
    }
  }
  if (at < body) {
    fields.push(bytesField(raw(`${name}.rest`, "not known here"), bytes, at, body - at));
  }
  return fields;
}
