/**
 * Output on its way to a reader that may be slow: nothing is lost, and the writer waits. `Log` is its
 * counterpart, which never waits and drops.
 *
 * @module
 */
import { type Output, print } from "./io.ts";

/** Characters or bytes that may wait for a slow reader before the writer has to. */
const CAPACITY = 64 * 1024;

/** Options of a queue. */
export interface OutputQueueOptions {
  /** Whether output is collected until `flush` is called; if not, it is written as soon as possible. */
  readonly collects?: boolean;
  /** The name of the output in errors; `standard output` if not given. */
  readonly name?: string;
}

/**
 * A queue in front of an output. Pieces that come while others are being written are written together.
 *
 * Life of a piece: added, joined with its neighbours, written. Where it cannot be written, it and all
 * that comes later is dropped, and every `flush` rejects.
 */
export class OutputQueue {
  readonly #output: Output;
  readonly #collects: boolean;
  readonly #name: string | undefined;
  #waiting: (string | Uint8Array)[] = [];
  #size = 0;
  #writing: Promise<void> | null = null;
  #failure: unknown = null;

  /** Makes a queue in front of `output`. */
  constructor(output: Output, { collects = false, name }: OutputQueueOptions = {}) {
    this.#output = output;
    this.#collects = collects;
    this.#name = name;
  }

  /**
   * Adds text or bytes, which belong to the queue from then on; returns at once. `true` if it is time to
   * wait for `flush`: the queue is full, or its output has failed.
   */
  add(data: string | Uint8Array): boolean {
    if (data.length > 0 && this.#failure === null) {
      this.#waiting.push(data);
      this.#size += data.length;
      if (!this.#collects) this.#writing ??= this.#write();
    }
    return this.#size >= CAPACITY || this.#failure !== null;
  }

  /**
   * Resolves when everything that was added is written.
   *
   * @throws {OutputClosed} When the reader has gone.
   * @throws {UserError} When it cannot be written for another reason, such as a full disk.
   */
  async flush(): Promise<void> {
    if (this.#waiting.length > 0) this.#writing ??= this.#write();
    await this.#writing;
    if (this.#failure !== null) throw this.#failure;
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const data = joined(this.#waiting);
        this.#waiting = [];
        this.#size = 0;
        for (const each of data) await print(this.#output, each, this.#name);
      }
    } catch (error) {
      this.#failure = error;
      this.#waiting = [];
    } finally {
      this.#writing = null;
    }
  }
}

/** Returns pieces as few as possible: texts joined, bytes as they came. */
function joined(pieces: readonly (string | Uint8Array)[]): readonly (string | Uint8Array)[] {
  return pieces.every((piece) => typeof piece === "string") ? [pieces.join("")] : pieces;
}
