/**
 * Literals of display filters, and the tests of values that they make.
 *
 * @module
 */
import { parseIp } from "../address/ip_text.ts";
import { parseMac } from "../address/mac.ts";
import { ParseError, within } from "../address/parse_error.ts";
import type { Source, Value, ValueKind } from "./filter_source.ts";
import type { Operand, Relation } from "./filter_syntax.ts";
import { WHAT } from "./filter_tokens.ts";
import { listed, t } from "../text/messages.ts";

/** The field that a literal is compared with: a source, of which no values are read. */
export type Compared = Omit<Source, "visit">;

/** A test of a value. */
export type Test = (value: Value) => boolean;

/** A literal: its value, and the bits of a network; `null` for an address alone. */
export interface Literal {
  /** Its value. */
  readonly value: Value;
  /** The bits that count of an address; `null` for all. */
  readonly prefix: number | null;
}

/**
 * Returns the test whether a value of `compared` is in `relation` to the literal `operand` of `whole`.
 *
 * @throws {ParseError} For a literal that is no value of it.
 */
export function testOf(
  relation: Relation,
  compared: Compared,
  operand: Operand,
  whole: string,
): Test {
  if (relation === "contains") return containsTest(compared, operand, whole);
  const literal = readLiteral(compared, operand, whole);
  const order = orderTo(literal, compared.kind);
  const holds = ORDERS[relation]!;
  return (relation === "==" ? equals(literal) : null) ?? ((value) => holds(order(value)));
}

/** Returns the test whether a value lies between two literals, both included. */
export function rangeTest(compared: Compared, low: Operand, high: Operand, whole: string): Test {
  const [from, to] = [low, high].map((each) =>
    orderTo(readLiteral(compared, each, whole), compared.kind)
  );
  return (value) => from!(value) >= 0 && to!(value) <= 0;
}

/** Returns a test for what is compared most, as quick as it can be; `null` for the rest. */
function equals({ value, prefix }: Literal): Test | null {
  return typeof value !== "object" && prefix === null ? (other) => other === value : null;
}

/** Returns the order of a value and a literal: less than 0, 0, more than 0. */
function orderTo({ value: literal, prefix }: Literal, kind: ValueKind): (value: Value) => number {
  if (typeof literal === "number") {
    if (kind !== "ipv4" || prefix === null) return (value) => value as number - literal;
    const size = 2 ** (32 - prefix); // numbers without sign: no operators of bits
    const net = Math.floor(literal / size);
    return (value) => Math.floor(value as number / size) - net;
  }
  if (typeof literal === "string") {
    return (value) => value === literal ? 0 : value < literal ? -1 : 1;
  }
  return prefix === null
    ? (value) => orderOfBytes(value as Uint8Array, literal)
    : (value) => orderOfBits(value as Uint8Array, literal, prefix);
}

/** Returns the order of two values of the same kind. */
export function orderOf(one: Value, other: Value): number {
  if (typeof one === "object") return orderOfBytes(one, other as Uint8Array);
  return one === other ? 0 : one < other ? -1 : 1;
}

/** Orders bytes as Wireshark does: the shorter of two comes first. */
function orderOfBytes(one: Uint8Array, other: Uint8Array): number {
  if (one.length !== other.length) return one.length - other.length;
  for (let i = 0; i < one.length; i++) {
    if (one[i] !== other[i]) return one[i]! - other[i]!;
  }
  return 0;
}

function orderOfBits(one: Uint8Array, other: Uint8Array, bits: number): number {
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) {
    if (one[i] !== other[i]) return one[i]! - other[i]!;
  }
  const left = 8 - (bits & 7);
  return left === 8 ? 0 : (one[whole]! >> left) - (other[whole]! >> left);
}

function containsTest(compared: Compared, operand: Operand, whole: string): Test {
  const { kind, name } = compared;
  if (kind === "number" || kind === "ipv4") {
    throw new ParseError(WHAT, whole, t`${name} is a number, which contains nothing`, {
      at: operand.at,
      hint: kind === "ipv4" ? t`for a network write ${name} == 192.0.2.0/24` : t`write ${name} ==
        1`,
    });
  }
  const part =
    readLiteral({ ...compared, kind: kind === "text" ? "text" : "bytes" }, operand, whole)
      .value;
  if (typeof part === "string") return (value) => (value as string).includes(part);
  return (value) => indexOfBytes(value as Uint8Array, part as Uint8Array) !== -1;
}

/** Returns the offset of `part` in `bytes`, or -1. */
function indexOfBytes(bytes: Uint8Array, part: Uint8Array): number {
  if (part.length === 0) return 0;
  const last = bytes.length - part.length;
  for (
    let at = bytes.indexOf(part[0]!);
    at !== -1 && at <= last;
    at = bytes.indexOf(part[0]!, at + 1)
  ) {
    let i = 1;
    while (i < part.length && bytes[at + i] === part[i]) i++;
    if (i === part.length) return at;
  }
  return -1;
}

