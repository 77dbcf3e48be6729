/**
 * HTTP/1.1 for a server that only answers GET and HEAD: heads of requests, and answers.
 *
 * Deno has a server of its own. It is not used because it ends, and the program with it, when file
 * descriptors run out (2.9.6), and because it limits neither connections, nor the time for a request,
 * nor the size of what a WebSocket sends. Here a request is read from a channel like any other, so all
 * that holds for connections holds for these.
 *
 * @module
 */
import { msg } from "../text/messages.ts";

/** The head of a request. */
export interface RequestHead {
  /** The method, `GET`. */
  readonly method: string;
  /** The path without the query: `/ws`. */
  readonly path: string;
  /** The query without its question mark, empty if there is none. */
  readonly query: string;
  /** The version; a later 1.x counts as 1.1. */
  readonly version: "1.0" | "1.1";
  /** The host of the request, with its port if one was given: `127.0.0.1:8080`; HTTP/1.0 may do without. */
  readonly host: string | null;
  /** The fields by their names in lower case; several of a name are joined by commas. */
  readonly fields: ReadonlyMap<string, string>;
  /** Whether content follows. None is read: the connection ends with the answer. */
  readonly hasContent: boolean;
  /** Whether the client may ask again on the same connection. */
  readonly persistent: boolean;
}

/** A request that gets no answer but a status. */
export class HttpError extends Error {
  /** The class, as it is told apart by name. */
  override readonly name = "HttpError";
  /** The status code (RFC 9110, section 15). */
  readonly status: number;
  /** Fields of the answer. */
  readonly fields: Readonly<Record<string, string>>;

  /** An error with this status; `reason` is told to the client. */
  constructor(status: number, reason: string, fields: Readonly<Record<string, string>> = {}) {
    super(reason);
    this.status = status;
    this.fields = fields;
  }
}

/** A client that speaks TLS where HTTP is spoken without. */
export class TlsHelloError extends HttpError {
  /** An error with status 400. */
  constructor() {
    super(400, msg("this is a TLS hello, and the port speaks plain HTTP: use http://"));
  }
}

/** The longest head in bytes; Node.js has the same limit (`--max-http-header-size`). */
export const MAX_HEAD = 16 * 1024;

const NOTHING = new Uint8Array();

