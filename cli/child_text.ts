/**
 * The text of a running program's output, as it comes.
 *
 * @module
 */

/** The text of a stream, collected; it can be waited for. */
export class ChildText {
  /** All of the text so far, or the last of it. */
  text = "";
  /** Resolves at its end. */
  readonly ended: Promise<void>;
  #changed = Promise.withResolvers<void>();
  #isOver = false;

  /** Collects `stream`; of more than `most` characters it keeps the last. */
  constructor(stream: AsyncIterable<Uint8Array>, most = Infinity) {
    this.ended = this.#collect(stream, most);
  }

  /** Resolves to the first match of `pattern`; to `null` when the text ends without one. */
  async match(pattern: RegExp): Promise<RegExpMatchArray | null> {
    for (;;) {
      const match = this.text.match(pattern);
      if (match !== null || this.#isOver) return match;
      await this.#changed.promise;
    }
  }

  async #collect(stream: AsyncIterable<Uint8Array>, most: number): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const bytes of stream) {
        this.text = (this.text + decoder.decode(bytes, { stream: true })).slice(-most);
        this.#changed.resolve();
        this.#changed = Promise.withResolvers();
      }
      this.text += decoder.decode();
    } finally {
      this.#isOver = true;
      this.#changed.resolve();
    }
  }
}

/** Resolves to all of a stream as text. */
export async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const collected = new ChildText(stream);
  await collected.ended;
  return collected.text;
}
