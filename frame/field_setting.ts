/**
 * Fields set by name: `ip.ttl=1`, `tcp.flags=SYN,ACK`, `tcp.options.mss_val=1460`.
 *
 * @module
 */
import { parseIp } from "../address/ip_text.ts";
import { parseMac } from "../address/mac.ts";
import { ParseError, within } from "../address/parse_error.ts";
import { buildTable } from "../packet/encode.ts";
import {
  type FieldSpec,
  type FieldValue,
  FLAGS,
  isNumeric,
  type PlacedField,
} from "../packet/field.ts";
import { PARTS } from "../packet/field_parts.ts";
import { loadedProtocols, protocolNamed } from "../packet/protocols.ts";
import { OPTION_SETTINGS } from "./option_settings.ts";
import { msg, t } from "../text/messages.ts";

/** A field with its value. */
export interface Setting {
  /** The layer that the field is of. */
  readonly layer: string;
  /** The name of the field. */
  readonly name: string;
  /** The value as it stands on the wire, in the field's units. */
  readonly value: FieldValue;
  /** The bits of the field `name` that the value replaces; `null` for the whole field. */
  readonly mask: number | null;
}

/** Returns the name of a layer in messages. */
export function shortName(layer: string): string {
  const { short, title, name } = protocolNamed(layer);
  return short ?? (typeof title === "string" ? title : name);
}

const WHAT = msg("a setting");

/** Returns the names of all fields of `layers` that can be set. */
function settableNames(layers: readonly string[]): string[] {
  return [
    ...layers.flatMap((layer) => buildTable(layer).fields.map(({ name }) => name)),
    ...Object.keys(PARTS).filter((name) => layers.includes(PARTS[name]!.layer)),
    ...layers.includes("tcp") ? Object.keys(OPTION_SETTINGS) : [],
  ];
}

/**
 * Returns the setting that `text`, `FIELD=VALUE`, asks for in a frame of `layers`.
 *
 * @param suggest Returns a hint for a name that is none, from the names that exist.
 * @throws {ParseError} For a field that does not exist or is not in this frame, and for a value that
 * does not fit it.
 */
export function parseSetting(
  text: string,
  layers: readonly string[],
  suggest: (name: string, names: readonly string[]) => string | null,
): Setting {
  const equals = text.indexOf("=");
  if (equals === -1) {
    throw new ParseError(WHAT, text, t`there is no =`, { hint: t`write it like ip.ttl=1` });
  }
  const name = text.slice(0, equals);
  const part = Object.hasOwn(PARTS, name) ? PARTS[name]! : null;
  const option = Object.hasOwn(OPTION_SETTINGS, name) ? OPTION_SETTINGS[name]! : null;
  const layer = part?.layer ?? (option ? "tcp" : layerOf(name, layers));
  if (layer === null) {
    if (name === "") throw new ParseError(WHAT, text, t`there is no name before the =`);
    throw new ParseError(WHAT, text, t`no field ${name}`, {
      at: [0, equals],
      hint: suggest(name, settableNames(layers)) ?? t`--set help lists the fields`,
    });
  }
  if (!layers.includes(layer)) {
    throw new ParseError(WHAT, text, t`there is no ${shortName(layer)} header in this frame`, {
      at: [0, equals],
    });
  }
  const spec = part
    ? { name, bits: part.bits, form: "decimal", about: "" } as const
    : option ?? buildTable(layer).fields.find((each) => each.name === name)!;
  const value = within(WHAT, text, equals + 1, () => parseValue(text.slice(equals + 1), spec));
  if (part === null) return { layer, name, value, mask: null };
  return {
    layer,
    name: part.of,
    value: (value as number) << part.shift,
    mask: (2 ** part.bits - 1) << part.shift,
  };
}

/** Returns the layer that has a field called `name`, one of `layers` before any other. */
function layerOf(name: string, layers: readonly string[]): string | null {
  const all = loadedProtocols().filter(({ build }) => build !== undefined).map(({ name }) => name);
  return [...layers, ...all].find((layer) =>
    buildTable(layer).fields.some((each) => each.name === name)
  ) ??
    null;
}

/** Returns the value that `text` means in the field of `spec`. */
function parseValue(text: string, spec: FieldSpec | PlacedField): FieldValue {
  switch (spec.form) {
    case "mac":
      return parseMac(text);
    case "ipv4":
    case "ipv6": {
      const version = spec.form === "ipv4" ? 4 : 6;
      const address = parseIp(text, version);
      if (address.version !== version) {
        throw new ParseError(t`a value of ${spec.name}`, text, t`it is IPv${address.version}`);
      }
      return version === 4
        ? Number(address.value)
        : Uint8Array.fromHex(address.value.toString(16).padStart(32, "0"));
    }
    case "flags":
      return /^[0-9]/.test(text) ? parseNumber(text, spec) : parseFlags(text, spec);
    default:
      return isNumeric(spec) ? parseNumber(text, spec) : parseBytes(text, spec);
  }
}

function parseNumber(text: string, { name, bits, unit = 1 }: FieldSpec): number {
  const what = t`a value of ${name}`;
  if (!/^(0x[0-9a-f]+|0b[01]+|[0-9]+)$/i.test(text)) {
    throw new ParseError(what, text, t`it is no number`, { hint: t`write it like 64 or 0x40` });
  }
  const most = (2 ** bits - 1) * unit;
  const value = Number(text);
  if (value > most) throw new ParseError(what, text, t`${name} has ${bits} bits: 0-${most}`);
  if (value % unit !== 0) {
    throw new ParseError(
      what,
      text,
      t`${name} counts in ${unit}s: 0, ${unit}, ${2 * unit} … ${most}`,
    );
  }
  return value / unit;
}

function parseFlags(text: string, { name }: FieldSpec): number {
  let value = 0;
  if (text.toLowerCase() === "none") return value;
  for (const word of text.toUpperCase().split(",")) {
    const bit = FLAGS.indexOf(word);
    if (bit === -1) {
      throw new ParseError(t`a value of ${name}`, text, t`"${word}" is no flag`, {
        hint: t`choose from ${FLAGS.join(", ")}, or write a number`,
      });
    }
    value |= 1 << bit;
  }
  return value;
}

function parseBytes(text: string, { name, bits }: FieldSpec): Uint8Array {
  const hex = text.replace(/[:\s.-]/g, "");
  const what = t`a value of ${name}`;
  if (!/^([0-9a-f]{2})*$/i.test(hex)) {
    throw new ParseError(what, text, t`it is no even number of hexadecimal digits`);
  }
  if (bits > 0 && hex.length * 4 !== bits) {
    throw new ParseError(what, text, t`${name} has ${bits / 8} bytes`);
  }
  return Uint8Array.fromHex(hex);
}