/** Returns `bytes` as ISO 8859-1: a byte, a character. */
function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/**
 * A token (RFC 9110, section 5.6.2). No two neighbours in the expressions below can match the same
 * character, and each is bound to the start: matching takes time in proportion to the length.
 */
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const IS_TOKEN = new RegExp(`^${TOKEN}$`);
const REQUEST_LINE = new RegExp(`^(${TOKEN}) ([\\x21-\\x7e]+) HTTP/(\\d)\\.(\\d)$`);
/** A line of the head; a value has no control character but the tab. */
const FIELD = new RegExp(`^(${TOKEN}):([\\t\\x20-\\x7e\\x80-\\xff]*)$`);
const ABSOLUTE = /^https?:\/\/([^/?#]*)((?:[/?][^#]*)?)$/i;
const ORIGIN = /^(\/[^?#]*)(?:\?([^#]*))?$/;
const AUTHORITY = /^[^/?#@]+:\d+$/;
/** `uri-host [ ":" port ]` (RFC 9110, section 7.2). */
const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::\d*)?$/;

/** Whether a method can begin with `byte`. */
export function mayBeginMethod(byte: number): boolean {
  return IS_TOKEN.test(String.fromCharCode(byte));
}

/**
 * Lets the first line of a request pass, with or without its carriage return.
 *
 * @throws {HttpError} For any other line.
 */
export function checkRequestLine(bytes: Uint8Array): void {
  parseRequestLine(textOf(bytes).replace(/\r$/, ""));
}

function parseRequestLine(line: string): { method: string; target: string; minor: string } {
  const [, method, target, major, minor] = line.match(REQUEST_LINE) ?? [];
  if (method === undefined || target === undefined || minor === undefined) {
    throw new HttpError(400, msg("the first line is no request line of HTTP/1.1"));
  }
  if (major !== "1") throw new HttpError(505, msg("HTTP/1.1 is spoken here"));
  return { method, target, minor };
}

/**
 * Returns the request in `bytes`, a head with its empty line. Lines may end without a carriage return
 * (RFC 9112, section 2.2), as when they are typed into netcat.
 *
 * @throws {HttpError} For bytes that are no request.
 */
export function parseHead(bytes: Uint8Array): RequestHead {
  const lines = textOf(bytes).split(/\r?\n/).slice(0, -2);
  const { method, target, minor } = parseRequestLine(lines[0] ?? "");
  const version = minor === "0" ? "1.0" : "1.1"; // 1.2 would be answered as 1.1 (RFC 9110, 2.5)
  const fields = parseFields(lines.slice(1));
  const named = fields.get("host");
  if (named === undefined && version !== "1.0") throw new HttpError(400, msg("there is no host"));
  const { path, query, authority = named ?? null } = parseTarget(method, target);
  for (const host of [named, authority ?? undefined]) {
    if (host !== undefined && !HOST.test(host)) {
      throw new HttpError(400, msg("the host is malformed"));
    }
  }
  const hasContent = announcesContent(fields, version);
  const persistent = version === "1.1" && !hasContent && !listed(fields.get("connection"), "close");
  return { method, path, query, version, host: authority, fields, hasContent, persistent };
}

function parseFields(lines: readonly string[]): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = line.match(FIELD) ?? [];
    if (name === undefined || value === undefined) {
      throw new HttpError(400, msg("a field is malformed"));
    }
    const key = name.toLowerCase();
    const before = fields.get(key);
    if (before !== undefined && key === "host") {
      throw new HttpError(400, msg("there are two hosts"));
    }
    fields.set(key, before === undefined ? trimmed(value) : `${before}, ${trimmed(value)}`);
  }
  return fields;
}

/** Returns `text` without the blanks and tabs around it: `trim()` would take more than these. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (start < end && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/**
 * Returns the meaning of a target in each of its forms (RFC 9112, section 3.2). The absolute form names the
 * host that counts; `*` is for OPTIONS alone, and a host with its port for CONNECT.
 */
function parseTarget(
  method: string,
  target: string,
): { readonly path: string; readonly query: string; readonly authority?: string } {
  const isWhole = (method === "OPTIONS" && target === "*") ||
    (method === "CONNECT" && AUTHORITY.test(target));
  if (isWhole) return { path: target, query: "" };
  const [, authority, rest = ""] = target.match(ABSOLUTE) ?? [];
  const origin = authority === undefined ? target : rest.startsWith("/") ? rest : `/${rest}`;
  const [, path, query = ""] = (method === "CONNECT" ? null : origin.match(ORIGIN)) ?? [];
  if (path === undefined || authority === "") {
    throw new HttpError(400, msg("the target is no path"));
  }
  return { path, query, ...(authority === undefined ? {} : { authority }) };
}

/**
 * Whether content follows a head with these fields (RFC 9112, section 6.3).
 *
 * @throws {HttpError} When nobody can say where it would end, by which requests are smuggled (section
 * 11.2): lengths that are malformed or more than one, both fields, codings of which the last is not
 * `chunked` or which HTTP/1.0 does not know.
 */
function announcesContent(fields: ReadonlyMap<string, string>, version: string): boolean {
  const length = fields.get("content-length");
  const codings = fields.get("transfer-encoding");
  if (length !== undefined && !/^\d+$/.test(length)) {
    throw new HttpError(400, msg("the length of the content is no number"));
  }
  if (codings === undefined) return length !== undefined && !/^0+$/.test(length);
  const count = listOf(codings).filter((coding) => coding === "chunked").length;
  const framed = count === 1 && listOf(codings).at(-1) === "chunked";
  if (length !== undefined || version === "1.0" || !framed) {
    throw new HttpError(400, msg("where the content ends is not certain"));
  }
  return true;
}

/** Returns the members of a list in lower case (RFC 9110, section 5.6.1). */
function listOf(field: string): string[] {
  return field.split(",").map((each) => trimmed(each).toLowerCase()).filter((each) => each !== "");
}

/** Whether the list in a field has `word`, in any case. */
export function listed(field: string | undefined, word: string): boolean {
  return field !== undefined && listOf(field).includes(word);
}

/** An answer. */
export interface Answer {
  /** The status code. */
  readonly status: number;
  /** The fields; `formatAnswer` adds those that every answer has. */
  readonly fields: Readonly<Record<string, string>>;
  /** The content; `null` where it comes later, until the connection ends. */
  readonly content: string | null;
}

/** The phrases of the status codes that are used (RFC 9110, section 15). */
const PHRASES: Readonly<Record<number, string>> = {
  101: "Switching Protocols",
  200: "OK",
  204: "No Content",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  421: "Misdirected Request",
  426: "Upgrade Required",
  431: "Request Header Fields Too Large",
  503: "Service Unavailable",
  505: "HTTP Version Not Supported",
};

const encoder = new TextEncoder();

/**
 * Returns the bytes of `answer`.
 *
 * @param head Whether only the head is sent, as for the method HEAD.
 * @param persistent Whether the connection stays open.
 */
export function formatAnswer(
  { status, fields, content }: Answer,
  { head = false, persistent }: { readonly head?: boolean; readonly persistent: boolean },
): Uint8Array {
  const body = content === null ? NOTHING : encoder.encode(content);
  const all: Record<string, string> = {
    Date: new Date().toUTCString(),
    ...(content === null ? {} : { "Content-Length": `${body.length}` }),
    ...(status === 101 || persistent ? {} : { Connection: "close" }),
    ...fields,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const start = `HTTP/1.1 ${status} ${PHRASES[status] ?? ""}\r\n${lines.join("")}\r\n`;
  const bytes = encoder.encode(start);
  if (head || body.length === 0) return bytes;
  const whole = new Uint8Array(bytes.length + body.length);
  whole.set(bytes);
  whole.set(body, bytes.length);
  return whole;
}
