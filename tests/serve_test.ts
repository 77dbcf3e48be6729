import { assert, assertEquals, assertRejects } from "@std/assert";
import { connect as connectNode } from "node:net";

import fc from "fast-check";
import { serve, type ServeOptions, type ServerEvent } from "../net/serve.ts";
import { writeAll } from "../net/stream.ts";
import { connect } from "../net/connect.ts";
import { listen } from "../net/listen.ts";
import { parseEndpoint } from "../net/endpoint.ts";
import { asciiUpperCase, upperCase } from "../net/upper.ts";

/** A server in this process, on a free port of loopback; disposing of it stops it. */
class TestServer {
  readonly events: ServerEvent[] = [];
  readonly address: string;
  readonly port: number;
  readonly done: Promise<void>;
  readonly #watchers = new Map<string, () => void>();
  readonly #stop = new AbortController();
  readonly #stopNow = new AbortController();

  constructor(options: Partial<ServeOptions> = {}, endpoint = "0") {
    const listener = listen(parseEndpoint(endpoint));
    this.address = listener.address;
    this.port = Number(listener.address.split(":").at(-1));
    this.done = serve(listener, {
      transform: upperCase,
      grace: 5000,
      stop: this.#stop.signal,
      stopNow: this.#stopNow.signal,
      onEvent: (event) => {
        this.events.push(event);
        this.#watchers.get(event.event)?.();
      },
      ...options,
    });
  }

  /** Resolves at the next event of this kind. */
  next(kind: ServerEvent["event"]): Promise<void> {
    return new Promise((resolve) => this.#watchers.set(kind, resolve));
  }

  /** Asks it to stop, as the first signal does. */
  stop(): void {
    this.#stop.abort();
  }

  /** Asks it to stop at once, as the second signal does. */
  stopNow(): void {
    this.#stopNow.abort();
  }

  connect(): Promise<Deno.TcpConn> {
    return Deno.connect({ hostname: "127.0.0.1", port: this.port });
  }

  /** Returns how many events of each kind there were. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { event } of this.events) counts[event] = (counts[event] ?? 0) + 1;
    return counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    this.stopNow();
    await this.done;
  }
}

/** Sends `pieces` and the end, reads everything while sending, and returns it. */
async function exchange(conn: Deno.Conn, pieces: readonly Uint8Array[]): Promise<Uint8Array> {
  const sending = (async () => {
    for (const piece of pieces) await writeAll(conn, piece);
    await conn.closeWrite();
  })();
  const answer = new Uint8Array(await new Response(conn.readable).arrayBuffer());
  await sending;
  return answer;
}

const encoder = new TextEncoder();

Deno.test("serve() gives what toUpperCase() gives for the whole, however the text is cut", async () => {
  await using server = new TestServer();
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom(..."aß你ŉﬁΐςı𐐨🙂"),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
    ),
    maxLength: 200,
  });
  const cuts = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(text, cuts, async (text, cuts) => {
      const bytes = encoder.encode(text);
      const pieces: Uint8Array[] = [];
      for (let at = 0, k = 0; at < bytes.length; k++) {
        pieces.push(bytes.subarray(at, at += cuts[k % cuts.length]!));
      }
      const conn = await server.connect();
      conn.setNoDelay(true); // each piece in a segment of its own
      assertEquals(await exchange(conn, pieces), encoder.encode(text.toUpperCase()));
    }),
    { numRuns: 300 },
  );
});

Deno.test("serve() keeps 200 conversations at once apart", async () => {
  await using server = new TestServer();
  const conns = await Promise.all(Array.from({ length: 200 }, () => server.connect()));
  await Promise.all(conns.map(async (conn, i) => {
    const text = `client ${i}: ${"straße ".repeat(i * 3)}\n`.repeat(20);
    const answer = await exchange(
      conn,
      text.match(/.{1,97}/gs)!.map((part) => encoder.encode(part)),
    );
    assertEquals(new TextDecoder().decode(answer), text.toUpperCase());
  }));
  server.stop();
  await server.done;
  assertEquals(server.counts(), { listen: 1, accept: 200, close: 200, stop: 1 });
});

Deno.test("serve() answers while the client is still sending", async () => {
  await using server = new TestServer();
  using conn = await server.connect();
  const buffer = new Uint8Array(64);
  for (const word of ["one", "two", "three"]) {
    await conn.write(encoder.encode(word));
    const count = await conn.read(buffer);
    assertEquals(new TextDecoder().decode(buffer.subarray(0, count!)), word.toUpperCase());
  }
});

Deno.test("serve() survives 500 clients that reset before they are accepted", async () => {
  const listener = listen(parseEndpoint("0"));
  const port = Number(listener.address.split(":").at(-1));
  await Promise.all(Array.from({ length: 500 }, () =>
    new Promise<void>((resolve) => {
      const socket = connectNode(port, "127.0.0.1", () => socket.resetAndDestroy());
      socket.once("close", () => resolve());
    })));
  const events: ServerEvent[] = [];
  const stop = new AbortController();
  const { signal } = stop;
  const onEvent = (event: ServerEvent) => events.push(event);
  const serving = serve(listener, {
    transform: upperCase,
    stop: signal,
    stopNow: signal,
    grace: 0,
    onEvent,
  });
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  assertEquals(await exchange(conn, [encoder.encode("still here")]), encoder.encode("STILL HERE"));
  stop.abort();
  await serving;
  const gone = events.filter(({ event }) => event === "retry" || event === "reset");
  assertEquals(gone.length, 500);
});

