/**
 * The service over a WebSocket: each message is answered by one of its kind, a long one in several
 * frames.
 *
 * @module
 */
import { nextPiece } from "../server/long_work.ts";
import { type Channel, closeQuietly, type Source, writeAll } from "../net/stream.ts";
import type { Piece } from "../server/upper_message.ts";
import { type Batch, FrameCollector, giveBack } from "./websocket_batch.ts";
import { MessageDecoder } from "./websocket.ts";
import {
  CLOSE,
  type Control,
  formatClose,
  formatFrame,
  type FrameKind,
  type Message,
  parseClose,
  WebSocketError,
} from "./websocket_frame.ts";
import { msg } from "../text/messages.ts";

/** The longest message in bytes. Its upper case may be three times as long. */
const MAX_MESSAGE = 1024 * 1024;

/** Milliseconds that a client has to answer a close frame. */
const CLOSE_TIMEOUT = 1000;

/** Milliseconds of work after which others have their turn. */
const LONG = 1;

/** Milliseconds after which a write has waited for the event loop, so that others have had their turn. */
const PAUSE = 0.25;

/** Bytes that are decoded at a time but for the rest of a long frame: of the smallest frames, a millisecond of work. */
const SLICE = 2 * 1024;

/** Milliseconds in which bytes that have arrived are read before a client counts as silent. */
const LAST_LOOK = 10;

const NOTHING = new Uint8Array();

/** The service of a session, and its limits. */
export interface WebSocketOptions {
  /** The service: makes the answer to a message, the next part of it when that is asked for. */
  readonly answer: (message: Uint8Array) => Iterable<Piece>;
  /** Milliseconds between pings; a client that is silent from one to the next has gone. `null` for none. */
  readonly pingInterval: number | null;
  /** Told of bytes of messages, received and sent, as they come and go. */
  readonly count: (received: number, sent: number) => void;
  /** Told of each read, write and frame while it wants to know; nobody if not given. */
  readonly observer?: SessionObserver;
}

/** An observer of what a session does. */
export interface SessionObserver {
  /** Whether it wants to know: it is asked before it is told. */
  readonly isLooking: () => boolean;
  /** Told of bytes that were read or written, lent. */
  readonly transferred: (call: "read" | "write", bytes: Uint8Array) => void;
  /** Told of a frame: its head, its content, not masked, and the number of its message, from 1 for each way. */
  readonly framed: (
    way: "received" | "sent",
    head: Uint8Array,
    content: Uint8Array,
    message: number,
  ) => void;
}

