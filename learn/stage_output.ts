/**
 * The text of children of a lesson: collected, waited for, written as a command line.
 *
 * @module
 */
import { quote } from "../sockets/text.ts";

/** Resolves to all of a stream as text. */
export async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of stream) text += decoder.decode(bytes, { stream: true });
  return text + decoder.decode();
}

/** Returns a command line of netkit as it would be typed; `input` is what a pipe in front of it gives. */
export function typed(args: readonly string[], input: string): string {
  const words = ["netkit", ...args].map(quote).join(" ");
  if (input === "") return words;
  const text = input.replaceAll("\n", "\\n").replaceAll("%", "%%");
  return `printf ${quote(text)} | ${words}`;
}

/** The log of a server, as it comes. */
export class Log {
  /** The text so far. */
  text = "";
  /** Resolves at its end. */
  readonly ended: Promise<void>;
  #changed = Promise.withResolvers<void>();
  #isOver = false;

  /** Collects `stream`. */
  constructor(stream: AsyncIterable<Uint8Array>) {
    this.ended = this.#collect(stream);
  }

  async #collect(stream: AsyncIterable<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      this.text += decoder.decode(bytes, { stream: true });
      this.#change();
    }
    this.#isOver = true;
    this.#change();
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Resolves to the first match of `pattern`; rejects when the log ends without one. */
  async says(pattern: RegExp): Promise<RegExpMatchArray> {
    for (;;) {
      const match = this.text.match(pattern);
      if (match !== null) return match;
      if (this.#isOver) throw new Error(`the log has no ${pattern}`);
      await this.#changed.promise;
    }
  }
}
