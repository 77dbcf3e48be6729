/**
 * BGP: networks tell each other which addresses they reach (RFC 4271). The headers of messages, and the
 * opening.
 *
 * @module
 */
import { type Field, field, type FieldSpec, type HeaderTable, headerTable, raw } from "./field.ts";
import { FieldList } from "./field_list.ts";
import { u16 } from "./numbers.ts";
import type { Layer, Protocol } from "./protocol.ts";

const TYPES: Readonly<Record<number, string>> = {
  1: "OPEN",
  2: "UPDATE",
  3: "NOTIFICATION",
  4: "KEEPALIVE",
  5: "ROUTE-REFRESH",
};

const MARKER = field("bgp.marker", 128, "bytes", "all ones");
const LENGTH = field("bgp.length", 16, "decimal", "bytes of the message");
const TYPE = field("bgp.type", 8, "decimal", "the type of message", { names: TYPES });
const HEADER: HeaderTable = headerTable(MARKER, LENGTH, TYPE);

const REST = raw("bgp.rest", "the rest of the message");

/** The fields behind the header, by type. */
const OF_TYPE: Readonly<Record<number, readonly FieldSpec[]>> = {
  1: [
    field("bgp.open.version", 8, "decimal", "4"),
    field("bgp.open.myas", 16, "decimal", "the sender's autonomous system"),
    field("bgp.open.holdtime", 16, "decimal", "seconds without a message after which it is down"),
    field("bgp.open.identifier", 32, "ipv4", "the sender"),
    field("bgp.open.opt.len", 8, "decimal", "bytes of options"),
  ],
  3: [field("bgp.notify.major_error", 8, "decimal", "what is wrong")],
};

/** Whether a message begins at `at`. */
function isMessage(bytes: Uint8Array, at: number, end: number): boolean {
  return at + HEADER.size <= end && bytes.subarray(at, at + 16).every((byte) => byte === 0xff) &&
    u16(bytes, at + 16) >= HEADER.size;
}

/** Returns the fields behind the first header: its message, and those that follow it. */
function messages({ start, body }: Layer, bytes: Uint8Array, at: number): Field[] {
  const list = new FieldList(bytes, at, body);
  for (let head = start; isMessage(bytes, head, body);) {
    if (head > start) { for (const spec of [MARKER, LENGTH, TYPE]) list.take(spec); }
    const end = head + u16(bytes, head + 16);
    for (const spec of OF_TYPE[bytes[head + 18]!] ?? []) {
      if (list.at + spec.bits / 8 <= end) list.take(spec);
    }
    list.bytes(REST, end - list.at);
    head = end;
  }
  return list.fields;
}

/** The most messages that a line names. */
const MAX_NAMED = 4;

/** BGP; the middle of a long message is content. */
export const BGP: Protocol = {
  name: "bgp",
  title: "BGP",
  model: "application",
  table: HEADER,
  size: (_bytes, start, end) => end - start,
  read(cursor) {
    if (isMessage(cursor.bytes, cursor.at, cursor.bound)) cursor.header(BGP);
    return 0;
  },
  rest: messages,
  others: [HEADER, REST, ...Object.values(OF_TYPE).flat()],
  line({ start, body }, bytes, line) {
    const names: string[] = [];
    for (let at = start; isMessage(bytes, at, body) && names.length < MAX_NAMED;) {
      names.push(TYPES[bytes[at + 18]!] ?? `type ${bytes[at + 18]}`);
      at += u16(bytes, at + 16);
    }
    line.what = `BGP ${names.join(", ")}`;
  },
};
