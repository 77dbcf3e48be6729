/**
 * The WebSocket protocol on the server's side (RFC 6455): from bytes to messages and back.
 *
 * @module
 */
import { unmask } from "./websocket_mask.ts";
import {
  checkText,
  CLOSE,
  type Control,
  FINAL,
  isAscii,
  KINDS,
  MAX_CONTROL,
  type Message,
  OPCODE,
  WebSocketError,
} from "./websocket_frame.ts";
import { msg, numbered } from "../text/messages.ts";

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

/** The longest head of a frame of a client in bytes. */
const MAX_HEAD = 2 + 8 + MASK_SIZE;

const NOTHING = new Uint8Array();

/** Told of a frame that has come: its head, and its content, not masked; both are lent. */
export type OnFrame = (head: Uint8Array, content: Uint8Array) => void;

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
  /** The head of the frame under way, the bytes of it that have come, and its size as far as that is known. */
  readonly #head = new Uint8Array(MAX_HEAD);
  #headLength = 0;
  #headSize = 0;
  /** Whether the content of a frame is being received, its length, and the bytes that have come of it. */
  #inFrame = false;
  #frameLength = 0;
  #received = 0;
  /** The message under way: its kind, and the bytes that have come of it. */
  #kind: Message["kind"] | null = null;
  #message: Uint8Array = NOTHING;
  #filled = 0;
  /** The bytes of a message that was given back, for the next one. */
  #spare: Uint8Array = NOTHING;
  /** Its length in bytes as far as that was announced. */
  #length = 0;
  /** The check that a text is UTF-8, and how many bytes of it have been checked. */
  readonly #text = new TextDecoder("utf-8", { fatal: true });
  #checked = 0;
  /** Whether the text has nothing but ASCII so far, which needs no decoder. */
  #plain = true;
  /** The bytes that have come of a control frame, which may stand between the frames of a message. */
  #control: Uint8Array = NOTHING;

  /** Refuses messages of more than `maxMessage` bytes; `onFrame` is told of every frame. */
  constructor(maxMessage: number, onFrame: OnFrame | null = null) {
    this.#maxMessage = maxMessage;
    this.#onFrame = onFrame;
  }

  /** Bytes that are to come of the frame that is being received. */
  get missing(): number {
    return this.#inFrame ? this.#frameLength - this.#received : 0;
  }

  /**
   * Yields the messages and control frames that `chunk` completes, in order; the bytes of a control frame are
   * lent until the next one. A frame makes no buffer of its own: a million of them can be one message.
   *
   * @throws {WebSocketError} For bytes that the protocol forbids, and for a message that is too long.
   */
  *push(chunk: Uint8Array): Generator<Message | Control> {
    for (let at = 0;;) {
      while (!this.#inFrame && at < chunk.length) this.#takeHead(chunk[at++]!);
      if (!this.#inFrame) break;
      const count = Math.min(chunk.length - at, this.missing);
      if (count > 0) this.#takeContent(chunk.subarray(at, at + count));
      at += count;
      if (this.missing > 0) break;
      this.#inFrame = false;
      this.#onFrame?.(this.#head.subarray(0, this.#headSize), this.#frameContent());
      const whole = this.#complete();
      if (whole) yield whole;
    }
    this.#checkText();
  }

  /** Takes the bytes of a message back, which is answered, to be used for another one. */
  giveBack({ data }: Message): void {
    const bytes = new Uint8Array(data.buffer);
    if (bytes.length <= MAX_SPARE) this.#spare = bytes;
    else if (longBuffers.length < MAX_LONG) longBuffers.push(bytes);
  }

  get #opcode(): number {
    return this.#head[0]! & 0x0f;
  }

  get #isFinal(): boolean {
    return (this.#head[0]! & FINAL) !== 0;
  }

  get #isControl(): boolean {
    return this.#opcode >= OPCODE.close;
  }

  /** Takes the next byte of the head of a frame. */
  #takeHead(byte: number): void {
    if (this.#headLength === this.#headSize) this.#headLength = this.#headSize = 0;
    this.#head[this.#headLength++] = byte;
    if (this.#headLength === 2) {
      const short = byte & ~MASKED;
      this.#checkHead(byte, short);
      this.#headSize = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + MASK_SIZE;
    }
    if (this.#headLength === this.#headSize) this.#beginFrame();
  }

  /** Checks the first two bytes of a frame; `second` is the second one, with the length `short`. */
  #checkHead(second: number, short: number): void {
    const opcode = this.#opcode;
    const wrong = (this.#head[0]! & RESERVED) !== 0
      ? msg("reserved bits are set")
      : opcode !== OPCODE.continuation && KINDS[opcode] === undefined
      ? numbered(msg("there is no opcode #"), opcode)
      : (second & MASKED) === 0
      ? msg("a client masks its frames")
      : this.#isControl && (!this.#isFinal || short > MAX_CONTROL)
      ? msg("a control frame is short and whole")
      : !this.#isControl && (opcode === OPCODE.continuation) !== (this.#kind !== null)
      ? msg("the frames of a message are out of order")
      : null;
    if (wrong !== null) this.#refuse(CLOSE.protocolError, wrong);
  }

  /** Begins the content of the frame whose head has come. */
  #beginFrame(): void {
    const head = this.#head;
    const extended = this.#headSize - 2 - MASK_SIZE;
    let length = head[1]! & ~MASKED;
    if (extended > 0) length = 0;
    for (let i = 2; i < 2 + extended; i++) length = 256 * length + head[i]!;
    if (extended === 8 && head[2]! >= 0x80) {
      this.#refuse(CLOSE.protocolError, msg("the first bit of a length is 0"));
    }
    if ((extended === 2 && length < 126) || (extended === 8 && length < 65536)) {
      this.#refuse(CLOSE.protocolError, msg("the length is not in its shortest form"));
    }
    if (!this.#isControl) {
      this.#length += length;
      if (this.#length > this.#maxMessage) {
        this.#refuse(
          CLOSE.tooBig,
          numbered(msg("a message has at most # bytes"), this.#maxMessage),
        );
      }
      const opcode = this.#opcode;
      if (opcode !== OPCODE.continuation) this.#kind = opcode === OPCODE.text ? "text" : "binary";
    } else if (this.#control.length < length) {
      this.#control = new Uint8Array(MAX_CONTROL);
    }
    this.#inFrame = true;
    this.#frameLength = length;
    this.#received = 0;
  }

  /** Takes bytes of the content of a frame. */
  #takeContent(bytes: Uint8Array): void {
    const mask = this.#head.subarray(this.#headSize - MASK_SIZE, this.#headSize);
    unmask(bytes, mask, this.#received, this.#space(bytes.length));
    this.#received += bytes.length;
  }

  /** Returns where the next `count` bytes of the frame go. */
  #space(count: number): Uint8Array {
    if (this.#isControl) return this.#control.subarray(this.#received, this.#received + count);
    if (this.#message.length === 0) [this.#message, this.#spare] = [this.#spare, NOTHING];
    const filled = this.#filled + count;
    if (filled > this.#message.length) {
      // Four times as much each time, so that few bytes are copied, and no more than may come.
      const most = this.#isFinal ? this.#length : this.#maxMessage;
      const more = Math.max(filled, Math.min(4 * this.#message.length, most));
      const larger = takeBuffer(filled, more);
      larger.set(this.#message.subarray(0, this.#filled));
      this.#message = larger;
    }
    const space = this.#message.subarray(this.#filled, filled);
    this.#filled = filled;
    return space;
  }

  /** Returns the content of the frame that has come. */
  #frameContent(): Uint8Array {
    if (this.#isControl) return this.#control.subarray(0, this.#frameLength);
    return this.#message.subarray(this.#filled - this.#frameLength, this.#filled);
  }

  /** Returns the message or control frame that the frame completes, or `null` if the message goes on. */
  #complete(): Message | Control | null {
    if (this.#isControl) {
      this.#checkText();
      const kind = KINDS[this.#opcode] as Control["kind"];
      return { kind, data: this.#frameContent() };
    }
    if (!this.#isFinal) return null;
    this.#checkText(false);
    const kind = this.#kind!;
    const data = this.#message.subarray(0, this.#filled);
    this.#kind = null;
    this.#message = NOTHING;
    this.#filled = this.#length = this.#checked = 0;
    this.#plain = true;
    return { kind, data };
  }

  /**
   * Checks the text that has come since the last time, that of many frames at once; it is whole unless `goesOn`.
   *
   * @throws {WebSocketError} At the first byte that cannot be UTF-8.
   */
  #checkText(goesOn = true): void {
    if (this.#kind !== "text" || (goesOn && this.#checked === this.#filled)) return;
    const part = this.#message.subarray(this.#checked, this.#filled);
    this.#checked = this.#filled;
    this.#plain &&= isAscii(part);
    if (!this.#plain) checkText(part, this.#text, goesOn);
  }

  /** Refuses a frame, unless the text before it is to be refused. */
  #refuse(code: number, reason: string): never {
    this.#checkText();
    throw new WebSocketError(code, reason);
  }
}