/**
 * A conversation over a WebSocket.
 *
 * Life of a session: each message is answered before the next one is taken. The frames of answers are
 * collected, and written when they are many bytes, when all that was received is answered, and before
 * others have their turn, with the pongs between them; those of pings and of `close` are sent at once. It
 * ends when a close frame has been received, when the client breaks the protocol, and when reading or
 * writing fails; a client that does not answer a ping or a close frame in time has its channel closed,
 * which makes reading fail.
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
  /** The frames of answers that are to be written. */
  readonly #frames = new FrameCollector();
  /** The time since which it has worked without letting others have their turn. */
  #busySince = 0;
  /** Messages that have come, and those that were answered. */
  #messagesReceived = 0;
  #messagesSent = 0;
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
    const { observer } = this.#options;
    const decoder = new MessageDecoder(MAX_MESSAGE, observer === undefined ? null : this.#received);
    const pinging = pingInterval === null ? 0 : setInterval(() => this.#ping(), pingInterval);
    try {
      for await (const chunk of source) {
        this.#heard = true;
        if (observer?.isLooking()) observer.transferred("read", chunk);
        this.#busySince = performance.now();
        for (let at = 0, end; at < chunk.length; at = end) {
          end = at + Math.max(SLICE, decoder.missing);
          for (const item of decoder.push(chunk.subarray(at, end))) {
            await this.#handle(item);
            if (item.kind === "text" || item.kind === "binary") decoder.giveBack(item);
            if (item.kind === "close") return;
          }
          await this.#letOthers(); // thousands of small frames
        }
        await this.#flush();
      }
    } catch (error) {
      if (error instanceof WebSocketError) await this.close(error.code, error.message);
      throw this.#heard === null ? new Error(msg("it does not answer a ping")) : error;
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

  /** Tells the observer of a frame that has come, if it wants to know. */
  #received = (head: Uint8Array, content: Uint8Array): void => {
    const { observer } = this.#options;
    if (!observer?.isLooking()) return;
    observer.framed("received", head, content, this.#messagesReceived + 1);
  };

  /** Tells the observer of a frame that will be written, if it wants to know. */
  #tellSent(frame: Uint8Array, contentLength: number): void {
    const { observer } = this.#options;
    if (!observer?.isLooking()) return;
    const head = frame.length - contentLength;
    observer.framed("sent", frame.subarray(0, head), frame.subarray(head), this.#messagesSent + 1);
  }

  async #handle({ kind, data }: Message | Control): Promise<void> {
    if (kind === "close") {
      const code = parseClose(data);
      if (this.#closed) return;
      this.#closed = true;
      return await this.#send("close", code === CLOSE.noStatus ? data : formatClose(code));
    }
    if (this.#closed || kind === "pong") return;
    if (kind === "ping") return await this.#sendPart("pong", data, true);
    this.#messagesReceived++;
    this.received += data.length;
    this.#options.count(data.length, 0);
    await this.#answer(kind, data);
  }

  /**
   * Sends the answer to a message. Of a long one, a part is made when the one before has been written: a
   * client that does not read costs no work and no memory, and others are served in between.
   */
  async #answer(kind: Message["kind"], data: Uint8Array): Promise<void> {
    if (data.length === 0) return await this.#sendPart(kind, NOTHING, true);
    let frame: FrameKind = kind;
    for (const { bytes, isLast } of this.#options.answer(data)) {
      await this.#sendPart(frame, bytes, isLast);
      frame = "continuation";
      if (!isLast) await this.#letOthers();
    }
  }

  /** Puts a part of an answer, or a pong, behind those that are to be written. */
  async #sendPart(kind: FrameKind, part: Uint8Array, final: boolean): Promise<void> {
    if (this.#closed) return; // meanwhile: nothing follows a close frame
    const { frame, full } = this.#frames.add(kind, part, final);
    this.#tellSent(frame, part.length);
    if (final && kind !== "pong") this.#messagesSent++;
    if (full !== null) await this.#writeBatch(full);
  }

  /** Writes the frames that are to be written. */
  async #flush(): Promise<void> {
    const batch = this.#frames.take();
    if (batch !== null) await this.#writeBatch(batch);
  }

  async #writeBatch(batch: Batch): Promise<void> {
    await this.#write(batch.frames);
    this.sent += batch.content;
    this.#options.count(0, batch.content);
    giveBack(batch);
  }

  /** Sends a control frame, behind the answers that are to be written. */
  async #send(kind: FrameKind, data: Uint8Array): Promise<void> {
    await this.#flush();
    const frame = formatFrame(kind, data);
    this.#tellSent(frame, data.length);
    await this.#write(frame);
  }

  #write(frames: Uint8Array): Promise<void> {
    return this.#writing = this.#writing.then(async () => {
      const began = performance.now();
      await writeAll(this.#channel, frames);
      const ended = performance.now();
      const { observer } = this.#options;
      if (observer?.isLooking()) observer.transferred("write", frames);
      if (ended - began >= PAUSE) this.#busySince = ended;
    });
  }

  /** Lets others have their turn when it has worked for long. */
  async #letOthers(): Promise<void> {
    if (performance.now() - this.#busySince < LONG) return;
    await this.#flush();
    if (performance.now() - this.#busySince < LONG) return; // it has waited for that
    await nextPiece();
    this.#busySince = performance.now();
  }
}
