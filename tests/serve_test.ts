import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { listen } from "../net/listen.ts";
import { parseEndpoint } from "../net/endpoint.ts";
import type { ServeOptions } from "../server/serve_options.ts";
import { asciiUpperCase, upperCase } from "../server/upper.ts";
import { connectAndReset, exchange, exchangeText, TestServer } from "./servers.ts";
import { until } from "./waiting.ts";
import type { Listener } from "../net/connection.ts";

const encoder = new TextEncoder();

/** The ways on which a connection is answered: a service that the server does not know goes the plain one. */
const WAYS: readonly (readonly [name: string, options: Partial<ServeOptions>])[] = [
  ["the short way", { transform: upperCase }],
  ["iterators", { transform: (source) => upperCase(source) }],
  ["the short way, watched", { transform: upperCase, verbose: true, idleTimeout: 60_000 }],
];

/** Tests a server on each way; `start` starts one. */
function everyWay(
  what: string,
  test: (
    start: (options?: Partial<ServeOptions>, where?: Listener) => Promise<TestServer>,
  ) => Promise<void>,
): void {
  for (const [name, way] of WAYS) {
    Deno.test(`serve() by ${name} ${what}`, () =>
      test((options, where) => TestServer.start({ ...way, ...options }, where)));
  }
}

everyWay("gives what toUpperCase() gives for the whole, however the text is cut", async (start) => {
  await using server = await start();
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

everyWay("keeps 200 conversations at once apart", async (start) => {
  await using server = await start();
  const conns = await Promise.all(Array.from({ length: 200 }, () => server.connect()));
  await Promise.all(conns.map(async (conn, i) => {
    const text = `client ${i}: ${"straße ".repeat(i * 3)}\n`.repeat(20);
    const answer = await exchange(conn, text.match(/.{1,97}/gs)!);
    assertEquals(new TextDecoder().decode(answer), text.toUpperCase());
  }));
  server.stop();
  await server.done;
  assertEquals(server.counts(), { accept: 200, close: 200, stop: 1 });
});

everyWay("answers while the client is still sending", async (start) => {
  await using server = await start();
  using conn = await server.connect();
  const buffer = new Uint8Array(64);
  for (const word of ["one", "two", "three"]) {
    await conn.write(encoder.encode(word));
    const count = await conn.read(buffer);
    assertEquals(new TextDecoder().decode(buffer.subarray(0, count!)), word.toUpperCase());
  }
});

everyWay("survives 500 clients that reset before they are accepted", async (start) => {
  const listener = await listen(parseEndpoint("0"));
  const port = Number(listener.address.split(":").at(-1));
  await Promise.all(Array.from({ length: 500 }, () => connectAndReset(port)));
  await using server = await start({}, listener);
  assertEquals(await exchangeText(await server.connect(), "still here"), "STILL HERE");
  server.stop();
  await server.done;
  const { retry = 0, reset = 0, accept = 0, close = 0 } = server.counts();
  assertEquals(retry + reset, 500);
  assertEquals(accept, reset + close);
});

everyWay("goes on when clients reset in the middle of a conversation", async (start) => {
  await using server = await start();
  await Promise.all(Array.from({ length: 50 }, () => connectAndReset(server.port, "some text")));
  assertEquals(await exchangeText(await server.connect(), "ok"), "OK");
  server.stop();
  await server.done;
  assertEquals(server.counts(), { accept: 51, reset: 50, close: 1, stop: 1 });
});

Deno.test("serve() holds no more than its buffers for a client that never reads, and serves others", async () => {
  let taken = 0;
  const counting = async function* (source: AsyncIterable<Uint8Array>) {
    for await (const chunk of asciiUpperCase(source)) {
      taken += chunk.length;
      yield chunk;
    }
  };
  await using server = await TestServer.start({ transform: counting });
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
  assertEquals(await exchangeText(await server.connect(), "served"), "SERVED");
});

/**
 * Resolves to whether `server` refuses connections: it does as soon as no program that another test is starting
 * has its socket open.
 */
async function refuses(server: TestServer): Promise<boolean> {
  try {
    (await server.connect()).close();
    return false;
  } catch (error) {
    return error instanceof Deno.errors.ConnectionRefused;
  }
}

everyWay("stops accepting, lets a conversation finish, and then ends", async (start) => {
  await using server = await start();
  const conn = await server.connect();
  await conn.write(encoder.encode("before "));
  await conn.read(new Uint8Array(64));
  server.stop();
  await server.saw("stop");
  await until(() => refuses(server));
  assertEquals(await exchangeText(conn, "after"), "AFTER");
  await server.done;
  assertEquals(server.counts(), { accept: 1, stop: 1, close: 1 });
});

for (const how of ["when the time to finish is over", "at once when asked again"]) {
  Deno.test(`serve() closes what is open ${how}`, async () => {
    const grace = how.startsWith("at once") ? 60_000 : 50;
    await using server = await TestServer.start({ grace });
    using conn = await server.connect();
    await conn.write(encoder.encode("x"));
    await conn.read(new Uint8Array(1));
    server.stop();
    if (how.startsWith("at once")) server.stopNow();
    assertEquals(await conn.read(new Uint8Array(1)), null);
    await server.done;
    assertEquals(server.counts(), { accept: 1, stop: 1, close: 1 });
    const end = server.events.at(-1);
    assert(end?.event === "close");
    assertEquals(end.reason, "the server stops");
  });
}

everyWay("tells bytes, peer and duration of each connection", async (start) => {
  await using server = await start();
  const conn = await server.connect();
  const peer = `127.0.0.1:${conn.localAddr.port}`;
  await exchangeText(conn, "straße");
  await server.saw("close");
  const end = server.events.at(-1);
  assert(end?.event === "close");
  const { durationMs, ...rest } = end;
  assertEquals(rest, {
    event: "close",
    connection: 1,
    peer,
    bytesIn: 7,
    bytesOut: 7,
    reason: null,
    error: null,
  });
  assert(durationMs >= 0 && durationMs < 60_000);
});

Deno.test("serve() tells every read and write when it is verbose", async () => {
  const seen: string[] = [];
  await using server = await TestServer.start({
    verbose: true,
    onEvent: (event) => {
      if (event.event !== "read" && event.event !== "write") return;
      seen.push(`${event.event} ${new TextDecoder().decode(event.data)}`);
    },
  });
  await exchangeText(await server.connect(), "hello");
  await server.saw("close");
  assertEquals(seen, ["read hello", "write HELLO", "read "]);
});

Deno.test("serve() makes a service that fails the end of one connection only", async () => {
  const transform = async function* (source: AsyncIterable<Uint8Array>) {
    for await (const chunk of source) {
      if (chunk[0] === 0x21) throw new RangeError("no exclamation marks");
      yield chunk;
    }
  };
  await using server = await TestServer.start({ transform });
  assertEquals(await exchangeText(await server.connect(), "!"), "");
  assertEquals(await exchangeText(await server.connect(), "?"), "?");
  server.stop();
  await server.done;
  assertEquals(server.counts(), { accept: 2, error: 1, close: 1, stop: 1 });
});
