/**
 * The receiving half of a channel as an iterator of chunks that takes its turn among others.
 *
 * @module
 */
import type { Readable } from "../net/stream.ts";
import { type QueuedReader, type ReadQueue, turnDue } from "./read_queue.ts";

/**
 * The chunks that a channel receives until the peer ends its half.
 *
 * The iterator gives the same result object and the same buffer again and again, so that a chunk
 * costs no allocation. It has one consumer.
 */
export class ChunkReader implements AsyncIterableIterator<Uint8Array>, QueuedReader {
  /** The number of bytes that have been received. */
  bytes = 0;
  readonly #channel: Readable;
  readonly #small: Uint8Array;
  readonly #largest: number;
  #buffer: Uint8Array;
  readonly #result: { value: Uint8Array; done: boolean };
  readonly #readQueue: ReadQueue | null;
  /** Settles the promise of the chunk for which it waits in the queue. */
  #resolve: (result: Promise<IteratorResult<Uint8Array>>) => void = () => {};

  /**
   * Reads from `channel` into `buffer`, which belongs to the reader until it is done. With a
   * `readQueue`, it waits there for its turn before each chunk but the first. As long as chunks fill the
   * buffer, it reads into one of `largest` bytes instead; as many as `buffer` has if not given.
   */
  constructor(
    channel: Readable,
    buffer: Uint8Array,
    readQueue: ReadQueue | null = null,
    largest: number = buffer.length,
  ) {
    this.#channel = channel;
    this.#small = this.#buffer = buffer;
    this.#largest = largest;
    this.#result = { value: buffer, done: false };
    this.#readQueue = readQueue;
  }

  /** Returns itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Resolves to the next chunk. Rejects as the channel's `read` does. */
  next(): Promise<IteratorResult<Uint8Array>> {
    const turn = this.#result.value.length === this.#buffer.length ? turnDue() : null;
    return turn === null ? this.#next() : turn.then(() => this.#next());
  }

  #next(): Promise<IteratorResult<Uint8Array>> {
    if (this.bytes > 0 && this.#readQueue?.crowded) {
      return new Promise((resolve) => {
        this.#resolve = resolve;
        this.#readQueue!.enqueue(this);
      });
    }
    return this.#channel.read(this.#buffer).then(this.#received);
  }

  /** Reads, when its turn in the queue has come. */
  resume(): void {
    this.#resolve(this.#channel.read(this.#buffer).then(this.#received));
  }

  #received = (count: number | null): IteratorResult<Uint8Array> => {
    if (count === null) {
      this.#result.done = true;
    } else {
      this.bytes += count;
      this.#result.value = this.#buffer.subarray(0, count);
      this.#fit(count);
    }
    return this.#result;
  };

  /** Chooses the buffer of the next read, since this one has had `count` bytes. */
  #fit(count: number): void {
    if (count === this.#buffer.length && count < this.#largest) {
      this.#buffer = new Uint8Array(this.#largest);
    } else if (count <= this.#small.length / 2) {
      this.#buffer = this.#small;
    }
  }
}
