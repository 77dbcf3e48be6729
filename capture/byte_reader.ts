/**
 * Bytes taken in pieces of the wanted size from a source that has pieces of its own size.
 *
 * @module
 */

/** A reader that hands out a source of bytes piece by piece. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #buffer = new Uint8Array(64 * 1024);
  #start = 0;
  #end = 0;
  #taken = 0;
  #ended = false;

  /** Reads from `source`. */
  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The offset of the next byte in the source: the number of bytes taken so far. */
  get position(): number {
    return this.#taken;
  }

  /** Returns whether the next `size` bytes are here already, without waiting. */
  has(size: number): boolean {
    return this.#end - this.#start >= size;
  }

  /**
   * Waits until the next `size` bytes are here; resolves to how many are, fewer only at the end of the
   * source.
   */
  async fill(size: number): Promise<number> {
    while (this.#end - this.#start < size && !this.#ended) {
      const { value, done } = await this.#source.next();
      if (done) this.#ended = true;
      else this.#append(value, size);
    }
    return Math.min(size, this.#end - this.#start);
  }

  /** Resolves to the next `size` bytes without taking them, to fewer at the end. They are lent. */
  async peek(size: number): Promise<Uint8Array> {
    const count = await this.fill(size);
    return this.#buffer.subarray(this.#start, this.#start + count);
  }

  /** Returns the next `size` bytes, which `fill` has waited for. They are lent until the next `fill`. */
  take(size: number): Uint8Array {
    const bytes = this.#buffer.subarray(this.#start, this.#start + size);
    this.#start += size;
    this.#taken += size;
    return bytes;
  }

  /** Returns the next four bytes, which `fill` has waited for, as a number. */
  takeU32(little: boolean): number {
    const at = this.#start;
    const bytes = this.#buffer;
    this.#start += 4;
    this.#taken += 4;
    return little
      ? (bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 | bytes[at + 3]! << 24) >>> 0
      : (bytes[at]! << 24 | bytes[at + 1]! << 16 | bytes[at + 2]! << 8 | bytes[at + 3]!) >>> 0;
  }

  /** Passes over `size` bytes without keeping them; resolves to the number passed over, fewer only at the end. */
  async skip(size: number): Promise<number> {
    let left = size;
    while (left > 0) {
      const count = await this.fill(1) === 0 ? 0 : Math.min(left, this.#end - this.#start);
      if (count === 0) break;
      this.take(count);
      left -= count;
    }
    return size - left;
  }

  /** Yields all that is left. Chunks are lent. */
  async *rest(): AsyncGenerator<Uint8Array> {
    while (await this.fill(1) > 0) yield this.take(this.#end - this.#start);
  }

  /** Gives the source back. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  #append(chunk: Uint8Array, wanted: number): void {
    const kept = this.#end - this.#start;
    if (this.#end + chunk.length > this.#buffer.length) {
      const room = Math.max(kept + chunk.length, wanted);
      const target = room > this.#buffer.length ? new Uint8Array(2 * room) : this.#buffer;
      target.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = target;
      this.#start = 0;
      this.#end = kept;
    }
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }
}
