/**
 * The WebSocket protocol on the server's side (RFC 6455): from bytes to messages and back.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import { unmask } from "./websocket_mask.ts";

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
  /** Its bytes, at most 125. */
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
const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** The kinds by their opcodes. */
const KINDS: Readonly<Record<number, Message["kind"] | Control["kind"] | undefined>> = {
  [OPCODE.text]: "text",
  [OPCODE.binary]: "binary",
  [OPCODE.close]: "close",
  [OPCODE.ping]: "ping",
  [OPCODE.pong]: "pong",
};

/** The longest content of a control frame (RFC 6455, section 5.5). */
const MAX_CONTROL = 125;

const FINAL = 0x80;
const RESERVED = 0x70;
const MASKED = 0x80;
const MASK_SIZE = 4;

const NOTHING = new Uint8Array();

/** A frame whose content is being received. */
interface Frame {
  readonly opcode: number;
  readonly final: boolean;
  readonly mask: Uint8Array;
  /** The length of its content in bytes; `received` of them have come. */
  readonly length: number;
  received: number;
}

/**
 * Makes messages of the bytes that a client sends, however they are cut.
 *
 * It keeps the bytes that have come of one message and one control frame: a length that is announced
 * reserves nothing.
 *
 * @example
 * ```ts
 * import { MessageDecoder } from "./websocket.ts";
 *
 * const decoder = new MessageDecoder(1024);
 * const masked = Uint8Array.of(0x81, 0x82, 1, 2, 3, 4, 0x68 ^ 1, 0x69 ^ 2); // a text frame: "hi"
 * for (const { kind, data } of decoder.push(masked)) {
 *   console.log(kind, new TextDecoder().decode(data)); // text hi
 * }
 * ```
 */
export class MessageDecoder {
  readonly #maxMessage: number;
  /** The bytes of a frame's head that have come. */
  #head: Uint8Array = NOTHING;
  #frame: Frame | null = null;
  /** The message under way: its kind, and the bytes that have come of it. */
  #kind: Message["kind"] | null = null;
  #message: Uint8Array = NOTHING;
  #filled = 0;
  /** Its length in bytes as far as that was announced. */
  #length = 0;
  /** The check that a text is UTF-8 so far. */
  readonly #text = new TextDecoder("utf-8", { fatal: true });
  /** The bytes that have come of a control frame, which may stand between the frames of a message. */
  #control: Uint8Array = NOTHING;

  /** Refuses messages of more than `maxMessage` bytes. */
  constructor(maxMessage: number) {
    this.#maxMessage = maxMessage;
  }

  /**
   * Yields the messages and control frames that `chunk` completes, in order.
   *
   * @throws {WebSocketError} For bytes that the protocol forbids, and for a message that is too long.
   */
  *push(chunk: Uint8Array): Generator<Message | Control> {
    let rest = chunk;
    for (;;) {
      if (this.#frame === null) {
        const bytes = this.#head.length === 0 ? rest : concat([this.#head, rest]);
        const size = this.#readHead(bytes);
        if (size === 0) {
          this.#head = bytes.slice(); // at most 13 bytes
          return;
        }
        this.#head = NOTHING;
        rest = bytes.subarray(size);
      }
      const frame = this.#frame!;
      const count = Math.min(rest.length, frame.length - frame.received);
      const content = this.#space(frame, count);
      unmask(rest.subarray(0, count), frame.mask, frame.received, content);
      if (this.#kind === "text" && frame.opcode < OPCODE.close) {
        checkText(content, this.#text, true);
      }
      frame.received += count;
      rest = rest.subarray(count);
      if (frame.received < frame.length) return;
      this.#frame = null;
      const whole = this.#complete(frame);
      if (whole) yield whole;
    }
  }

  /** Reads the head of a frame at the start of `bytes`; returns its size, or 0 if there is more to come. */
  #readHead(bytes: Uint8Array): number {
    const [first, second] = bytes;
    if (first === undefined || second === undefined) return 0;
    const opcode = first & 0x0f;
    const final = (first & FINAL) !== 0;
    const short = second & ~MASKED;
    this.#checkHead(first, second, short);
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    const size = 2 + extended + MASK_SIZE;
    if (bytes.length < size) return 0;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const length = extended === 2
      ? view.getUint16(2)
      : extended === 8
      ? Number(view.getBigUint64(2))
      : short;
    if ((extended === 2 && length < 126) || (extended === 8 && length < 65536)) {
      throw new WebSocketError(CLOSE.protocolError, "the length is not in its shortest form");
    }
    if (opcode < OPCODE.close) {
      this.#length += length;
      if (this.#length > this.#maxMessage) {
        throw new WebSocketError(CLOSE.tooBig, `a message has at most ${this.#maxMessage} bytes`);
      }
      if (opcode !== OPCODE.continuation) this.#kind = opcode === OPCODE.text ? "text" : "binary";
    }
    this.#frame = { opcode, final, length, mask: bytes.slice(size - MASK_SIZE, size), received: 0 };
    return size;
  }

