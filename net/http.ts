/**
 * HTTP/1.1 as far as a server needs it that is only asked for things: heads of requests, responses.
 *
 * Deno has a server of its own. It is not used because it ends, and the program with it, when file
 * descriptors run out (2.9.6), and because it limits neither connections, nor the time for a request,
 * nor the size of what a WebSocket sends. Here a request is read from a channel like any other, so all
 * that holds for connections holds for these.
 *
 * @module
 */
import type { Readable } from "./stream.ts";

/** The head of a request. */
export interface RequestHead {
  /** The method, `GET`. */
  readonly method: string;
  /** The path without the query: `/ws`. */
  readonly path: string;
  /** The query without its question mark, empty if there is none. */
  readonly query: string;
  /** The host that is asked, with its port if one was given: `127.0.0.1:8080`; HTTP/1.0 may do without. */
  readonly host: string | null;
  /** The fields by their names in lower case; several of a name are joined by commas. */
  readonly fields: ReadonlyMap<string, string>;
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

  /** Makes the error; `reason` is told to the client. */
  constructor(status: number, reason: string, fields: Readonly<Record<string, string>> = {}) {
    super(reason);
    this.status = status;
    this.fields = fields;
  }
}

/** The longest head in bytes; Node.js has the same limit (`--max-http-header-size`). */
export const MAX_HEAD = 16 * 1024;

const LF = 0x0a;
const CR = 0x0d;
const NOTHING = new Uint8Array();

/** Reads the heads of requests from a channel. */
export class HeadReader {
  readonly #channel: Readable;
  readonly #buffer = new Uint8Array(MAX_HEAD);
  #start = 0;
  #end = 0;
  /** Bytes received. */
  bytes = 0;

  /** Reads from `channel`, which stays the caller's. */
  constructor(channel: Readable) {
    this.#channel = channel;
  }

  /**
   * Resolves to the next head, or `null` when the client has ended before another one began.
   *
   * @throws {HttpError} For what is no request, and for a request with a body. Rejects as the channel does.
   */
  async next(): Promise<RequestHead | null> {
    this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
    let searched = 0;
    for (;;) {
      while (searched === 0 && this.#end > 0 && isLineEnd(this.#buffer[0])) { // RFC 9112, 2.2
        this.#buffer.copyWithin(0, 1, this.#end--);
      }
      const length = headLength(this.#buffer.subarray(0, this.#end), searched);
      if (length > 0) {
        this.#start = length;
        return parseHead(this.#buffer.subarray(0, length));
      }
      searched = this.#end;
      if (this.#end === MAX_HEAD) throw new HttpError(431, `a head has at most ${MAX_HEAD} bytes`);
      const count = await this.#channel.read(this.#buffer.subarray(this.#end));
      if (count === null) {
        if (this.#end === 0) return null;
        throw new HttpError(400, "the request ends in its head");
      }
      this.bytes += count;
      this.#end += count;
    }
  }

  /** Returns what was received behind the last head, and forgets it. */
  rest(): Uint8Array {
    const rest = this.#buffer.slice(this.#start, this.#end);
    this.#start = this.#end = 0;
    return rest;
  }
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === CR || byte === LF;
}

/** Returns how long the head at the start of `bytes` is with its empty line, 0 if that has not come. */
function headLength(bytes: Uint8Array, searched: number): number {
  let at = Math.max(0, searched - 3);
  while ((at = bytes.indexOf(LF, at)) !== -1) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
    at++;
  }
  return 0;
}

/** A token of RFC 9110, section 5.6.2. */
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const REQUEST_LINE = new RegExp(`^(${TOKEN}) ([\\x21-\\x7e]+) HTTP/(\\d)\\.(\\d)$`);
/** A line of the head; a value has no control character but the tab. */
const FIELD = new RegExp(`^(${TOKEN}):[ \\t]*([^\\x00-\\x08\\x0a-\\x1f\\x7f]*?)[ \\t]*$`);

/**
 * Returns what `bytes`, a head with its empty line, ask for. Lines may end without a carriage return
 * (RFC 9112, section 2.2), as in what is typed into netcat.
 *
 * @throws {HttpError} For what is no request, and for a request with a body.
 */
export function parseHead(bytes: Uint8Array): RequestHead {
  const text = String.fromCharCode(...bytes); // ISO 8859-1: a byte, a character
  const lines = text.split(/\r?\n/).slice(0, -2);
  const [, method, target, major, minor] = lines[0]?.match(REQUEST_LINE) ?? [];
  if (method === undefined || target === undefined) {
    throw new HttpError(400, "the first line is no request line of HTTP/1.1");
  }
  if (major !== "1") throw new HttpError(505, "HTTP/1.1 is spoken here");
  const fields = new Map<string, string>();
  for (const line of lines.slice(1)) {
    const [, name, value] = line.match(FIELD) ?? [];
    if (name === undefined || value === undefined) throw new HttpError(400, "a field is malformed");
    const key = name.toLowerCase();
    const before = fields.get(key);
    if (before !== undefined && key === "host") throw new HttpError(400, "there are two hosts");
    fields.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  if (fields.has("transfer-encoding") || (fields.get("content-length") ?? "0") !== "0") {
    throw new HttpError(413, "a request has no content here");
  }
  // The absolute form names the host that counts (RFC 9112, section 3.2.2).
  const [, authority, rest = ""] = target.match(/^https?:\/\/([^/?#]*)(.*)$/i) ?? [];
  const [, path, query = ""] = (authority === undefined ? target : rest || "/")
    .match(/^(\/[^?#]*)(?:\?([^#]*))?$/) ?? [];
  if (path === undefined) throw new HttpError(400, "the target is no path");
  const host = authority ?? fields.get("host") ?? null;
  if (host === null && minor !== "0") throw new HttpError(400, "there is no host");
  const persistent = minor === "0" ? false : !listed(fields.get("connection"), "close");
  return { method, path, query, host, fields, persistent };
}

/** Whether the list in a field has `word`, in any case. */
export function listed(field: string | undefined, word: string): boolean {
  return (field ?? "").split(",").some((each) => each.trim().toLowerCase() === word);
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
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
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
