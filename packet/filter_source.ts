/**
 * Values in packets, as a display filter compares them: of fields in headers, of whole protocols, of packets.
 *
 * A source is made once for an expression, and asked for each packet: it reads numbers from their places and
 * makes no text of them.
 *
 * @module
 */
import type { DissectedPacket } from "./dissect.ts";
import {
  type FieldSpec,
  type FieldValue,
  type HeaderTable,
  isNumeric,
  latin1,
  type PlacedField,
  readBits,
  readValue,
} from "./field.ts";
import { fieldsOf } from "./fields.ts";
import { type Layer, type Protocol, tableOf } from "./protocol.ts";

/** A value that is compared: a number (also of an IPv4 address), bytes, or text. */
export type Value = number | Uint8Array | string;

/** The kind of the values of a source. */
export type ValueKind = "number" | "ipv4" | "ipv6" | "mac" | "bytes" | "text";

/** The values that a name stands for in a packet. */
export interface Source {
  /** The name. */
  readonly name: string;
  /** The kind of its values. */
  readonly kind: ValueKind;
  /** The greatest number; `Infinity` where none is known, and for what is no number. */
  readonly most: number;
  /** The least number of those with a sign; left out of all others. */
  readonly least?: number;
  /** The step between two numbers; less than 1 for numbers that are no integers. */
  readonly unit: number;
  /** The numbers that have names in filters. */
  readonly names?: Readonly<Record<string, number>>;
  /** Hands each value in `packet` to `use` until that returns true; returns whether it did. */
  readonly visit: (packet: DissectedPacket, use: (value: Value) => boolean) => boolean;
}

/** The reading of a number, or of something else, from a layer; `null` if it is not there. */
export type OfLayer = (layer: Layer, packet: DissectedPacket) => Value | null;

/** Returns the kind of the values in a row of a table. */
export function kindOf(spec: FieldSpec): ValueKind {
  switch (spec.form) {
    case "ipv4":
    case "ipv6":
    case "mac":
    case "text":
      return spec.form;
    default:
      return isNumeric(spec) ? "number" : "bytes";
  }
}

/** Returns the value of a field as it is compared: as people read it, with its unit. */
function valueOf(spec: FieldSpec, value: FieldValue, text?: string): Value {
  if (typeof value === "number") return spec.unit === undefined ? value : value * spec.unit;
  if (spec.form !== "text") return value;
  if (text !== undefined) return text;
  const end = spec.bits > 0 ? value.indexOf(0) : -1; // a text that is shorter than its field
  return latin1(end === -1 ? value : value.subarray(0, end));
}

/** The limits of the values of a row. */
function limitsOf(spec: FieldSpec): Pick<Source, "kind" | "least" | "most" | "unit"> {
  const { bits, form, unit = 1 } = spec;
  const kind = kindOf(spec);
  if (form === "signed") {
    return { kind, unit, least: -(2 ** (bits - 1)), most: 2 ** (bits - 1) - 1 };
  }
  return { kind, unit, most: kind === "number" ? (2 ** bits - 1) * unit : Infinity };
}

/**
 * Returns the source of the field `spec`, in the headers of `protocols`. Those in `again` may have it behind
 * their table as well: messages that follow each other in one segment.
 */
export function fieldSource(
  spec: FieldSpec,
  protocols: ReadonlySet<Protocol>,
  again: ReadonlySet<Protocol>,
): Source {
  const { name } = spec;
  const places = new Map<HeaderTable, readonly PlacedField[]>();
  const placesIn = (table: HeaderTable) => {
    let found = places.get(table);
    if (found === undefined) {
      places.set(table, found = table.fields.filter((each) => each.name === name));
    }
    return found;
  };
  return {
    name,
    ...limitsOf(spec),
    visit({ layers, bytes }, use) {
      for (let i = 0; i < layers.length; i++) {
        const layer = layers[i]!;
        const { protocol, start, body } = layer;
        if (!protocols.has(protocol)) continue;
        const found = again.has(protocol) ? [] : placesIn(tableOf(protocol, bytes, start));
        for (let j = 0; j < found.length; j++) {
          const placed = found[j]!;
          if (start + (placed.bit + placed.bits) / 8 > body) continue;
          if (use(valueOf(placed, readValue(placed, bytes, start)))) return true;
        }
        if (found.length > 0 || (!protocol.options && !protocol.rest)) continue;
        for (const each of fieldsOf(layer, bytes)) {
          if (each.name === name && use(valueOf(each.spec, each.value, each.text))) return true;
        }
      }
      return false;
    },
  };
}

/** Returns the source of `bits` bits from bit `bit` of the headers of the protocol called `of`. */
export function bitsSource(name: string, of: string, bit: number, bits: number): Source {
  return layerSource(
    name,
    of,
    { kind: "number", most: 2 ** bits - 1, unit: 1 },
    ({ start, body }, { bytes }) =>
      start + (bit + bits) / 8 > body ? null : readBits(bytes, start * 8 + bit, bits),
  );
}

/** Returns the source of what `read` returns for each layer called `of`. */
export function layerSource(
  name: string,
  of: string,
  limits: Pick<Source, "kind" | "most" | "unit" | "names">,
  read: OfLayer,
): Source {
  return {
    name,
    ...limits,
    visit(packet, use) {
      for (const layer of packet.layers) {
        if (layer.name !== of) continue;
        const value = read(layer, packet);
        if (value !== null && use(value)) return true;
      }
      return false;
    },
  };
}

/** Returns the source of what `read` makes of the text of each field called `row` in layers called one of `of`. */
export function wordsSource(
  name: string,
  of: readonly string[],
  limits: Pick<Source, "kind" | "most" | "unit">,
  row: string,
  read: (words: string) => Value | null,
): Source {
  return {
    name,
    ...limits,
    visit(packet, use) {
      for (const layer of packet.layers) {
        if (!of.includes(layer.name)) continue;
        for (const field of fieldsOf(layer, packet.bytes)) {
          if (field.name !== row) continue;
          const value = read(latin1(field.value as Uint8Array));
          if (value !== null && use(value)) return true;
        }
      }
      return false;
    },
  };
}

/** Returns the source of the bytes of the layers called `of`, with all that is inside them. */
export function protocolSource(name: string, of: string): Source {
  return layerSource(
    name,
    of,
    { kind: "bytes", most: Infinity, unit: 1 },
    ({ start, end }, { bytes }) => bytes.subarray(start, end),
  );
}

/** Returns the source of what `read` returns for each packet. */
export function packetSource(
  name: string,
  limits: Pick<Source, "kind" | "unit">,
  read: (packet: DissectedPacket) => Value,
): Source {
  return { name, ...limits, most: Infinity, visit: (packet, use) => use(read(packet)) };
}

/** Returns the source of the values of all `parts`, which are of one kind: `tcp.port` is both ports. */
export function unionSource(name: string, parts: readonly Source[]): Source {
  return {
    ...parts[0]!,
    name,
    visit: (packet, use) => parts.some((each) => each.visit(packet, use)),
  };
}
