/**
 * The service over a WebSocket: each message is answered by one of its kind.
 *
 * @module
 */
import { answer } from "./datagrams.ts";
import { type Channel, closeQuietly, type Source, type Transform, writeAll } from "./stream.ts";
import {
  CLOSE,
  type Control,
  formatClose,
  formatFrame,
  type Message,
  MessageDecoder,
  parseClose,
  WebSocketError,
} from "./websocket.ts";

/** The longest message in bytes. What it becomes in upper case may be three times as long. */
export const MAX_MESSAGE = 1024 * 1024;

/** Milliseconds that a client has to answer a close frame. */
const CLOSE_TIMEOUT = 1000;

/** How messages are answered. */
export interface WebSocketOptions {
  /** The service; called once for each message. */
  readonly transform: Transform;
  /** Milliseconds between pings; a client that is silent from one to the next has gone. `null` for none. */
  readonly pingInterval: number | null;
  /** Told of the bytes of messages, received and sent. */
  readonly count: (received: number, sent: number) => void;
}

/** A conversation over a WebSocket. */
export class WebSocketSession {
  /** Bytes of the messages received. */
  received = 0;
  /** Bytes of the messages sent. */
  sent = 0;
  readonly #channel: Channel;
  readonly #options: WebSocketOptions;
  /** Ends when everything before has been written, so that frames do not mix. */
  #writing: Promise<void> = Promise.resolve();
  /** Whether a close frame was sent. */
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
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
        for (const item of decoder.push(chunk)) {
          await this.#take(item);
          if (item.kind === "close") return;
        }
      }
    } catch (error) {
      if (error instanceof WebSocketError) await this.close(error.code, error.message);
      throw this.#heard === null ? new Error("it does not answer a ping") : error;
    } finally {
      clearInterval(pinging);
      clearTimeout(this.#timer);
      await this.#writing.catch(() => {}); // who has written was told
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
      this.#heard = null;
      return closeQuietly(this.#channel);
    }
    this.#heard = false;
    this.#send("ping", new Uint8Array()).catch(() => {}); // the reader is told
  }

  async #take({ kind, data }: Message | Control): Promise<void> {
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
    const reply = await answer(data, this.#options.transform);
    await this.#send(kind, reply);
    this.sent += reply.length;
    this.#options.count(0, reply.length);
  }

  #send(kind: Message["kind"] | Control["kind"], data: Uint8Array): Promise<void> {
    return this.#writing = this.#writing
      .then(() => writeAll(this.#channel, formatFrame(kind, data)));
  }
}
