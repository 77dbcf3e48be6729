/**
 * Heads of requests, read one by one from a channel.
 *
 * @module
 */
import {
  checkRequestLine,
  HttpError,
  MAX_HEAD,
  mayBeginMethod,
  parseHead,
  type RequestHead,
  TlsHelloError,
} from "./http.ts";
import type { Readable } from "../net/stream.ts";
import { msg, numbered } from "../text/messages.ts";

const LF = 0x0a;
const CR = 0x0d;

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

  /** Whether a part of the next head has been received. */
  get begun(): boolean {
    return this.#end > this.#start;
  }

  /**
   * Resolves to the next head, or `null` when the client has ended before another one began. Bytes
   * that cannot become a request are refused as soon as that is certain: at the first one, or at the end
   * of the first line. The empty lines before a head (RFC 9112, section 2.2) count to its length.
   *
   * @throws {HttpError} For bytes that are no request. Rejects as the channel does.
   */
  async next(): Promise<RequestHead | null> {
    let begin = 0; // of the head behind empty lines, and how far it was searched; both behind #start
    let searched = 0;
    let hasFirstLine = false;
    for (;;) {
      const bytes = this.#buffer.subarray(this.#start, this.#end);
      if (!hasFirstLine) {
        begin = behindEmptyLines(bytes, begin);
        checkFirstByte(bytes, begin);
        const lineEnd = bytes.indexOf(LF, Math.max(begin, searched));
        hasFirstLine = lineEnd !== -1;
        if (hasFirstLine) {
          checkRequestLine(bytes.subarray(begin, lineEnd));
        }
      }
      const length = hasFirstLine ? headLength(bytes, Math.max(begin, searched - 3)) : 0;
      if (length > 0) {
        this.#start += length;
        return parseHead(bytes.subarray(begin, length));
      }
      searched = bytes.length;
      if (bytes.length === MAX_HEAD) {
        throw new HttpError(431, numbered(msg("a head has at most # bytes"), MAX_HEAD));
      }
      this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
      const count = await this.#channel.read(this.#buffer.subarray(this.#end));
      if (count === null) {
        if (this.#end === begin) return null;
        throw new HttpError(400, msg("the request ends in its head"));
      }
      this.bytes += count;
      this.#end += count;
    }
  }

  /** Returns the bytes that were received behind the last head, and forgets them. */
  rest(): Uint8Array {
    const rest = this.#buffer.slice(this.#start, this.#end);
    this.#start = this.#end = 0;
    return rest;
  }
}

/** Returns where the empty lines at `at` end. A carriage return at the end may be half of one. */
function behindEmptyLines(bytes: Uint8Array, at: number): number {
  for (;;) {
    if (bytes[at] === LF) at++;
    else if (bytes[at] === CR && bytes[at + 1] === LF) at += 2;
    else return at;
  }
}

/** The first two bytes of a TLS handshake (RFC 8446, section 5.1). */
const TLS_HANDSHAKE = 0x16;
const TLS_MAJOR = 0x03;

/**
 * Lets the bytes at `at` pass if they can become a method.
 *
 * @throws {HttpError} If they cannot.
 */
function checkFirstByte(bytes: Uint8Array, at: number): void {
  const [first, second] = bytes.subarray(at, at + 2);
  if (first === undefined || mayBeginMethod(first)) return;
  if (second === undefined && (first === CR || first === TLS_HANDSHAKE)) return; // not known yet
  if (first === TLS_HANDSHAKE && second === TLS_MAJOR) throw new TlsHelloError();
  throw new HttpError(400, msg("this is no HTTP/1.1"));
}

/** Returns how long the head is that ends with an empty line behind `at`, 0 if that has not come. */
function headLength(bytes: Uint8Array, at: number): number {
  while ((at = bytes.indexOf(LF, at)) !== -1) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
    at++;
  }
  return 0;
}
