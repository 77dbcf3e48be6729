/**
 * The service over a WebSocket: each message is answered by one of its kind, a long one in several
 * frames.
 *
 * @module
 */
import { nextPiece } from "../server/long_work.ts";
import { type Channel, closeQuietly, type Source, writeAll } from "../net/stream.ts";
import { PIECE } from "../server/upper_message.ts";
import { MessageDecoder } from "./websocket.ts";
import {
  CLOSE,
  type Control,
  formatClose,
  formatFrame,
  type FrameKind,
  MAX_FRAME_HEAD,
  type Message,
  parseClose,
  WebSocketError,
} from "./websocket_frame.ts";

/** The longest message in bytes. Its upper case may be three times as long. */
const MAX_MESSAGE = 1024 * 1024;

/** Milliseconds that a client has to answer a close frame. */
const CLOSE_TIMEOUT = 1000;

/** Milliseconds of work after which others have their turn. */
const LONG = 1;

/** Milliseconds after which a write has waited for the event loop, so that others have had their turn. */
const PAUSE = 0.25;

/** Bytes that are decoded at a time: in frames of a byte each, they are milliseconds of work. */
const SLICE = 16 * 1024;

/** Milliseconds in which bytes that have arrived are read before a client counts as silent. */
const LAST_LOOK = 10;

const NOTHING = new Uint8Array();

/** The service of a session, and its limits. */
export interface WebSocketOptions {
  /** The service: makes the answer to a message, the next part of it when that is asked for. */
  readonly answer: (message: Uint8Array) => Iterable<Uint8Array>;
  /** Milliseconds between pings; a client that is silent from one to the next has gone. `null` for none. */
  readonly pingInterval: number | null;
  /** Told of bytes of messages, received and sent, as they come and go. */
  readonly count: (received: number, sent: number) => void;
}

/**
 * A conversation over a WebSocket.
 *
 * Life of a session: each message is answered before the next one is taken, and frames are written one
 * after the other, those of pings and of `close` between them. It ends when a close frame has been
 * received, when the client breaks the protocol, and when reading or writing fails; a client that does
 * not answer a ping or a close frame in time has its channel closed, which makes reading fail.
 */
export class WebSocketSession {
  /** Bytes of the messages received. */
  received = 0;
  /** Bytes of the messages sent. */
  sent = 0;
  readonly #channel: Channel;
  readonly #options: WebSocketOptions;
  /** Ends when everything before has been written, so that frames do not mix. */
  #writing: Promise<void> = Promise.resolve();
  /** The buffer of the frame that is being written, if it is a long one. */
  #buffer: Uint8Array = NOTHING;
  /** The time since which it has worked without letting others have their turn. */
  #busySince = 0;
  /** Whether a close frame was sent. */
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastLook: ReturnType<typeof setTimeout> | undefined;
  /** Whether something has come since the last ping; `null` when it was waited for in vain. */
  #heard: boolean | null = true;

  /** Sends to `channel`; `run` receives. */
  constructor(channel: Channel, options: WebSocketOptions) {
    this.#channel = channel;
    this.#options = options;
  }

  /**
   * Answers the messages in `source` until one side closes or the client is gone.
   *
   * @throws {WebSocketError} When the client breaks the protocol or a limit; it was told so. Otherwise
   * as the channel does.
   */
  async run(source: Source): Promise<void> {
    const { pingInterval } = this.#options;
    const decoder = new MessageDecoder(MAX_MESSAGE);
    const pinging = pingInterval === null ? 0 : setInterval(() => this.#ping(), pingInterval);
    try {
      for await (const chunk of source) {
        this.#heard = true;
        this.#busySince = performance.now();
        for (let at = 0; at < chunk.length; at += SLICE) {
          for (const item of decoder.push(chunk.subarray(at, at + SLICE))) {
            await this.#handle(item);
            if (item.kind === "text" || item.kind === "binary") decoder.giveBack(item);
            if (item.kind === "close") return;
          }
          await this.#letOthers(); // thousands of small frames
        }
      }
    } catch (error) {
      if (error instanceof WebSocketError) await this.close(error.code, error.message);
      throw this.#heard === null ? new Error("it does not answer a ping") : error;
    } finally {
      clearInterval(pinging);
      clearTimeout(this.#timer);
      clearTimeout(this.#lastLook);
      await this.#writing.catch(() => {}); // the writer was told
    }
  }

  /** Asks the client to close; the channel is closed if it does not. Never rejects. */
  async close(code: number, reason: string): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer = setTimeout(() => closeQuietly(this.#channel), CLOSE_TIMEOUT);
    try {
      await this.#send("close", formatClose(code, reason));
    } catch {
      // It is gone already.
    }
  }

  /** Asks whether the client is still there, and closes the channel if it has not said so since. */
  #ping(): void {
    if (!this.#heard) {
      this.#lastLook = setTimeout(() => {
        if (this.#heard) return; // it had, but this program had stood still
        this.#heard = null;
        closeQuietly(this.#channel);
      }, LAST_LOOK);
      return;
    }
    this.#heard = false;
    this.#send("ping", new Uint8Array()).catch(() => {}); // the reader is told
  }

  async #handle({ kind, data }: Message | Control): Promise<void> {
    if (kind === "close") {
      const code = parseClose(data);
      if (this.#closed) return;
      this.#closed = true;
      return await this.#send("close", code === CLOSE.noStatus ? data : formatClose(code));
    }
    if (this.#closed || kind === "pong") return;
    if (kind === "ping") return await this.#send("pong", data);
    this.received += data.length;
    this.#options.count(data.length, 0);
    await this.#answer(kind, data);
  }

  /**
   * Sends the answer to a message. Of a long one, a part is made when the one before has been written: a
   * client that does not read costs no work and no memory, and others are served in between.
   */
  async #answer(kind: Message["kind"], data: Uint8Array): Promise<void> {
    let frame: FrameKind = kind;
    let part: Uint8Array | null = null;
    for (const next of this.#options.answer(data)) {
      if (part !== null) {
        await this.#sendPart(frame, part, false);
        frame = "continuation";
      }
      part = next;
      if (data.length > PIECE) await this.#letOthers();
    }
    await this.#sendPart(frame, part ?? NOTHING, true);
  }

  async #sendPart(kind: FrameKind, part: Uint8Array, final: boolean): Promise<void> {
    if (this.#closed) return; // meanwhile: nothing follows a close frame
    await this.#send(kind, part, final);
    this.sent += part.length;
    this.#options.count(0, part.length);
  }

  #send(kind: FrameKind, data: Uint8Array, final = true): Promise<void> {
    return this.#writing = this.#writing.then(async () => {
      const buffer = this.#bufferFor(data.length);
      const began = performance.now();
      await writeAll(this.#channel, formatFrame(kind, data, final, buffer));
      const ended = performance.now();
      if (ended - began >= PAUSE) this.#busySince = ended;
    });
  }

  /** Lets others have their turn when it has worked for long. */
  async #letOthers(): Promise<void> {
    if (performance.now() - this.#busySince < LONG) return;
    await nextPiece();
    this.#busySince = performance.now();
  }

  /** Returns the buffer for a frame with `length` bytes: one that is kept as long as they are many. */
  #bufferFor(length: number): Uint8Array {
    if (length < PIECE / 16) this.#buffer = NOTHING;
    else if (this.#buffer.length === 0 && length <= PIECE) {
      this.#buffer = new Uint8Array(MAX_FRAME_HEAD + PIECE);
    }
    return this.#buffer;
  }
}
