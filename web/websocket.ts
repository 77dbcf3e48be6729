/**
 * The WebSocket protocol on the server's side (RFC 6455): from bytes to messages and back.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import { unmask } from "./websocket_mask.ts";
import {
  checkText,
  CLOSE,
  type Control,
  FINAL,
  KINDS,
  MAX_CONTROL,
  type Message,
  OPCODE,
  WebSocketError,
} from "./websocket_frame.ts";

/** The most bytes that a connection keeps for its next message. */
const MAX_SPARE = 64 * 1024;

/** Buffers of long messages that were answered, for those of any connection; at most so many. */
const longBuffers: Uint8Array[] = [];
const MAX_LONG = 4;

/** Returns a buffer of at least `length` bytes, and of `more` if it is a new one. */
function takeBuffer(length: number, more: number): Uint8Array {
  const at = length <= MAX_SPARE ? -1 : longBuffers.findIndex((each) => each.length >= length);
  return at === -1 ? new Uint8Array(more) : longBuffers.splice(at, 1)[0]!;
}

const RESERVED = 0x70;
const MASKED = 0x80;
const MASK_SIZE = 4;

const NOTHING = new Uint8Array();

/** Told of a frame that has come: its head, and its content, not masked; both are lent. */
export type OnFrame = (head: Uint8Array, content: Uint8Array) => void;

/** A frame whose content is being received. */
interface Frame {
  readonly opcode: number;
  readonly final: boolean;
  readonly head: Uint8Array;
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
  readonly #onFrame: OnFrame | null;
  /** The bytes of a frame's head that have come. */
  #head: Uint8Array = NOTHING;
  #frame: Frame | null = null;
  /** The message under way: its kind, and the bytes that have come of it. */
  #kind: Message["kind"] | null = null;
  #message: Uint8Array = NOTHING;
  #filled = 0;
  /** The bytes of a message that was given back, for the next one. */
  #spare: Uint8Array = NOTHING;
  /** Its length in bytes as far as that was announced. */
  #length = 0;
  /** The check that a text is UTF-8 so far. */
  readonly #text = new TextDecoder("utf-8", { fatal: true });
  /** The bytes that have come of a control frame, which may stand between the frames of a message. */
  #control: Uint8Array = NOTHING;

  /** Refuses messages of more than `maxMessage` bytes; `onFrame` is told of every frame. */
  constructor(maxMessage: number, onFrame: OnFrame | null = null) {
    this.#maxMessage = maxMessage;
    this.#onFrame = onFrame;
  }

  /** Bytes that are to come of the frame that is being received. */
  get missing(): number {
    return this.#frame === null ? 0 : this.#frame.length - this.#frame.received;
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
      this.#onFrame?.(frame.head, this.#contentOf(frame));
      const whole = this.#complete(frame);
      if (whole) yield whole;
    }
  }

  /** Takes the bytes of a message back, which is answered, to be used for another one. */
  giveBack({ data }: Message): void {
    const bytes = new Uint8Array(data.buffer);
    if (bytes.length <= MAX_SPARE) this.#spare = bytes;
    else if (longBuffers.length < MAX_LONG) longBuffers.push(bytes);
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
    if (extended === 8 && view.getUint8(2) >= 0x80) {
      throw new WebSocketError(CLOSE.protocolError, "the first bit of a length is 0");
    }
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
    const head = bytes.slice(0, size);
    const mask = head.subarray(size - MASK_SIZE);
    this.#frame = { opcode, final, length, head, mask, received: 0 };
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
    if (this.#message.length === 0) [this.#message, this.#spare] = [this.#spare, NOTHING];
    const filled = this.#filled + count;
    if (filled > this.#message.length) {
      // Four times as much each time, so that few bytes are copied, and no more than was announced.
      const more = Math.max(filled, Math.min(4 * this.#message.length, this.#length));
      const larger = takeBuffer(filled, more);
      larger.set(this.#message.subarray(0, this.#filled));
      this.#message = larger;
    }
    const space = this.#message.subarray(this.#filled, filled);
    this.#filled = filled;
    return space;
  }

  /** Returns the content of a frame that has come. */
  #contentOf({ opcode, length }: Frame): Uint8Array {
    if (opcode >= OPCODE.close) return this.#control.subarray(0, length);
    return this.#message.subarray(this.#filled - length, this.#filled);
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
