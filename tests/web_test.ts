import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { concat } from "@std/bytes/concat";
import fc from "fast-check";
import { accessList, parseCidr } from "../server/access.ts";
import { SlowReaderError } from "../web/write_timeout.ts";
import type { Channel } from "../net/stream.ts";
import { Traffic } from "../web/stats.ts";
import { serveWithWeb } from "../web/serve_with_web.ts";
import { asciiUpperCase, upperCase } from "../server/upper.ts";
import { webHandler } from "../web/browser_connection.ts";
import { formatClose, formatFrame } from "../web/websocket_frame.ts";
import { RESOURCES } from "../web/resources.ts";
import { clientFrame } from "./client_frames.ts";
import { exchangeText, readAll } from "./servers.ts";
import { closed, nextMessage, ServerWithWeb, UPGRADE } from "./web_servers.ts";
import type { Listener } from "../net/connection.ts";

const encoder = new TextEncoder();

Deno.test("the listener for browsers serves every file of the page under a policy without exceptions", async () => {
  await using server = await ServerWithWeb.start();
  for (const [path, { type, content }] of RESOURCES) {
    const { status, head, text } = await server.ask([`GET ${path} HTTP/1.1`]);
    assertEquals([status, text], [200, content]);
    assertStringIncludes(head, `Content-Type: ${type}`);
    assertStringIncludes(head, "Content-Security-Policy: default-src 'none'; script-src 'self';");
    assert(!/unsafe|\*/.test(head));
    assertEquals((await server.ask([`HEAD ${path} HTTP/1.1`])).text, "");
  }
});

