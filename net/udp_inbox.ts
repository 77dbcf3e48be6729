/**
 * Datagrams of one peer as the reading half of a channel.
 *
 * @module
 */
import { msg } from "../text/messages.ts";

/** Bytes of datagrams that wait to be read; more than that is lost, as in the kernel's queue. */
const QUEUE_BYTES = 4 * 1024 * 1024;

/** The limits of an inbox. */
export interface InboxOptions {
  /** Milliseconds without a datagram after which the peer's half counts as ended, once this one has. */
  readonly wait: number;
  /** Called when a datagram was lost because they were not read fast enough. */
  readonly onLoss?: (() => void) | undefined;
}

/** A queue of datagrams from one peer. UDP has no end: it ends when nothing has come for a time. */
export class Inbox {
  readonly #options: InboxOptions;
  readonly #queue: Uint8Array[] = [];
  #bytes = 0;
  #ended = false;
  #failure: Error | null = null;
  #wake = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Makes an empty inbox. */
  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** Adds a datagram, which it keeps. */
  push(data: Uint8Array): void {
    if (this.#timer !== undefined) this.endWhenSilent();
    if (this.#bytes + data.length > QUEUE_BYTES) return this.#options.onLoss?.();
    this.#queue.push(data);
    this.#bytes += data.length;
    this.#wake();
  }

  /** Lets the next read without a datagram reject with `error`. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#wake();
  }

  /** Ends it when nothing has come for the time to wait, counted from now. */
  endWhenSilent(): void {
    clearTimeout(this.#timer);
    if (this.#failure) return; // it has ended already
    this.#timer = setTimeout(() => {
      this.#ended = true;
      this.#wake();
    }, this.#options.wait);
  }

  /** Reads a datagram, or the part of it that fits; resolves to its length, or to `null` at the end. */
  async read(buffer: Uint8Array): Promise<number | null> {
    while (this.#queue.length === 0) {
      if (this.#failure) throw this.#failure;
      if (this.#ended) return null;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    const datagram = this.#queue[0]!;
    const part = datagram.subarray(0, buffer.length);
    buffer.set(part);
    this.#bytes -= part.length;
    if (part.length < datagram.length) this.#queue[0] = datagram.subarray(part.length);
    else this.#queue.shift();
    return part.length;
  }

  /** Ends waiting: a read under way rejects. */
  close(): void {
    clearTimeout(this.#timer);
    this.fail(Object.assign(new Error(msg("the socket was closed")), { name: "Interrupted" }));
  }
}