Deno.test("serve() goes on when clients reset in the middle of a conversation", async () => {
  await using server = new TestServer();
  await Promise.all(Array.from({ length: 50 }, () =>
    new Promise<void>((resolve) => {
      const socket = connectNode(server.port, "127.0.0.1");
      socket.on("error", () => {});
      socket.on("data", () => socket.resetAndDestroy());
      socket.once("close", () => resolve());
      socket.write("some text");
    })));
  const conn = await server.connect();
  assertEquals(await exchange(conn, [encoder.encode("ok")]), encoder.encode("OK"));
  server.stop();
  await server.done;
  assertEquals(server.counts(), { listen: 1, accept: 51, reset: 50, close: 1, stop: 1 });
});

Deno.test("serve() holds no more than its buffers for a client that never reads, and serves others", async () => {
  let taken = 0;
  const counting = async function* (source: AsyncIterable<Uint8Array>) {
    for await (const chunk of asciiUpperCase(source)) {
      taken += chunk.length;
      yield chunk;
    }
  };
  await using server = new TestServer({ transform: counting });
  using deaf = await server.connect();
  const megabyte = new Uint8Array(1024 * 1024).fill(0x61);
  let sent = 0;
  const flooding = (async () => {
    while (sent < 512 * 1024 * 1024) sent += await deaf.write(megabyte);
  })();
  flooding.catch(() => {}); // it ends when the connection is closed
  let before;
  do { // until the flood stands still
    before = sent + taken;
    await new Promise((resolve) => setTimeout(resolve, 100));
  } while (sent + taken !== before);
  assert(sent < 64 * 1024 * 1024, `the client could send ${sent} bytes without reading any`);
  const conn = await server.connect();
  assertEquals(await exchange(conn, [encoder.encode("served")]), encoder.encode("SERVED"));
});

Deno.test("serve() stops accepting, lets a conversation finish, and then ends", async () => {
  await using server = new TestServer();
  const conn = await server.connect();
  await conn.write(encoder.encode("before "));
  await conn.read(new Uint8Array(64));
  const stopped = server.next("stop");
  server.stop();
  await stopped;
  await assertRejects(() => server.connect(), Deno.errors.ConnectionRefused);
  assertEquals(await exchange(conn, [encoder.encode("after")]), encoder.encode("AFTER"));
  await server.done;
  assertEquals(server.counts(), { listen: 1, accept: 1, stop: 1, close: 1 });
});

for (const how of ["when the time to finish is over", "at once when asked again"]) {
  Deno.test(`serve() closes what is open ${how}`, async () => {
    await using server = new TestServer({ grace: how.startsWith("at once") ? 60_000 : 50 });
    using conn = await server.connect();
    await conn.write(encoder.encode("x"));
    await conn.read(new Uint8Array(1));
    server.stop();
    if (how.startsWith("at once")) server.stopNow();
    assertEquals(await conn.read(new Uint8Array(1)), null);
    await server.done;
    assertEquals(server.counts(), { listen: 1, accept: 1, stop: 1, abort: 1 });
  });
}

Deno.test("serve() tells bytes, peer and duration of each connection", async () => {
  await using server = new TestServer();
  const conn = await server.connect();
  const { port } = conn.localAddr as Deno.NetAddr;
  await exchange(conn, [encoder.encode("straße")]);
  server.stop();
  await server.done;
  const end = server.events.find(({ event }) => event === "close");
  assert(end?.event === "close");
  const { milliseconds, ...rest } = end;
  assertEquals(rest, {
    event: "close",
    connection: 1,
    peer: `127.0.0.1:${port}`,
    bytesIn: 7,
    bytesOut: 7,
    error: null,
  });
  assert(milliseconds >= 0 && milliseconds < 60_000);
});

Deno.test("serve() makes a service that fails the end of one connection only", async () => {
  const transform = async function* (source: AsyncIterable<Uint8Array>) {
    for await (const chunk of source) {
      if (chunk[0] === 0x21) throw new RangeError("no exclamation marks");
      yield chunk;
    }
  };
  await using server = new TestServer({ transform });
  assertEquals((await exchange(await server.connect(), [encoder.encode("!")])).length, 0);
  assertEquals(await exchange(await server.connect(), [encoder.encode("?")]), encoder.encode("?"));
  server.stop();
  await server.done;
  assertEquals(server.counts(), { listen: 1, accept: 2, error: 1, close: 1, stop: 1 });
});

Deno.test("serve() works over IPv6", async () => {
  await using server = new TestServer({}, "[::1]:0");
  const conn = await Deno.connect({ hostname: "::1", port: server.port });
  assertEquals(await exchange(conn, [encoder.encode("six")]), encoder.encode("SIX"));
  assert(server.address.startsWith("[::1]:"));
});

Deno.test({
  name: "serve() works over a Unix socket",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/upper.sock`;
    {
      await using _server = new TestServer({}, `unix:${path}`);
      const never = new AbortController().signal;
      const endpoint = parseEndpoint(`unix:${path}`);
      const { channel } = await connect(endpoint, { timeout: 1000, signal: never });
      assertEquals(
        await exchange(channel as Deno.Conn, [encoder.encode("unix")]),
        encoder.encode("UNIX"),
      );
    }
    await assertRejects(() => Deno.lstat(path), Deno.errors.NotFound); // removed with the server
    await Deno.remove(folder);
  },
});