Deno.test("the page says nothing in HTML, and asks no other host for anything", () => {
  for (const [path, { content }] of RESOURCES) {
    assert(!/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b/.test(content), path);
    const urls = (content.match(/\b(https?|wss?):\/\/[^"'\s)]*/g) ?? [])
      .filter((url) => url !== "http://www.w3.org/2000/svg"); // a name, no address
    assertEquals(urls, [], path);
  }
  const html = RESOURCES.get("/")!.content;
  assert(!/\son[a-z]+=|\sstyle=|<style|<script(?![^>]*\ssrc=)/.test(html), "the policy forbids it");
});

const REFUSED: readonly (readonly [status: number, what: string, lines: readonly string[]])[] = [
  [421, "a host that is not this server", ["GET / HTTP/1.1", "Host: evil.example"]],
  [421, "such a host with the right port", ["GET / HTTP/1.1", "Host: evil.example:8080"]],
  [421, "an address of another machine", ["GET / HTTP/1.1", "Host: 192.0.2.1"]],
  [421, "a name that only begins like this server's", ["GET / HTTP/1.1", "Host: localhost.evil"]],
  [421, "an empty host", ["GET / HTTP/1.1", "Host:"]],
  [421, "a WebSocket by a foreign host", ["GET /ws HTTP/1.1", "Host: evil.example", ...UPGRADE]],
  [421, "events by a foreign host", ["GET /events HTTP/1.1", "Host: evil.example"]],
  [403, "a WebSocket of a foreign page", ["GET /ws HTTP/1.1", "Origin: http://evil", ...UPGRADE]],
  [403, "a WebSocket of a sandboxed page", ["GET /ws HTTP/1.1", "Origin: null", ...UPGRADE]],
  [
    403,
    "a WebSocket of another server on this machine",
    ["GET /ws HTTP/1.1", "Origin: http://127.0.0.1:1", ...UPGRADE],
  ],
  [403, "events of a foreign page", ["GET /events HTTP/1.1", "Origin: http://evil"]],
  [404, "a path where nothing is", ["GET /../main.ts HTTP/1.1"]],
  [405, "POST", ["POST / HTTP/1.1"]],
  [405, "a WebSocket by PUT", ["PUT /ws HTTP/1.1", ...UPGRADE]],
  [405, "content of POST", ["POST / HTTP/1.1", "Content-Length: 5"]],
  [405, "chunks of POST", ["POST / HTTP/1.1", "Transfer-Encoding: chunked"]],
  [400, "content of GET", ["GET / HTTP/1.1", "Content-Length: 5"]],
  [400, "a WebSocket with content", ["GET /ws HTTP/1.1", "Content-Length: 5", ...UPGRADE]],
  [421, "content for a foreign host", ["POST / HTTP/1.1", "Host: evil", "Content-Length: 5"]],
  [405, "OPTIONS *", ["OPTIONS * HTTP/1.1"]],
  [405, "CONNECT", ["CONNECT localhost:80 HTTP/1.1", "Host: localhost"]],
  [426, "a WebSocket in HTTP/1.0", ["GET /ws HTTP/1.0", ...UPGRADE]],
  [426, "HTTP where a WebSocket is", ["GET /ws HTTP/1.1"]],
  [426, "a WebSocket of an old version", ["GET /ws HTTP/1.1", UPGRADE[0]!, "Connection: Upgrade"]],
  [400, "a WebSocket without a key", ["GET /ws HTTP/1.1", ...UPGRADE.slice(0, 3)]],
  [400, "what is no HTTP", ["hello"]],
  [505, "another version of HTTP", ["GET / HTTP/3.0"]],
];

for (const [status, what, lines] of REFUSED) {
  Deno.test(`the listener for browsers refuses ${what} with ${status}`, async () => {
    await using server = await ServerWithWeb.start();
    // `ask` adds "Connection: close", which belongs to the list of "Connection: Upgrade".
    assertEquals((await server.ask(lines)).status, status);
  });
}

Deno.test("the listener for browsers answers by its address and as localhost, with any port", async () => {
  await using server = await ServerWithWeb.start();
  for (const host of ["127.0.0.1", "localhost:1", "LOCALHOST", `[::1]:${server.web}`]) {
    assertEquals((await server.ask(["GET / HTTP/1.1", `Host: ${host}`])).status, 200, host);
  }
  assertEquals((await server.ask(["GET /healthz HTTP/1.0"])).status, 200);
});

Deno.test("the listener for browsers answers one request after the other on a connection", async () => {
  await using server = await ServerWithWeb.start();
  const conn = await server.connect(server.web);
  const ask = (path: string, end: string) =>
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${end}\r\n`;
  await conn.write(encoder.encode(
    ask("/healthz", "") + ask("/nothing", "") +
      ask("/healthz", "Connection: close\r\n"),
  ));
  const answers = new TextDecoder().decode(await readAll(conn));
  conn.close();
  assertEquals(answers.match(/HTTP\/1.1 \d+/g), [200, 404, 200].map((code) => `HTTP/1.1 ${code}`));
});

Deno.test("a message comes back in upper case, text as text and bytes as bytes", async () => {
  await using server = await ServerWithWeb.start();
  const socket = await server.socket();
  const texts = ["", "<i>héllo</i>", "straße ŉ ﬁ ΐ ς", "a".repeat(65_536), "你".repeat(100_000)];
  for (const text of texts) {
    socket.send(text);
    assertEquals(await nextMessage(socket), text.toUpperCase());
  }
  socket.send(Uint8Array.of(0x61, 0xff, 0xc3, 0x9f, 0xc3));
  assertEquals(
    new Uint8Array(await nextMessage(socket) as ArrayBuffer),
    Uint8Array.of(0x41, 0xff, 0x53, 0x53, 0xc3),
  );
  assertEquals(await closed(socket), 1000);
});

Deno.test("any text comes back as toUpperCase() has it", async () => {
  await using server = await ServerWithWeb.start();
  const socket = await server.socket();
  await fc.assert(fc.asyncProperty(fc.string({ unit: "grapheme" }), async (text) => {
    socket.send(text);
    assertEquals(await nextMessage(socket), text.toUpperCase());
  }));
  await closed(socket);
});

Deno.test("200 conversations at once through each listener stay apart", async () => {
  await using server = await ServerWithWeb.start({}, { maxConnections: 300, requestGrace: 60_000 });
  const text = (i: number) => `client ${i}: ${"straße ".repeat(i)}`;
  await Promise.all(Array.from({ length: 200 }, async (_, i) => {
    const socket = await server.socket();
    for (let k = 0; k < 5; k++) {
      socket.send(text(i + k));
      assertEquals(await nextMessage(socket), text(i + k).toUpperCase());
    }
    await closed(socket);
    assertEquals(await exchangeText(await server.connect(), text(i)), text(i).toUpperCase());
  }));
});

Deno.test("nothing that is sent to the listener for browsers ends it", async () => {
  await using server = await ServerWithWeb.start();
  const junk = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.constantFrom("GET / HTTP/1.1\r\n", "Host: localhost\r\n", "\r\n", ...UPGRADE)
        .map((text) => encoder.encode(text)),
      fc.record({ opcode: fc.nat(15), final: fc.boolean(), data: fc.uint8Array() })
        .map(clientFrame),
    ),
    { minLength: 1, maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(junk, fc.boolean(), async (pieces, open) => {
      const conn = open ? (await server.upgrade()).conn : await server.connect(server.web);
      try {
        for (const piece of pieces) await conn.write(piece);
        await conn.closeWrite();
        await readAll(conn);
      } catch {
        // It may have closed already.
      }
      conn.close();
    }),
    { numRuns: 300 },
  );
  assertEquals((await server.ask(["GET /healthz HTTP/1.1"])).status, 200);
});

Deno.test("the WebSocket has the service of the server", async () => {
  await using server = await ServerWithWeb.start({ transform: asciiUpperCase });
  const socket = await server.socket();
  socket.send("straße");
  assertEquals(await nextMessage(socket), "STRAßE");
  await closed(socket);
});

Deno.test("a WebSocket that is opened by hand has the accept key of RFC 6455, section 1.3", async () => {
  await using server = await ServerWithWeb.start();
  using socket = await server.upgrade([`Origin: http://127.0.0.1:${server.web}`]);
  assertMatch(socket.head, /^HTTP\/1.1 101 /);
  assertStringIncludes(socket.head, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
});

Deno.test("frames and pings are answered in order, also those that came with the request", async () => {
  await using server = await ServerWithWeb.start();
  using socket = await server.upgrade();
  await socket.send(concat([
    clientFrame({ final: false, data: "stra" }),
    clientFrame({ opcode: 9, data: "ping" }),
    clientFrame({ opcode: 0, data: "ße" }),
    clientFrame({ opcode: 10, data: "nobody asked" }),
    clientFrame({ opcode: 2, data: "b" }),
    clientFrame({ opcode: 8, data: formatClose(1000, "bye") }),
    clientFrame({ data: "after the end" }),
  ]));
  assertEquals(
    await socket.rest(),
    concat([
      formatFrame("pong", encoder.encode("ping")),
      formatFrame("text", encoder.encode("STRASSE")),
      formatFrame("binary", encoder.encode("B")),
      formatFrame("close", formatClose(1000)),
    ]),
  );
});

const BROKEN: readonly (readonly [code: number, what: string, bytes: Uint8Array])[] = [
  [1002, "does not mask", clientFrame({ mask: null, data: "a" })],
  [1002, "sends a code that does not exist", clientFrame({ opcode: 8, data: formatClose(1005) })],
  [1007, "sends text that is none", clientFrame({ data: Uint8Array.of(0xff) })],
  [1009, "announces too long a message", clientFrame({ length: 1024 * 1024 + 1 })],
];

for (const [code, what, bytes] of BROKEN) {
  Deno.test(`a WebSocket that ${what} is closed with ${code}`, async () => {
    await using server = await ServerWithWeb.start();
    using socket = await server.upgrade();
    await socket.send(bytes);
    const [opcode, length, high, low] = await socket.rest();
    assertEquals([opcode, high! << 8 | low!], [0x88, code]);
    assert(length! > 2, "there is no reason");
    const end = await server.saw(({ event }) => event === "error");
    assert(end.event === "error" && end.error instanceof Error);
  });
}

Deno.test("a message of a megabyte is answered, and a longer one closes with 1009", async () => {
  await using server = await ServerWithWeb.start();
  const socket = await server.socket();
  socket.send("a".repeat(1024 * 1024));
  assertEquals(await nextMessage(socket), "A".repeat(1024 * 1024));
  const end = closed(socket, false);
  socket.send("a".repeat(1024 * 1024 + 1));
  assertEquals(await end, 1009);
});

Deno.test("a client that does not read is held up at its own cost, and then dropped", async () => {
  await using server = await ServerWithWeb.start({}, { readerTimeout: 200 });
  using socket = await server.upgrade();
  const message = clientFrame({ opcode: 2, data: new Uint8Array(1024 * 1024) });
  let sent = 0;
  const flooding = (async () => {
    for (; sent < 200; sent++) await socket.send(message);
  })();
  flooding.catch(() => {}); // it is dropped
  const end = await server.saw(({ event }) => event === "error");
  assert(end.event === "error" && end.error instanceof Error);
  assertEquals(end.error.message, "the client has read nothing for 0.2 s");
  assert(sent < 100, `it could send ${sent} MiB`);
  const other = await server.socket();
  other.send("served");
  assertEquals(await nextMessage(other), "SERVED");
  await closed(other);
});

Deno.test("a page that does not read its events is dropped", async () => {
  const traffic = new Traffic();
  const request = encoder.encode("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const cut = Promise.withResolvers<never>();
  cut.promise.catch(() => {}); // who waits for it is told
  let reads = 0;
  let writes = 0;
  const channel: Channel = {
    read(buffer) {
      if (reads++ > 0) return cut.promise;
      buffer.set(request);
      return Promise.resolve(request.length);
    },
    write: (bytes) => writes++ < 3 ? Promise.resolve(bytes.length) : cut.promise,
    closeWrite: () => Promise.resolve(),
    close: () => cut.reject(new Deno.errors.Interrupted("operation canceled")),
  };
  const talk = webHandler({
    resources: RESOURCES,
    answer: () => [],
    traffic,
    address: "127.0.0.1:1",
    protocol: "TCP",
    ...{ isOwn: () => true, origins: new Set<string>(), token: null },
    secure: false,
    draining: () => false,
    accepting: () => true,
    stop: new AbortController().signal,
    onAnswer: () => {},
    onUpgrade: () => 1,
    readerTimeout: 50,
  });
  const peer = "127.0.0.1:2";
  const error = await new Promise((resolve) =>
    talk(channel, { number: 1, peer, connection: { channel, peer }, end: resolve })
  );
  traffic.close();
  assert(error instanceof SlowReaderError);
});

Deno.test("a page that is gone without a word is found out by a ping", async () => {
  await using server = await ServerWithWeb.start({}, { pingInterval: 2000 });
  const answers = await server.socket(); // Deno answers, as browsers do
  using silent = await server.upgrade();
  const rest = await silent.rest();
  assertEquals(rest, formatFrame("ping", new Uint8Array()));
  const end = await server.saw(({ event }) => event === "error");
  assert(end.event === "error" && end.error instanceof Error);
  assertEquals(end.error.message, "it does not answer a ping");
  answers.send("still here");
  assertEquals(await nextMessage(answers), "STILL HERE");
  await closed(answers);
});

Deno.test("a request that does not come to its end in time is given up", async () => {
  await using server = await ServerWithWeb.start({}, { requestTimeout: 500 });
  for (const start of ["", "GET / HT", "GET / HTTP/1.1\r\nHost: x\r\n"]) {
    using conn = await server.connect(server.web);
    await conn.write(encoder.encode(start));
    const answer = new TextDecoder().decode(await readAll(conn));
    assertEquals(answer.slice(0, 13), start === "" ? "" : "HTTP/1.1 408 ");
  }
  assertEquals(await exchangeText(await server.connect(), "still here"), "STILL HERE");
});

Deno.test("the listener for browsers has a limit of its own, and refuses or lets wait as the other does", async () => {
  await using server = await ServerWithWeb.start({ whenFull: "refuse" }, { maxConnections: 1 });
  using first = await server.upgrade();
  using second = await server.connect(server.web);
  assertEquals((await readAll(second)).length, 0);
  const refused = await server.saw(({ event }) => event === "refuse");
  assert(refused.event === "refuse");
  assertEquals(refused.reason, "1 connection is open");
  assertEquals(await exchangeText(await server.connect(), "others"), "OTHERS");
  await first.send(clientFrame({ data: "first" }));
});

Deno.test("who is denied comes through neither listener", async () => {
  const access = accessList({ deny: [parseCidr("127.0.0.0/8")] });
  await using server = await ServerWithWeb.start({ access });
  for (const port of [server.port, server.web]) {
    using conn = await server.connect(port);
    await conn.write(encoder.encode("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")).catch(() => 0);
    assertEquals((await readAll(conn).catch(() => new Uint8Array())).length, 0);
  }
  await server.saw((event) => event.event === "refuse" && event.protocol === "HTTP");
});

Deno.test("a WebSocket on which nothing moves is closed like any connection", async () => {
  await using server = await ServerWithWeb.start({ idleTimeout: 500 });
  using socket = await server.upgrade();
  await socket.rest();
  const end = await server.saw(({ event }) => event === "close");
  assert(end.event === "close");
  assertEquals(end.reason, "idle for 0.5 s");
});

/** Resolves when what has been received contains `text`; returns it all. */
async function until(conn: Deno.TcpConn, text: string, before = ""): Promise<string> {
  let received = before;
  const buffer = new Uint8Array(65536);
  while (!received.includes(text)) {
    const count = await conn.read(buffer);
    if (count === null) throw new Error(`it ended with ${received}`);
    received += new TextDecoder().decode(buffer.subarray(0, count));
  }
  return received;
}

Deno.test("the events show both listeners: who comes, how much moves, who goes", async () => {
  await using server = await ServerWithWeb.start();
  using page = await server.connect(server.web);
  await page.write(encoder.encode("GET /events?tab=me HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  assertStringIncludes(await until(page, "event: start"), "Content-Type: text/event-stream");
  const conn = await server.connect();
  const peer = `127.0.0.1:${conn.localAddr.port}`;
  await until(page, `"listener":"tcp","peer":"${peer}"`);
  await conn.write(encoder.encode("hello"));
  await until(page, `"received":5,"sent":5,"state":"open"`);
  const socket = new WebSocket(`ws://127.0.0.1:${server.web}/ws?tab=me`);
  await new Promise((resolve) => socket.onopen = resolve);
  await until(page, `"own":2`);
  conn.close();
  await until(page, `"received":5,"sent":5,"state":"close"`);
  await closed(socket);
  await until(page, `"own":null`);
});

Deno.test("a page that was loaded again keeps its row when its first WebSocket ends", async () => {
  await using server = await ServerWithWeb.start();
  const open = async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.web}/ws?tab=me`);
    await new Promise((resolve) => socket.onopen = resolve);
    return socket;
  };
  const own = async () => {
    using page = await server.connect(server.web);
    await page.write(encoder.encode("GET /events?tab=me HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    return (await until(page, '"tcp":{')).match(/"own":(\w+)/)?.[1];
  };
  const first = await open();
  assertEquals(await own(), "1");
  const second = await open(); // before the server knows that the first one has gone
  assertEquals(await own(), "2");
  await closed(first);
  await server.saw((event) => event.event === "close" && event.connection === 1);
  assertEquals(await own(), "2");
  await closed(second);
  await server.saw((event) => event.event === "close" && event.connection === 2);
  assertEquals(await own(), "null");
});

for (
  const [address, secure, url] of [
    ["127.0.0.1:8080", false, "http://127.0.0.1:8080/"],
    ["0.0.0.0:8080", false, "http://localhost:8080/"],
    ["[::]:8080", false, "http://localhost:8080/"],
    ["[::]:8443", true, "https://localhost:8443/"],
    ["[::1]:8080", false, "http://[::1]:8080/"],
  ] as const
) {
  Deno.test(`the log names ${url} for a server of browsers that listens on ${address}`, async () => {
    const stop = new AbortController();
    const urls = new Set<string | undefined>();
    await serveWithWeb(silentListener("127.0.0.1:8000"), {
      listener: silentListener(address),
      host: address.replace(/:\d+$/, ""),
      secure,
      resources: RESOURCES,
      maxConnections: 1,
    }, {
      transform: upperCase,
      grace: 0,
      stop: stop.signal,
      stopNow: stop.signal,
      onEvent(event) {
        if (event.event === "listen" && event.url !== undefined) {
          urls.add(event.url);
          stop.abort();
        }
      },
    });
    assertEquals([...urls], [url]);
  });
}

/** A listener at `address` to which nobody comes. */
function silentListener(address: string): Listener {
  const { promise, resolve } = Promise.withResolvers<null>();
  return { address, protocol: "TCP over IPv4", accept: () => promise, close: () => resolve(null) };
}

Deno.test("nobody is in the table who has gone", async () => {
  await using server = await ServerWithWeb.start();
  for (let i = 0; i < 300; i++) await exchangeText(await server.connect(), "x");
  using page = await server.connect(server.web);
  await page.write(encoder.encode("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  const shown = await until(page, "event: rows");
  assert((shown.match(/"number":\d+,"listener"/g) ?? []).length <= 100);
  await until(page, "event: rows\ndata: []\n", shown); // the afterglow of the last ones is over
});

Deno.test("when the server stops, it says so, lets conversations finish, and closes pages with 1001", async () => {
  await using server = await ServerWithWeb.start({ grace: 60_000 });
  const conn = await server.connect();
  await conn.write(encoder.encode("x"));
  await conn.read(new Uint8Array(1));
  using page = await server.connect(server.web);
  await page.write(encoder.encode("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  const before = await until(page, "event: rows");
  const socket = await server.socket();
  assertEquals((await server.ask(["GET /healthz HTTP/1.1"])).status, 200);

  server.stop();
  assertEquals((await server.ask(["GET /healthz HTTP/1.1"])).status, 503);
  assertEquals((await server.ask(["GET /ws HTTP/1.1", ...UPGRADE])).status, 503);
  await until(page, `"draining":true`, before);
  socket.send("still here");
  assertEquals(await nextMessage(socket), "STILL HERE");

  const end = closed(socket, false);
  assertEquals(await exchangeText(conn, "finish"), "FINISH");
  assertEquals(await end, 1001);
  assertStringIncludes(new TextDecoder().decode(await readAll(page)), "event: stop\ndata:\n\n");
  await server.done;
});

Deno.test("a server that drains is unhealthy and talks with everybody who still comes", async () => {
  await using server = await ServerWithWeb.start({ drain: 60_000 });
  server.stop();
  await server.saw(({ event }) => event === "drain");
  assertEquals((await server.ask(["GET /healthz HTTP/1.1"])).status, 503);
  assertEquals(await exchangeText(await server.connect(), "late"), "LATE");
  const socket = await server.socket();
  socket.send("late, too");
  assertEquals(await nextMessage(socket), "LATE, TOO");
  await closed(socket);
});

Deno.test("a server that stops waits for no browser that is only connected", async () => {
  await using server = await ServerWithWeb.start({ grace: 60_000 });
  using conn = await server.connect(server.web);
  using half = await server.connect(server.web);
  await half.write(encoder.encode("GET / HT"));
  assertEquals((await server.ask(["GET /healthz HTTP/1.1"])).status, 200); // both are accepted
  server.stop();
  await server.done;
  assertEquals((await readAll(conn)).length + (await readAll(half)).length, 0);
});

Deno.test("a WebSocket that does not answer a close frame is closed all the same", async () => {
  await using server = await ServerWithWeb.start({ grace: 60_000 });
  using socket = await server.upgrade();
  server.stop();
  await server.done;
  assertEquals(await socket.rest(), formatFrame("close", formatClose(1001, "the server stops")));
});

Deno.test("connections of both listeners have numbers of one row, and WebSockets alone are told of", async () => {
  await using server = await ServerWithWeb.start();
  await server.text("/");
  const socket = await server.socket();
  await exchangeText(await server.connect(), "x");
  socket.send("hello");
  await nextMessage(socket);
  await closed(socket);
  const end = await server.saw((event) => event.event === "close" && event.connection === 1);
  assert(end.event === "close");
  assertEquals([end.bytesIn, end.bytesOut, end.error], [5, 5, null]);
  const told = server.events.filter(({ event }) => /accept|close|request/.test(event))
    .map((event) => "connection" in event && [event.event, event.connection]);
  assertEquals(told.toSorted(), [["accept", 1], ["accept", 2], ["close", 1], ["close", 2]]);
});

Deno.test("every request is told of when everything is", async () => {
  await using server = await ServerWithWeb.start({ verbose: true });
  await server.text("/nothing?x");
  const asked = await server.saw(({ event }) => event === "request");
  assert(asked.event === "request");
  const { peer: _, ...rest } = asked;
  assertEquals(rest, {
    event: "request",
    connection: 1,
    method: "GET",
    path: "/nothing",
    status: 404,
  });
  const socket = await server.socket();
  await closed(socket);
  await server.saw((event) => event.event === "close" && event.connection === 2);
  assertStringIncludes(
    await server.text("/metrics"),
    'netkit_connections_total{listener="web"} 1\n',
  );
});