/** Reads the literal `operand` as a value of `compared`. */
export function readLiteral(compared: Compared, operand: Operand, whole: string): Literal {
  const { text, at, slice, mask, call } = operand;
  const { name, kind } = compared;
  if (slice !== null || mask !== null || call !== null) {
    throw new ParseError(WHAT, whole, t`${text} is no field`, { at });
  }
  const fail = (reason: string, hint?: string): never => {
    throw new ParseError(WHAT, whole, reason, { at, ...hint === undefined ? {} : { hint } });
  };
  const alone = (value: Value): Literal => ({ value, prefix: null });
  switch (kind) {
    case "number":
      return alone(readNumber(compared, operand, fail));
    case "text":
      return alone(String.fromCharCode(...bytesOfText(operand, whole)));
    case "mac":
      if (/^([0-9a-f]{2}[:-]){0,4}[0-9a-f]{2}$/i.test(text)) {
        fail(t`${name} has 6 bytes`, t`write ${name}[0:${(text.length + 1) / 3}] == ${text}`);
      }
      return alone(placed(operand, whole, () => parseMac(text)));
    case "bytes":
      return alone(
        readBytes(operand, whole) ??
          fail(t`${text} is no bytes`, t`write ${name} == 0d:0a, or text in quotes`),
      );
    default: {
      const version = kind === "ipv4" ? 4 : 6;
      const [address = "", length, ...more] = text.split("/");
      const bits = version === 4 ? 32 : 128;
      if (
        more.length > 0 ||
        (length !== undefined && !(/^\d{1,3}$/.test(length) && Number(length) <= bits))
      ) {
        fail(t`the prefix length of ${text} is no number from 0 to ${bits}`);
      }
      if (!/[.:]/.test(address)) fail(t`${text} is no address, as ${name} is`);
      const { version: found, value } = placed(operand, whole, () => parseIp(address, version));
      if (found !== version) {
        fail(
          t`${name} is IPv${version}, ${address} is IPv${found}`,
          t`write ${found === 6 ? "ipv6.addr" : "ip.addr"}`,
        );
      }
      return {
        value: version === 4
          ? Number(value)
          : Uint8Array.fromHex(value.toString(16).padStart(32, "0")),
        prefix: length === undefined ? null : Number(length),
      };
    }
  }
}

/** Runs `parse` on the beginning of `operand`; an error of it gets its place in `whole`. */
function placed<T>({ at }: Operand, whole: string, parse: () => T): T {
  return within(WHAT, whole, at[0], parse);
}

type Fail = (reason: string, hint?: string) => never;

function readNumber(compared: Compared, operand: Operand, fail: Fail): number {
  const { name, least, most, unit, names } = compared;
  const { text, quoted } = operand;
  const named = names?.[text.toLowerCase()];
  if (named !== undefined) return named;
  if (most === 1 && /^true$/i.test(text)) return 1;
  if (most === 1 && /^false$/i.test(text)) return 0;
  const isWhole = /^(0x[0-9a-f]{1,12}|0b[01]{1,48}|[0-9]{1,15})$/i.test(text) ||
    (least !== undefined && /^-[0-9]{1,15}$/.test(text));
  const isFraction = unit < 1 && /^-?[0-9]{1,15}(\.[0-9]{1,12})?$/.test(text);
  if (quoted || !(isWhole || isFraction)) {
    return fail(
      quoted && isWhole
        ? t`${name} is a number, which has no quotes`
        : t`${text} is no number, as ${name} is`,
      names === undefined ? undefined : t`write ${listed(Object.keys(names), "or")}`,
    );
  }
  const value = /^0[0-7]+$/.test(text) ? parseInt(text, 8) : Number(text);
  if (value > most) fail(t`${name} is at most ${most}`);
  if (least !== undefined && value < least) fail(t`${name} is at least ${least}`);
  return most === 1 && value > 1 ? 1 : value;
}

/** Returns the bytes of text: in UTF-8, but an escape like `\xff` is one byte. */
function bytesOfText({ text, at }: Operand, whole: string): Uint8Array {
  const isAscii = !/[\u0080-\uffff]/.test(whole.slice(...at));
  return isAscii
    ? Uint8Array.from(text, (each) => each.charCodeAt(0))
    : new TextEncoder().encode(text);
}

/** Returns the bytes of quoted text, or of hexadecimal digits with signs between or without. */
function readBytes(operand: Operand, whole: string): Uint8Array | null {
  if (operand.quoted) return bytesOfText(operand, whole);
  const digits = operand.text.replace(/^0x/i, "");
  if (!/^[0-9a-f]{2}([:.-]?[0-9a-f]{2})*$/i.test(digits)) return null;
  return Uint8Array.fromHex(digits.replace(/[:.-]/g, ""));
}

/** The order of two values that each relation wants. */
export const ORDERS: Readonly<Record<string, (order: number) => boolean>> = {
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
  "<": (order) => order < 0,
  ">": (order) => order > 0,
  "<=": (order) => order <= 0,
  ">=": (order) => order >= 0,
};
