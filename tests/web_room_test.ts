import { assert, assertEquals } from "@std/assert";
import type { ServerEvent } from "../server/events.ts";
import type { Channel } from "../net/stream.ts";
import { Traffic } from "../web/stats.ts";
import { webHandler } from "../web/browser_connection.ts";
import { readAll } from "./servers.ts";
import { GUARD } from "./waiting.ts";
import { ServerWithWeb, UPGRADE } from "./web_servers.ts";

const encoder = new TextEncoder();

/** Nothing here may wait until a request takes too long. */
const requestTimeout = 600_000;

/** Resolves to clients of the listener for browsers that have sent `text` and are accepted. */
async function clients(
  server: ServerWithWeb,
  count: number,
  text: string,
): Promise<Deno.TcpConn[]> {
  const conns = [];
  for (let i = 0; i < count; i++) {
    const conn = await server.connect(server.web);
    await conn.write(encoder.encode(text));
    const peer = `127.0.0.1:${conn.localAddr.port}`;
    await server.saw((event) => event.event === "accept" && event.peer === peer);
    conns.push(conn);
  }
  return conns;
}

async function statusOfHealth(server: ServerWithWeb): Promise<number> {
  return (await server.ask(["GET /healthz HTTP/1.1"])).status;
}

const HELD: readonly (readonly [what: string, text: string, told: RegExp])[] = [
  ["sent half a head", "GET / HTTP/1.1\r\nX: ", /^HTTP\/1\.1 408 /],
  ["sent nothing", "", /^$/],
  ["had an answer and ask for nothing more", health(), /^HTTP\/1\.1 200 .*ok\n$/s],
  ["sent what is no request and stay", "x\r\n", /^HTTP\/1\.1 400 /],
  [
    "announce content that never comes",
    `${health("POST", "Content-Length: 9\r\n")}`,
    /^HTTP\/1\.1 405 /,
  ],
];

function health(method = "GET", fields = ""): string {
  return `${method} /healthz HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`;
}

for (const whenFull of ["wait", "refuse"] as const) {
  for (const [what, text, told] of HELD) {
    Deno.test(`the oldest of the clients that have ${what} makes room, where others ${whenFull}`, {
      timeout: GUARD,
    }, async () => {
      await using server = await ServerWithWeb.start(
        { whenFull, verbose: true },
        { maxConnections: 3, requestTimeout },
      );
      const conns = await clients(server, 3, text);
      for (let i = 0; i < 3; i++) assertEquals(await statusOfHealth(server), 200);
      assert(told.test(new TextDecoder().decode(await readAll(conns[0]!))));
      for (const conn of conns) conn.close();
    });
  }
}

Deno.test("a page that reads nothing of its answers makes room", { timeout: GUARD }, async () => {
  await using server = await ServerWithWeb.start(
    { verbose: true },
    { maxConnections: 2, requestTimeout, readerTimeout: requestTimeout },
  );
  const conns = await clients(server, 2, "");
  // More is asked for than the system buffers on the way back.
  const asking = conns.map(async (conn) => {
    const request = encoder.encode("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(200));
    for (;;) await conn.write(request);
  });
  const given = asking.map((each) => each.catch(() => {})); // it is given up
  assertEquals(await statusOfHealth(server), 200);
  assertEquals(await statusOfHealth(server), 200);
  for (const conn of conns) conn.close();
  await Promise.all(given);
});

Deno.test(
  "conversations make no room, and leave some for requests",
  { timeout: GUARD },
  async () => {
    await using server = await ServerWithWeb.start({}, { maxConnections: 16, requestTimeout });
    const sockets = [];
    for (let i = 0; i < 14; i++) sockets.push(await server.upgrade());
    const page = await server.connect(server.web);
    await page.write(encoder.encode("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    await page.read(new Uint8Array(1));
    assertEquals((await server.ask(["GET /ws HTTP/1.1", ...UPGRADE])).status, 503);
    assertEquals((await server.ask(["GET /events HTTP/1.1"])).status, 503);
    for (let i = 0; i < 20; i++) assertEquals(await statusOfHealth(server), 200);
    sockets.pop()![Symbol.dispose]();
    await server.saw(({ event }) => event === "reset" || event === "close" || event === "error");
    sockets.push(await server.upgrade());
    for (const socket of sockets) socket[Symbol.dispose]();
    page.close();
  },
);

Deno.test("an address keeps no more than a quarter of the places for what it has not finished", {
  timeout: GUARD,
}, async () => {
  await using server = await ServerWithWeb.start(
    { verbose: true },
    { maxConnections: 8, requestTimeout, requestGrace: 1000 },
  );
  const conns = await clients(server, 4, "GET /healthz HTTP/1.1\r\n");
  for (const conn of conns.slice(0, 2)) {
    const answer = new TextDecoder().decode(await readAll(conn));
    assert(answer.startsWith("HTTP/1.1 408 ") && answer.includes("more than 2 unfinished"), answer);
  }
  for (const conn of conns.slice(2)) {
    await conn.write(encoder.encode("Host: localhost\r\nConnection: close\r\n\r\n"));
    assert(new TextDecoder().decode(await readAll(conn)).startsWith("HTTP/1.1 200 "));
  }
  for (const conn of conns) conn.close();
});

Deno.test(
  "a TLS hello on the plain listener for browsers is told at once, to the client and in the log",
  { timeout: GUARD },
  async () => {
    await using server = await ServerWithWeb.start({}, { requestTimeout });
    using conn = await server.connect(server.web);
    await conn.write(Uint8Array.of(0x16, 0x03, 0x01));
    const buffer = new Uint8Array(1024);
    const count = await conn.read(buffer);
    assert(new TextDecoder().decode(buffer.subarray(0, count!)).startsWith("HTTP/1.1 400 "));
    await conn.closeWrite();
    const isRefusal = (event: ServerEvent) => event.event === "refuse" && event.protocol === "HTTP";
    const event = await server.saw(isRefusal);
    assert(event.event === "refuse" && event.reason.startsWith("this is a TLS hello"));
  },
);

Deno.test(
  "what is no request is counted, and told of when everything is",
  { timeout: GUARD },
  async () => {
    await using server = await ServerWithWeb.start({ verbose: true });
    await server.ask(["hello"]);
    const end = await server.saw(({ event }) => event === "error");
    assert(end.event === "error" && end.error instanceof Error);
    assertEquals(end.error.message, "the first line is no request line of HTTP/1.1");
    assert((await server.text("/metrics")).includes('{code="400"} 1\n'));
  },
);

Deno.test("a client that always has one more request lets others be served between two of them", {
  timeout: GUARD,
}, async () => {
  const request = encoder.encode("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(100));
  let answers = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let answersAtTurn = Infinity;
  const channel: Channel = {
    read(buffer) {
      timer ??= setTimeout(() => answersAtTurn = answers, 0);
      if (answers > 1000 || answersAtTurn < Infinity) return Promise.resolve(null);
      buffer.set(request.subarray(0, buffer.length));
      return Promise.resolve(Math.min(request.length, buffer.length));
    },
    write: (bytes) => Promise.resolve((answers++, bytes.length)),
    closeWrite: () => Promise.resolve(),
    close: () => {},
  };
  const traffic = new Traffic();
  const talk = webHandler({
    resources: new Map(),
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
  });
  const peer = "127.0.0.1:2";
  await new Promise((resolve) =>
    talk(channel, { number: 1, peer, connection: { channel, peer }, end: resolve })
  );
  traffic.close();
  assert(answersAtTurn < 10, `${answersAtTurn} answers before anybody else`);
});
