/**
 * Servers and clients in the process of a test.
 *
 * @module
 */
import { connect as connectNode } from "node:net";
import { parseEndpoint } from "../net/endpoint.ts";
import type { ServerEvent } from "../server/events.ts";
import { listen } from "../net/listen.ts";
import { serveConnections } from "../server/serve_connections.ts";
import type { ServeOptions } from "../server/serve_options.ts";
import { type Channel, closeQuietly, writeAll } from "../net/stream.ts";
import { upperCase } from "../server/upper.ts";
import type { Listener } from "../net/connection.ts";

/** A server on a free port of loopback, or where asked. Disposing of it stops it at once. */
export class TestServer {
  /** The events so far, without reads and writes unless `verbose`. */
  readonly events: ServerEvent[] = [];
  readonly address: string;
  readonly port: number;
  /** Resolves when it has stopped. */
  readonly done: Promise<unknown>;
  readonly #watchers = new Set<(event: ServerEvent) => void>();
  readonly #stop = new AbortController();
  readonly #stopNow = new AbortController();

  private constructor(listener: Listener, options: Partial<ServeOptions>) {
    this.address = listener.address;
    this.port = Number(listener.address.split(":").at(-1));
    this.done = serveConnections(listener, {
      transform: upperCase,
      grace: 5000,
      stop: this.#stop.signal,
      stopNow: this.#stopNow.signal,
      ...options,
      onEvent: (event) => {
        this.events.push(event);
        options.onEvent?.(event);
        for (const watcher of this.#watchers) watcher(event);
      },
    });
  }

  /** Starts a server at `where`: an endpoint, or a listener. */
  static async start(
    options: Partial<ServeOptions> = {},
    where: string | Listener = "127.0.0.1:0",
  ): Promise<TestServer> {
    const listener = typeof where === "string" ? await listen(parseEndpoint(where)) : where;
    return new TestServer(listener, options);
  }

  /** Asks it to stop, as the first signal does. */
  stop(): void {
    this.#stop.abort();
  }

  /** Asks it to stop at once, as the second signal does. */
  stopNow(): void {
    this.#stopNow.abort();
  }

  /** Connects to it over IPv4. */
  connect(): Promise<Deno.TcpConn> {
    return Deno.connect({ hostname: "127.0.0.1", port: this.port });
  }

  /** Resolves at the `count`th event of this kind, also when that has been. */
  async saw(kind: ServerEvent["event"], count = 1): Promise<void> {
    while ((this.counts()[kind] ?? 0) < count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const watcher = () => resolve();
      this.#watchers.add(watcher);
      await promise;
      this.#watchers.delete(watcher);
    }
  }

  /** Returns how many events of each kind there were, without the steps to a socket, reads and writes. */
  counts(): Partial<Record<ServerEvent["event"], number>> {
    const counts: Partial<Record<ServerEvent["event"], number>> = {};
    for (const { event } of this.events) {
      if (/^(socket|bind|listen|read|write)$/.test(event)) continue;
      counts[event] = (counts[event] ?? 0) + 1;
    }
    return counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    this.stopNow();
    await this.done;
  }
}

/** Sends `pieces` and the end, reads everything meanwhile, closes in any case, and returns what came. */
export async function exchange(
  channel: Channel,
  pieces: readonly (Uint8Array | string)[],
): Promise<Uint8Array> {
  const sending = (async () => {
    for (const piece of pieces) {
      await writeAll(channel, typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
    }
    await channel.closeWrite();
  })();
  sending.catch(() => {}); // reading tells what is wrong
  try {
    const answer = await readAll(channel);
    await sending;
    return answer;
  } finally {
    closeQuietly(channel);
  }
}

/** `exchange` for text. */
export async function exchangeText(channel: Channel, text: string): Promise<string> {
  return new TextDecoder().decode(await exchange(channel, [text]));
}

/** Reads to the end. */
export async function readAll(channel: Pick<Channel, "read">): Promise<Uint8Array> {
  let bytes = new Uint8Array(65536);
  let length = 0;
  for (;;) {
    if (length === bytes.length) {
      const larger = new Uint8Array(bytes.length * 2);
      larger.set(bytes);
      bytes = larger;
    }
    const count = await channel.read(bytes.subarray(length));
    if (count === null) return bytes.slice(0, length);
    length += count;
  }
}

/** Connects and resets at once, or after `text` was answered; resolves when that is done. */
export function connectAndReset(port: number, text = ""): Promise<void> {
  return new Promise((resolve) => {
    const socket = connectNode(port, "127.0.0.1", () => {
      if (text === "") socket.resetAndDestroy();
      else socket.write(text);
    });
    socket.on("error", () => {}); // the end comes all the same
    socket.on("data", () => socket.resetAndDestroy());
    socket.once("close", () => resolve());
  });
}

/** Connects, and resets the connection when it has sent the bytes; resolves when that is done. */
export async function resetBehind(port: number, bytes: Uint8Array): Promise<void> {
  // Half-open, or it answers the end of the other side by its own, and there is nothing to reset.
  const socket = connectNode({ host: "127.0.0.1", port, allowHalfOpen: true });
  socket.on("error", () => {}); // the end comes all the same, perhaps before that of sending
  const closed = new Promise((resolve) => socket.once("close", resolve));
  await new Promise((resolve) => socket.once("connect", resolve));
  if (bytes.length > 0) await new Promise((resolve) => socket.write(bytes, resolve));
  socket.resetAndDestroy();
  await closed;
}