  /** Checks the first two bytes of a frame. */
  #checkHead(first: number, second: number, short: number): void {
    const opcode = first & 0x0f;
    const control = opcode >= OPCODE.close;
    const wrong = (first & RESERVED) !== 0
      ? "reserved bits are set"
      : opcode !== OPCODE.continuation && KINDS[opcode] === undefined
      ? `there is no opcode ${opcode}`
      : (second & MASKED) === 0
      ? "a client masks its frames"
      : control && ((first & FINAL) === 0 || short > MAX_CONTROL)
      ? "a control frame is short and whole"
      : !control && (opcode === OPCODE.continuation) !== (this.#kind !== null)
      ? "the frames of a message are out of order"
      : null;
    if (wrong !== null) throw new WebSocketError(CLOSE.protocolError, wrong);
  }

  /** Returns where the next `count` bytes of `frame` go. */
  #space(frame: Frame, count: number): Uint8Array {
    if (frame.opcode >= OPCODE.close) {
      if (frame.received === 0) this.#control = new Uint8Array(frame.length);
      return this.#control.subarray(frame.received, frame.received + count);
    }
    const filled = this.#filled + count;
    if (filled > this.#message.length) {
      // Twice as much each time, so that no byte is copied often, and no more than may come.
      const larger = new Uint8Array(
        Math.max(filled, Math.min(2 * this.#message.length, this.#maxMessage)),
      );
      larger.set(this.#message.subarray(0, this.#filled));
      this.#message = larger;
    }
    const space = this.#message.subarray(this.#filled, filled);
    this.#filled = filled;
    return space;
  }

  /** Returns the message or control frame that `frame` completes, or `null` if the message goes on. */
  #complete(frame: Frame): Message | Control | null {
    if (frame.opcode >= OPCODE.close) {
      return { kind: KINDS[frame.opcode] as Control["kind"], data: this.#control };
    }
    if (!frame.final) return null;
    const kind = this.#kind!;
    const data = this.#message.subarray(0, this.#filled);
    this.#kind = null;
    this.#message = NOTHING;
    this.#filled = this.#length = 0;
    if (kind === "text") checkText(NOTHING, this.#text, false);
    return { kind, data };
  }
}

/**
 * Checks the next part of a text; the bytes of a character may be cut if more is to come: `stream`.
 *
 * @throws {WebSocketError} At the first byte that cannot be UTF-8.
 */
function checkText(part: Uint8Array, decoder: TextDecoder, stream: boolean): void {
  try {
    decoder.decode(part, { stream });
  } catch {
    throw new WebSocketError(CLOSE.invalidData, "the text is no UTF-8");
  }
}

/** The kind of a frame: a message or the first part of it, a further part, or control of the connection. */
export type FrameKind = Message["kind"] | Control["kind"] | "continuation";

/** Returns the frame, not masked, in which a server sends `data`; `final` is whether the message ends. */
export function formatFrame(kind: FrameKind, data: Uint8Array, final = true): Uint8Array {
  const { length } = data;
  const extended = length < 126 ? 0 : length < 65536 ? 2 : 8;
  const frame = new Uint8Array(2 + extended + length);
  const view = new DataView(frame.buffer);
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
    throw new WebSocketError(CLOSE.protocolError, "there is no such code");
  }
  checkText(data.subarray(2), new TextDecoder("utf-8", { fatal: true }), false);
  return code;
}
