/**
 * Connections in memory, for tests of what needs no system.
 *
 * @module
 */
import type { Channel } from "../net/stream.ts";
import type { Connection, Listener } from "../net/connection.ts";

/** Bytes that one direction holds before writing waits. */
const CAPACITY = 4096;

/** One direction of a connection. */
class Pipe {
  #bytes: number[] = [];
  #ended = false;
  #changed = Promise.withResolvers<void>();

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  async read(buffer: Uint8Array, closed: () => boolean): Promise<number | null> {
    while (this.#bytes.length === 0) {
      if (closed()) throw new Deno.errors.Interrupted("operation canceled");
      if (this.#ended) return null;
      await this.#changed.promise;
    }
    const taken = this.#bytes.splice(0, buffer.length);
    buffer.set(taken);
    this.#change();
    return taken.length;
  }

  async write(bytes: Uint8Array, closed: () => boolean): Promise<number> {
    while (this.#bytes.length >= CAPACITY && !this.#ended && !closed()) await this.#changed.promise;
    if (this.#ended || closed()) throw new Deno.errors.BrokenPipe("Broken pipe (os error 32)");
    const part = bytes.subarray(0, CAPACITY - this.#bytes.length);
    this.#bytes.push(...part);
    this.#change();
    return part.length;
  }

  end(): void {
    this.#ended = true;
    this.#change();
  }
}

function channel(incoming: Pipe, outgoing: Pipe): Channel {
  let isClosed = false;
  const closed = () => isClosed;
  return {
    read: (buffer) => incoming.read(buffer, closed),
    write: (bytes) => outgoing.write(bytes, closed),
    closeWrite: () => Promise.resolve(outgoing.end()),
    close() {
      if (isClosed) throw new Deno.errors.BadResource("Bad resource ID");
      isClosed = true;
      outgoing.end();
      incoming.end();
    },
  };
}

/** A listener to which one connects in memory. */
export class MemoryListener implements Listener {
  readonly address = "memory";
  readonly protocol = "memory";
  readonly #waiting: Connection[] = [];
  #closed = false;
  #wake = () => {};

  /** Connects; returns the client's end. */
  connect(): Channel {
    const [there, back] = [new Pipe(), new Pipe()];
    this.#waiting.push({ channel: channel(there, back), peer: "memory" });
    this.#wake();
    return channel(back, there);
  }

  async accept(): Promise<Connection | null> {
    for (;;) {
      const connection = this.#waiting.shift();
      if (connection) return connection;
      if (this.#closed) return null;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }
}
