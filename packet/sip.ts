/**
 * SIP: telephone calls begin and end (RFC 3261). The first line.
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";
import { bytesField, type Field, headerTable, latin1, text } from "./field.ts";
import type { Layer, Protocol } from "./protocol.ts";

const REQUEST = text("sip.Request-Line", "what is wanted, and of whom");
const STATUS = text("sip.Status-Line", "the result");
const HEADER = text("sip.msg_hdr", "the headers");

/** The methods by which a request is known (IANA, SIP Methods). */
const METHODS = [
  ...["INVITE", "ACK", "BYE", "CANCEL", "REGISTER", "OPTIONS", "SUBSCRIBE", "NOTIFY"],
  ...["PUBLISH", "INFO", "REFER", "MESSAGE", "UPDATE", "PRACK"],
];

/** The most bytes in which a first line ends. */
const MAX_LINE = 8192;
/** Returns the first line without its end, or `null` if it is none of SIP. */
function firstLine(bytes: Uint8Array, at: number, end: number): string | null {
  const most = bytes.subarray(at, Math.min(end, at + MAX_LINE));
  const stop = most.indexOf(0x0a);
  const line = latin1(stop === -1 ? most : most.subarray(0, stop)).replace(/\r$/, "");
  const isKnown = line.startsWith("SIP/2.0 ") ||
    METHODS.some((method) => line.startsWith(`${method} `));
  return isKnown ? line : null;
}

/** Returns the bytes of the headers with the empty line behind them. */
function headerSize(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a) return at + 3;
  }
  return bytes.length;
}

function rest({ start, body }: Layer, bytes: Uint8Array): Field[] {
  const stop = bytes.subarray(start, Math.min(body, start + MAX_LINE)).indexOf(0x0a);
  const end = stop === -1 ? body : start + stop + 1;
  const spec = bytes[start] === 0x53 && bytes[start + 3] === 0x2f ? STATUS : REQUEST; // SIP/
  const first = firstLine(bytes, start, body) ?? "";
  const fields = [bytesField(spec, bytes, start, Math.min(first.length, body - start))];
  const headers = end + headerSize(bytes.subarray(end, body));
  if (end < headers) fields.push(bytesField(HEADER, bytes, end, headers - end));
  return fields;
}

/** SIP; what does not begin with a first line is content. */
export const SIP: Protocol = {
  name: "sip",
  title: "SIP",
  model: "application",
  table: headerTable(),
  size: (_bytes, start, end) => end - start,
  read(cursor) {
    if (firstLine(cursor.bytes, cursor.at, cursor.bound) !== null) cursor.header(SIP);
    return 0;
  },
  rest,
  others: [REQUEST, STATUS, HEADER],
  line({ start, body }, bytes, line) {
    const first = firstLine(bytes, start, body) ?? "";
    line.what = `SIP ${escapeLine(first.replace(/^SIP\/2\.0 | SIP\/2\.0$/g, ""))}`;
  },
};
