/**
 * 802.11: wireless LAN, as far as addresses, type and what is inside (IEEE 802.11). Numbers are
 * little-endian.
 *
 * @module
 */
import { formatMac } from "../address/mac.ts";
import { field, type FieldSpec, gap, type HeaderTable, headerTable } from "./field.ts";
import { LLC_KEY } from "./keys.ts";
import type { Cursor, Layer, Line, Protocol } from "./protocol.ts";

const CONTROL = 1;
const DATA = 2;

/** The bits of the second byte. */
const TO_DS = 0x01;
const FROM_DS = 0x02;
const PROTECTED = 0x40;
const ORDER = 0x80;

/** Names of type and subtype, by `type << 4 | subtype`. */
const KINDS: Readonly<Record<number, string>> = {
  0x00: "association request",
  0x01: "association response",
  0x02: "reassociation request",
  0x03: "reassociation response",
  0x04: "probe request",
  0x05: "probe response",
  0x08: "beacon",
  0x09: "ATIM",
  0x0a: "disassociation",
  0x0b: "authentication",
  0x0c: "deauthentication",
  0x0d: "action",
  0x18: "block ACK request",
  0x19: "block ACK",
  0x1a: "PS-Poll",
  0x1b: "RTS",
  0x1c: "CTS",
  0x1d: "ACK",
  0x20: "data",
  0x24: "no data",
  0x28: "data",
  0x2c: "no data",
};

const TYPES = { 0: "management", 1: "control", 2: "data", 3: "extension" };

const HEAD: readonly FieldSpec[] = [
  field("wlan.fc.subtype", 4, "decimal", "the kind of frame"),
  field("wlan.fc.type", 2, "decimal", "management, control or data", { names: TYPES }),
  field("wlan.fc.version", 2, "decimal", "0"),
  field("wlan.flags", 8, "hex", "01 to the access point, 02 from it, 08 again, 40 encrypted"),
  field("wlan.duration", 16, "decimal", "microseconds for which others wait", { little: true }),
];

function address(name: string, about: string): FieldSpec {
  return field(`wlan.${name}`, 48, "mac", about);
}

const RECEIVER = address("ra", "the receiver on the radio link");
const TRANSMITTER = address("ta", "the sender on the radio link");
const SHORT: HeaderTable = headerTable(...HEAD, RECEIVER);
const WITH_SENDER: HeaderTable = headerTable(...HEAD, RECEIVER, TRANSMITTER);

function three(name: string, about: string): HeaderTable {
  return headerTable(...HEAD, RECEIVER, TRANSMITTER, address(name, about), gap(16));
}

const IN_CELL = three("bssid", "the access point");
const TO_POINT = three("da", "the station at the end of the way");
const FROM_POINT = three("sa", "the station that sent it first");
const FOUR: HeaderTable = headerTable(
  ...HEAD,
  RECEIVER,
  TRANSMITTER,
  address("da", "the station at the end of the way"),
  gap(16),
  address("sa", "the station that sent it first"),
);

/** Control frames with the sender's address: block ACKs, PS-Poll, RTS. */
const WITH_TRANSMITTER: ReadonlySet<number> = new Set([8, 9, 10, 11]);

function typeOf(bytes: Uint8Array, start: number): number {
  return (bytes[start] ?? 0) >> 2 & 3;
}

function subtypeOf(bytes: Uint8Array, start: number): number {
  return (bytes[start] ?? 0) >> 4;
}

function flagsOf(bytes: Uint8Array, start: number): number {
  return bytes[start + 1] ?? 0;
}

function tableAt(bytes: Uint8Array, start: number): HeaderTable {
  const type = typeOf(bytes, start);
  if (type === CONTROL) {
    return WITH_TRANSMITTER.has(subtypeOf(bytes, start)) ? WITH_SENDER : SHORT;
  }
  if (type !== DATA) return IN_CELL;
  const flags = flagsOf(bytes, start);
  if (flags & TO_DS) return flags & FROM_DS ? FOUR : TO_POINT;
  return flags & FROM_DS ? FROM_POINT : IN_CELL;
}

/** Returns the bytes of the header: with QoS there are 2 more, with the order bit then 4. */
function headerSize(bytes: Uint8Array, start: number): number {
  const { size } = tableAt(bytes, start);
  const isQos = typeOf(bytes, start) === DATA && (subtypeOf(bytes, start) & 8) !== 0;
  if (!isQos) return size;
  return size + (flagsOf(bytes, start) & ORDER ? 6 : 2);
}

function read(cursor: Cursor): number {
  const { bytes, at } = cursor;
  if (!cursor.header(WLAN)) return 0;
  const hasData = typeOf(bytes, at) === DATA && (subtypeOf(bytes, at) & 4) === 0;
  return hasData && (flagsOf(bytes, at) & PROTECTED) === 0 ? LLC_KEY : 0;
}

function addLine({ start, body }: Layer, bytes: Uint8Array, line: Line): void {
  const type = typeOf(bytes, start);
  const kind = type << 4 | subtypeOf(bytes, start);
  const encrypted = type === DATA && flagsOf(bytes, start) & PROTECTED ? ", encrypted" : "";
  line.what = `802.11 ${KINDS[kind] ?? `type ${type}, subtype ${kind & 15}`}${encrypted}`;
  line.to = formatMac(bytes.subarray(start + 4, start + 10));
  line.from = body - start >= 16 ? formatMac(bytes.subarray(start + 10, start + 16)) : "?";
}

/** 802.11. */
export const WLAN: Protocol = {
  name: "wlan",
  title: "802.11",
  model: "link",
  table: tableAt,
  others: [IN_CELL, TO_POINT, FROM_POINT],
  size: headerSize,
  read,
  line: addLine,
};
