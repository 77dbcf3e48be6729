/**
 * HTTP/1: the first line and the header of a request or a response (RFC 9112).
 *
 * @module
 */
import { escapeLine } from "../text/escape.ts";
import { bytesField, type Field, headerTable, latin1, raw, text } from "./field.ts";
import type { Layer, Line, Protocol } from "./protocol.ts";

const METHOD = text("http.request.method", "what is wanted");
const TARGET = text("http.request.uri", "of what");
const REQUEST_VERSION = text("http.request.version", "the version");
const RESPONSE_VERSION = text("http.response.version", "the version");
const CODE = text("http.response.code", "the result");
const PHRASE = text("http.response.phrase", "the result in words");
const REQUEST_LINE = text("http.request.line", "a header of the request");
const RESPONSE_LINE = text("http.response.line", "a header of the response");

/** The methods by which a request is known (RFC 9110, section 9, RFC 5789), the last two are those of SSDP. */
const METHODS = [
  ...["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PATCH"],
  ...["NOTIFY", "M-SEARCH"],
];

/** The most bytes in which a first line ends. */
const MAX_LINE = 8192;
/** The most lines that are shown. */
const MAX_LINES = 100;

/** Returns the offset behind the line at `at`, or `end`. */
function lineEnd(bytes: Uint8Array, at: number, end: number): number {
  const found = bytes.subarray(at, Math.min(end, at + MAX_LINE)).indexOf(0x0a);
  return found === -1 ? end : at + found + 1;
}

/** Whether the content at `at` begins with a first line. */
function isFirstLine(bytes: Uint8Array, at: number, end: number): boolean {
  const start = latin1(bytes.subarray(at, Math.min(end, at + 9)));
  return start.startsWith("HTTP/1.") ||
    METHODS.some((each) => start.startsWith(`${each} `));
}

/** Returns the bytes of first line and header: up to the empty line, or all. */
function headerSize(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  for (let lines = 0; at < end && lines < MAX_LINES; lines++) {
    const next = lineEnd(bytes, at, end);
    const size = next - at;
    at = next;
    if (size <= 2 && lines > 0) break;
  }
  return at - start;
}

/** Returns the parts of the first line: between the first space, the last one or the next, and its end. */
function firstLine({ start, body }: Layer, bytes: Uint8Array): Field[] {
  const next = lineEnd(bytes, start, body);
  let end = next;
  while (end > start && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end--;
  const line = bytes.subarray(start, end);
  const first = line.indexOf(0x20);
  const isResponse = line[0] === 0x48 && line[1] === 0x54; // HT, of no method
  const second = isResponse ? line.indexOf(0x20, first + 1) : line.lastIndexOf(0x20);
  const specs = isResponse ? [RESPONSE_VERSION, CODE, PHRASE] : [METHOD, TARGET, REQUEST_VERSION];
  const ends = [first, second > first ? second : line.length, line.length];
  const fields: Field[] = [];
  let at = 0;
  for (const [i, spec] of specs.entries()) {
    const stop = ends[i]!;
    if (stop > at) fields.push(bytesField(spec, bytes, start + at, stop - at));
    at = stop + 1;
  }
  return fields;
}

function rest(layer: Layer, bytes: Uint8Array): Field[] {
  const { start, body } = layer;
  const fields = firstLine(layer, bytes);
  const isResponse = fields[0]?.spec === RESPONSE_VERSION;
  const isNotice = bytes[start] === 0x4e; // of NOTIFY; Wireshark has no name for its headers
  const header = isNotice ? END : isResponse ? RESPONSE_LINE : REQUEST_LINE;
  let at = lineEnd(bytes, start, body);
  while (at < body && fields.length < MAX_LINES) {
    const next = lineEnd(bytes, at, body);
    if (next - at > 2) {
      fields.push(bytesField(header, bytes, at, next - at));
    } else fields.push(bytesField(END, bytes, at, next - at));
    at = next;
  }
  return fields;
}

/** The empty line. */
const END = raw("http.rest", "the end of the header");

function addLine(layer: Layer, bytes: Uint8Array, line: Line): void {
  const [first, second, third] = firstLine(layer, bytes).map(({ value }) =>
    escapeLine(latin1(value as Uint8Array))
  );
  line.what = first?.startsWith("HTTP/")
    ? `HTTP ${second ?? ""} ${third ?? ""}`.trimEnd()
    : `HTTP ${first ?? ""} ${second ?? ""}`.trimEnd();
}

/** HTTP/1. */
export const HTTP: Protocol = {
  name: "http",
  title: "HTTP",
  model: "application",
  table: headerTable(),
  size: headerSize,
  read: (cursor) => {
    const { bytes, at, bound } = cursor;
    if (isFirstLine(bytes, at, bound)) cursor.header(HTTP);
    return 0;
  },
  rest,
  others: [
    ...[METHOD, TARGET, REQUEST_VERSION, RESPONSE_VERSION, CODE, PHRASE],
    ...[REQUEST_LINE, RESPONSE_LINE],
  ],
  line: addLine,
};

/** The search for devices of UPnP: HTTP by multicast. */
export const SSDP: Protocol = {
  ...HTTP,
  name: "ssdp",
  title: "SSDP",
  read: (cursor) => {
    const { bytes, at, bound } = cursor;
    if (isFirstLine(bytes, at, bound)) cursor.header(SSDP);
    return 0;
  },
};
