/**
 * An explained packet as JSON.
 *
 * @module
 */
import type { ExplainedLayer } from "../packet/explain.ts";
import { type Field, formatValue } from "../packet/field.ts";
import { textOf } from "./payload.ts";

/** A packet as `--json` prints it; `PACKET_FIELDS` says what the fields mean. */
export interface PacketRecord {
  /** How many bytes there are. */
  readonly bytes: number;
  /** The outermost layer. */
  readonly link: string;
  /** The layers from the outermost on. */
  readonly layers: readonly LayerRecord[];
  /** All bytes in hexadecimal digits. */
  readonly hex: string;
}

/** A layer as `--json` prints it. */
export interface LayerRecord {
  /** Its Wireshark name. */
  readonly name: string;
  /** Where it begins. */
  readonly pos: number;
  /** How many bytes its header has. */
  readonly size: number;
  /** Whether it belongs to a packet that an ICMP message is about. */
  readonly quoted: boolean;
  /** What is wrong or remarkable. */
  readonly problems: readonly string[];
  /** Its fields in order. */
  readonly fields: readonly FieldRecord[];
}

/** A field as `--json` prints it. */
export interface FieldRecord {
  /** Its Wireshark name. */
  readonly name: string;
  /** Where it begins. */
  readonly pos: number;
  /** How many bytes it is in. */
  readonly size: number;
  /** What it contains: a number, or an address or bytes as text. */
  readonly value: number | string;
  /** The same as people write it. */
  readonly show: string;
  /** Of a checksum: whether it is right. */
  readonly status?: string;
  /** Of content: the text that it is. */
  readonly text?: string;
}

/** What the fields mean, for the help. */
export const PACKET_FIELDS: readonly {
  readonly name: string;
  readonly type: string;
  readonly says: string;
}[] = [
  { name: "number", type: "number", says: "with -r: its number in the file, from 1" },
  { name: "time", type: "string or null", says: "with -r: when it was captured (RFC 3339, UTC)" },
  { name: "length", type: "number", says: "with -r: its bytes on the wire" },
  { name: "bytes", type: "number", says: "how many bytes there are" },
  { name: "link", type: "string", says: "the outermost layer: eth, ip, sll, …" },
  { name: "layers", type: "array of objects", says: "the layers from the outermost on" },
  {
    name: "layers.name",
    type: "string",
    says: "as Wireshark calls it: eth, vlan, ip, tcp, data, …",
  },
  { name: "layers.pos, size", type: "number", says: "where its header begins, and its bytes" },
  {
    name: "layers.quoted",
    type: "boolean",
    says: "whether it belongs to the packet that an ICMP message is about",
  },
  { name: "layers.problems", type: "array of strings", says: "what is wrong or remarkable" },
  { name: "layers.fields", type: "array of objects", says: "the fields of its header" },
  { name: "layers.fields.name", type: "string", says: "its Wireshark display-filter name" },
  { name: "layers.fields.pos, size", type: "number", says: "the bytes that it is in" },
  {
    name: "layers.fields.value",
    type: "number or string",
    says: "a number, or an address or bytes as text",
  },
  { name: "layers.fields.show", type: "string", says: "the same as people write it" },
  {
    name: "layers.fields.status",
    type: "string",
    says: "of a checksum: good, bad, offload, unchecked or none",
  },
  { name: "layers.fields.text", type: "string", says: "of data that is text: the text" },
  { name: "hex", type: "string", says: "all bytes in hexadecimal digits" },
];

/** Returns an explained packet as `--json` prints it, without what only a file knows of it. */
export function recordOfPacket(layers: readonly ExplainedLayer[], bytes: Uint8Array): PacketRecord {
  return {
    bytes: bytes.length,
    link: layers[0]?.name ?? "data",
    layers: layers.map((layer) => ({
      name: layer.name,
      pos: layer.pos,
      size: layer.size,
      quoted: layer.quoted,
      problems: layer.problems,
      fields: layer.fields.map((each) => fieldRecord(each, layer)),
    })),
    hex: bytes.toHex(),
  };
}

function fieldRecord(each: Field, { checksum }: ExplainedLayer): FieldRecord {
  const { name, spec, pos, size, value } = each;
  const show = formatValue(each);
  const text = name === "data.data" ? textOf(value as Uint8Array) : null;
  const isNumber = typeof value === "number" && spec.form !== "ipv4";
  return {
    name,
    pos,
    size,
    value: isNumber ? value * (spec.unit ?? 1) : show,
    show,
    ...checksum !== null && name.endsWith(".checksum") ? { status: checksum.status } : {},
    ...text === null ? {} : { text },
  };
}
