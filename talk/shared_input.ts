/**
 * Standard input for several conversations, one after the other.
 *
 * @module
 */
import type { TalkInput } from "./duplex.ts";

/** Bytes of a read: those of a conversation. */
const BUFFER_SIZE = 64 * 1024;

/**
 * An input that outlives its conversations. A read that is under way when a conversation ends goes on,
 * and its bytes are the first ones of the next conversation.
 */
export class SharedInput {
  readonly #input: TalkInput;
  readonly #buffer = new Uint8Array(BUFFER_SIZE);
  /** Bytes that were read and not given to a conversation. */
  #rest: Uint8Array = new Uint8Array();
  #reading: Promise<void> | null = null;
  #ended = false;

  /** Shares `input`, which is closed by `close` alone. */
  constructor(input: TalkInput) {
    this.#input = input;
  }

  /** Returns the input for one conversation; its `close` ends a read under way, and not the input. */
  lease(): TalkInput {
    const over = Promise.withResolvers<void>();
    let isOver = false;
    return {
      read: async (buffer) => {
        while (!isOver) {
          if (this.#rest.length > 0) {
            const part = this.#rest.subarray(0, buffer.length);
            buffer.set(part);
            this.#rest = this.#rest.subarray(part.length);
            return part.length;
          }
          if (this.#ended) return null;
          await Promise.race([this.#reading ??= this.#read(), over.promise]);
        }
        return null;
      },
      close() {
        isOver = true;
        over.resolve();
      },
    };
  }

  async #read(): Promise<void> {
    try {
      const count = await this.#input.read(this.#buffer);
      if (count === null) this.#ended = true;
      else this.#rest = this.#buffer.subarray(0, count);
    } finally {
      this.#reading = null;
    }
  }

  /** Closes the input. */
  close(): void {
    this.#reading?.catch(() => {}); // it rejects because of this
    this.#input.close();
  }
}
