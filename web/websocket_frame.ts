/**
 * The frames of WebSockets (RFC 6455, section 5): their kinds, those that a server sends, and the codes with
 * which it closes.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import { msg } from "../text/messages.ts";

/** Codes of the reasons for closing a WebSocket (RFC 6455, section 7.4.1). */
export const CLOSE = {
  /** The conversation is over. */
  normal: 1000,
  /** The server stops, or the page is left. */
  goingAway: 1001,
  /** The peer has broken the protocol. */
  protocolError: 1002,
  /** A close frame without a code. Never sent. */
  noStatus: 1005,
  /** A text is no UTF-8. */
  invalidData: 1007,
  /** A message is too long. */
  tooBig: 1009,
} as const;

/** A whole message. */
export interface Message {
  /** The kind: text is valid UTF-8. */
  readonly kind: "text" | "binary";
  /** Its bytes; they belong to the receiver. */
  readonly data: Uint8Array;
}

/** A control frame: `ping` is to be answered by `pong`, `close` by a close frame. */
export interface Control {
  /** The kind. */
  readonly kind: "ping" | "pong" | "close";
  /** Its bytes, at most 125; lent. */
  readonly data: Uint8Array;
}

/** The peer has broken the protocol or a limit. */
export class WebSocketError extends Error {
  /** The class, as it is told apart by name. */
  override readonly name = "WebSocketError";
  /** The code to close with. */
  readonly code: number;

  /** An error with this code; `reason` is told to the peer. */
  constructor(code: number, reason: string) {
    super(reason);
    this.code = code;
  }
}

/** Opcodes (RFC 6455, section 5.2). */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** The kinds by their opcodes. */
export const KINDS: Readonly<Record<number, Message["kind"] | Control["kind"] | undefined>> = {
  [OPCODE.text]: "text",
  [OPCODE.binary]: "binary",
  [OPCODE.close]: "close",
  [OPCODE.ping]: "ping",
  [OPCODE.pong]: "pong",
};

/** The longest content of a control frame (RFC 6455, section 5.5). */
export const MAX_CONTROL = 125;

/** The bit of the last frame of a message. */
export const FINAL = 0x80;

const NOTHING = new Uint8Array();

/**
 * Checks the next part of a text; the bytes of a character may be cut if more is to come: `stream`.
 *
 * @throws {WebSocketError} At the first byte that cannot be UTF-8.
 */
export function checkText(part: Uint8Array, decoder: TextDecoder, stream: boolean): void {
  try {
    decoder.decode(part, { stream });
  } catch {
    throw new WebSocketError(CLOSE.invalidData, msg("the text is no UTF-8"));
  }
}

/** The high bits of the bytes of a word. */
const HIGH_BITS = 0x80808080 | 0;

const NO_WORDS = new Int32Array();

/** Whether all of `bytes` are ASCII. By words, where these have their boundaries: a tenth of the time of a decoder. */
export function isAscii(bytes: Uint8Array): boolean {
  const { buffer, byteOffset, length } = bytes;
  const start = Math.min(length, -byteOffset & 3);
  const count = (length - start) >> 2;
  const words = count === 0 ? NO_WORDS : new Int32Array(buffer, byteOffset + start, count);
  let k = 0;
  for (; k + 4 <= count; k += 4) {
    if (((words[k]! | words[k + 1]! | words[k + 2]! | words[k + 3]!) & HIGH_BITS) !== 0) {
      return false;
    }
  }
  for (; k < count; k++) if ((words[k]! & HIGH_BITS) !== 0) return false;
  for (let i = 0; i < start; i++) if (bytes[i]! >= 0x80) return false;
  for (let i = start + 4 * count; i < length; i++) if (bytes[i]! >= 0x80) return false;
  return true;
}

/** The kind of a frame: a message or the first part of it, a further part, or control of the connection. */
export type FrameKind = Message["kind"] | Control["kind"] | "continuation";

/** The longest head of a frame of a server in bytes. */
export const MAX_FRAME_HEAD = 10;

/**
 * Returns the frame, not masked, in which a server sends `data`; `final` is whether the message ends.
 *
 * @param buffer Its beginning is the frame, if that has room there.
 */
export function formatFrame(
  kind: FrameKind,
  data: Uint8Array,
  final = true,
  buffer: Uint8Array = NOTHING,
): Uint8Array {
  const { length } = data;
  const extended = length < 126 ? 0 : length < 65536 ? 2 : 8;
  const size = 2 + extended + length;
  const frame = size <= buffer.length ? buffer.subarray(0, size) : new Uint8Array(size);
  const view = new DataView(frame.buffer, frame.byteOffset);
  frame[0] = (final ? FINAL : 0) | OPCODE[kind];
  frame[1] = extended === 0 ? length : extended === 2 ? 126 : 127;
  if (extended === 2) view.setUint16(2, length);
  if (extended === 8) view.setBigUint64(2, BigInt(length));
  frame.set(data, 2 + extended);
  return frame;
}

/** Returns the content of a close frame; `reason` has at most 123 bytes. */
export function formatClose(code: number, reason = ""): Uint8Array {
  const words = new TextEncoder().encode(reason).subarray(0, MAX_CONTROL - 2);
  return concat([Uint8Array.of(code >> 8, code & 0xff), words]);
}

/**
 * Returns the code in the content of a close frame, 1005 if it is empty.
 *
 * @throws {WebSocketError} For a code that may not be sent, and for a reason that is no text.
 */
export function parseClose(data: Uint8Array): number {
  if (data.length === 0) return CLOSE.noStatus;
  const code = data.length === 1 ? 0 : data[0]! << 8 | data[1]!;
  // Sections 7.4.1 and 7.4.2: 1004 to 1006 and 1015 are never sent; 1016 to 2999 are not given out.
  const known = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
  if (!known && (code < 3000 || code > 4999)) {
    throw new WebSocketError(CLOSE.protocolError, msg("there is no such code"));
  }
  checkText(data.subarray(2), new TextDecoder("utf-8", { fatal: true }), false);
  return code;
}
