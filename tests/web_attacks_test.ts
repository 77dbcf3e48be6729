import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes/concat";
import { writeAll } from "../net/stream.ts";
import { type ClientFrame, clientFrame } from "./client_frames.ts";
import { HTTP_ATTACKS } from "./http_attacks.ts";
import { HTTP_CASES } from "./http_cases.ts";
import { LINUX, needs } from "./needs.ts";
import { Netkit } from "./processes.ts";
import { exchangeText, readAll, resetBehind } from "./servers.ts";
import { type Vitals, vitals } from "./vitals.ts";
import { until, untilSteady } from "./waiting.ts";
import { nextMessage, openRawSocket, UPGRADE } from "./web_servers.ts";
import { WEBSOCKET_ATTACKS } from "./websocket_attacks.ts";
import { converse, expected } from "./websocket_conversations.ts";

const encoder = new TextEncoder();

/** Bytes of a text, a character each. */
function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A process of `netkit serve --web` with two clients, one of each listener, that talk with it all the time. */
class AttackedServer {
  readonly #process: Netkit;
  readonly #port: number;
  readonly web: number;
  readonly #conn: Deno.TcpConn;
  readonly #socket: WebSocket;
  /** Its descriptors before the attack. */
  #descriptors = 0;

  private constructor(
    process: Netkit,
    [port, web]: readonly [number, number],
    conn: Deno.TcpConn,
    socket: WebSocket,
  ) {
    this.#process = process;
    this.#port = port;
    this.web = web;
    this.#conn = conn;
    this.#socket = socket;
  }

  static async start(...args: readonly string[]): Promise<AttackedServer> {
    const process = new Netkit(["serve", "0", "--web", "0", ...args]);
    const [port, web] = await Promise.all(
      [/ listen +127\.0\.0\.1:(\d+),/, / listen +http:\/\/127\.0\.0\.1:(\d+)\/,/].map(
        async (pattern) => Number((await process.says(pattern))[1]),
      ),
    ) as [number, number];
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const socket = new WebSocket(`ws://127.0.0.1:${web}/ws`);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    const server = new AttackedServer(process, [port, web], conn, socket);
    await server.answersOthers();
    server.#descriptors = (await server.vitals()).descriptors;
    return server;
  }

  /** Connects to the listener for browsers. */
  connect(): Promise<Deno.TcpConn> {
    return Deno.connect({ hostname: "127.0.0.1", port: this.web });
  }

  vitals(): Promise<Vitals> {
    return vitals(this.#process.child.pid);
  }

  /** Both clients, and two new ones, are answered. */
  async answersOthers(): Promise<void> {
    const message = nextMessage(this.#socket);
    this.#socket.send("straße");
    await writeAll(this.#conn, encoder.encode("straße"));
    const answer = new Uint8Array(7);
    for (let at = 0; at < 7;) at += await this.#conn.read(answer.subarray(at)) ?? 7;
    assertEquals([new TextDecoder().decode(answer), await message], ["STRASSE", "STRASSE"]);
    const page = await this.connect();
    const health = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    const answers = await Promise.all([
      exchangeText(await Deno.connect({ hostname: "127.0.0.1", port: this.#port }), "x"),
      exchangeText(page, health),
    ]);
    assertEquals(answers.map((text) => text.split("\r\n\r\n").at(-1)), ["X", "ok\n"]);
  }

  /** It has no descriptor more than before. */
  async hasItsDescriptors(): Promise<void> {
    let now = 0;
    await until(
      async () => (now = (await this.vitals()).descriptors) <= this.#descriptors,
      () => `${now - this.#descriptors} descriptors are left open`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#conn.close();
    const gone = new Promise((resolve) => this.#socket.onclose = resolve);
    this.#socket.close();
    await gone;
    await this.#process[Symbol.asyncDispose]();
  }
}

/** Sends bytes, so many at a time, and the end; resolves to the status codes of the answers. */
async function statuses(
  conn: Deno.TcpConn,
  bytes: Uint8Array,
  cut: number,
): Promise<number[]> {
  conn.setNoDelay(true);
  const sending = (async () => {
    for (let at = 0; at < bytes.length; at += cut) {
      await writeAll(conn, bytes.subarray(at, at + cut));
    }
    await conn.closeWrite();
  })().catch(() => {}); // the server may have ended by then
  const text = new TextDecoder("latin1").decode(await readAll(conn));
  await sending;
  return text.match(/HTTP\/1\.1 \d{3} /g)?.map((line) => Number(line.slice(9))) ?? [];
}

/** Streams up to this length are sent byte by byte as well. */
const SHORT = 300;

const ALL_HEADS = [
  ...HTTP_CASES.map((each) => ({ ...each, cuts: [Infinity] })),
  ...HTTP_ATTACKS.map((each) => ({
    ...each,
    cuts: each.stream.length <= SHORT ? [Infinity, 1] : [Infinity],
  })),
];

for (const [kind, cases] of Map.groupBy(ALL_HEADS, ({ kind }) => kind)) {
  Deno.test(`serve --web answers others after each of the heads of the kind: ${kind}`, {
    ...needs(LINUX),
  }, async (t) => {
    await using server = await AttackedServer.start();
    for (const { what, stream, answers, cuts } of cases) {
      await t.step(what, async () => {
        for (const cut of cuts) {
          using conn = await server.connect();
          assertEquals(await statuses(conn, latin1(stream), cut), answers);
          await server.answersOthers();
        }
        await server.hasItsDescriptors();
      });
    }
  });
}

for (const { name, cases } of WEBSOCKET_ATTACKS) {
  Deno.test(`serve --web answers others after each attack by WebSocket: ${name}`, {
    ...needs(LINUX),
  }, async (t) => {
    await using server = await AttackedServer.start();
    for (const each of cases) {
      await t.step(each.name, async () => {
        {
          using socket = await openRawSocket(server.web);
          assertEquals(await converse(socket, each), expected(each));
          await server.answersOthers();
        }
        await server.hasItsDescriptors();
      });
    }
  });
}

/** The actions of a client until it is let go: resolves, when the server has taken all or takes no more, to what ends it. */
type Attack = (server: AttackedServer) => Promise<() => void | Promise<void>>;

/** Opens so many connections, and sends the bytes on each of them. */
function held(count: number, bytes: Uint8Array | string): Attack {
  return async (server) => {
    const conns: Deno.TcpConn[] = [];
    for (let i = 0; i < count; i++) {
      const conn = await server.connect();
      conns.push(conn);
      await writeAll(conn, typeof bytes === "string" ? latin1(bytes) : bytes);
    }
    return () => conns.forEach((conn) => conn.close());
  };
}

/** Sends the first bytes, then the others again and again, and reads nothing, until the server takes no more. */
function flood(first: string, again: Uint8Array): Attack {
  return async (server) => {
    const conn = await server.connect();
    let sent = 0;
    const sending = (async () => {
      await writeAll(conn, latin1(first));
      for (;;) {
        await writeAll(conn, again);
        sent += again.length;
      }
    })().catch(() => {}); // it is closed
    await untilSteady(() => sent);
    return async () => {
      conn.close();
      await sending;
    };
  };
}

/** Sends the first bytes, then the others one by one, each when others were answered once more. */
function drip(first: string, bytes: Uint8Array): Attack {
  return async (server) => {
    const conn = await server.connect();
    conn.setNoDelay(true);
    await writeAll(conn, latin1(first));
    for (const byte of bytes) {
      await conn.write(Uint8Array.of(byte));
      await server.answersOthers();
    }
    return () => conn.close();
  };
}

/** Resets a connection behind each of the bytes but the last, on a connection of its own each time. */
function resets(bytes: Uint8Array): Attack {
  return async (server) => {
    for (let length = 1; length < bytes.length; length++) {
      await resetBehind(server.web, bytes.subarray(0, length));
    }
    return () => {};
  };
}

const MIB = 1024 * 1024;
const OPEN = ["GET /ws HTTP/1.1", "Host: localhost", ...UPGRADE, "", ""].join("\r\n");

/** Returns about 64 KiB of one frame again and again. */
function many(frame: ClientFrame): Uint8Array {
  const bytes = clientFrame(frame);
  return concat(Array<Uint8Array>(Math.ceil(65_536 / bytes.length)).fill(bytes));
}

const CLIENTS = 20;

const ATTACKS: Readonly<Record<string, Attack>> = {
  ...Object.fromEntries(
    ["", "\r\n", "G", "GET / HTTP/1.1\r\nx: ", OPEN.slice(0, -2), "\x16"].map((text) => [
      `clients that have sent ${text.length} bytes of ${
        JSON.stringify(text.slice(0, 20))
      } and wait`,
      held(CLIENTS, text),
    ]),
  ),
  "WebSockets that say nothing": held(CLIENTS, OPEN),
  "WebSockets of which half a head of a frame has come": held(CLIENTS, `${OPEN}\x81`),
  "WebSockets of which a ping has come but for its last byte": held(
    CLIENTS,
    concat([latin1(OPEN), clientFrame({ opcode: 9, data: "alive?" }).subarray(0, -1)]),
  ),
  "WebSockets of which a message of a megabyte has come but for its last byte": held(
    CLIENTS,
    concat([latin1(OPEN), clientFrame({ data: "a".repeat(MIB) }).subarray(0, -1)]),
  ),
  "a client that asks and never reads": flood(
    "",
    latin1("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1000)),
  ),
  "content that never ends": flood(
    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999\r\n\r\n",
    new Uint8Array(65_536),
  ),
  "chunks that never end": flood(
    "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n",
    latin1("1\r\na\r\n".repeat(10_000)),
  ),
  "pings whose sender never reads": flood(OPEN, many({ opcode: 9, data: "a".repeat(125) })),
  "messages whose sender never reads": flood(OPEN, many({ data: "a" })),
  "long messages whose sender never reads": flood(OPEN, clientFrame({ data: "a".repeat(MIB) })),
  "a head that comes byte by byte": drip("", latin1("GET / HTTP/1.1\r\nHost:")),
  "frames that come byte by byte": drip(
    OPEN,
    concat([
      clientFrame({ final: false, data: "a" }),
      clientFrame({ opcode: 9, data: "b" }),
      clientFrame({ opcode: 0, data: "c" }),
    ]),
  ),
  "resets within a head": resets(latin1(OPEN.slice(0, 60))),
  "resets within a message": resets(
    concat([latin1(OPEN), clientFrame({ data: "straße" }), Uint8Array.of(0)]),
  ),
};

Deno.test("serve --web answers others beside each attack that lasts", {
  ...needs(LINUX),
}, async (t) => {
  await using server = await AttackedServer.start();
  for (const [what, attack] of Object.entries(ATTACKS)) {
    await t.step(what, async () => {
      const end = await attack(server);
      for (let i = 0; i < 3; i++) await server.answersOthers();
      await end();
      await server.answersOthers();
      await server.hasItsDescriptors();
    });
  }
});

/** Messages in very many frames, and pings: what comes first, again, and last. */
const MANY: Readonly<Record<string, readonly [ClientFrame, ClientFrame, ClientFrame]>> = {
  "text in fragments of a byte": [
    { final: false },
    { opcode: 0, final: false, data: "a" },
    { opcode: 0 },
  ],
  "bytes in fragments of one": [
    { opcode: 2, final: false },
    { opcode: 0, final: false, data: Uint8Array.of(0xff) },
    { opcode: 0 },
  ],
  "empty fragments": [{ final: false }, { opcode: 0, final: false }, { opcode: 0 }],
  "pings": [{}, { opcode: 9, data: "abc" }, {}],
  "pings within a message": [{ final: false }, { opcode: 9 }, { opcode: 0 }],
  "messages of a byte": [{}, { data: "a" }, {}],
};

/** Frames of each, and the memory that the server may have more than before, in KiB: it has 20 MiB at most. */
const [COUNT, MOST_KIB] = [200_000, 64 * 1024];

for (const [what, [first, again, last]] of Object.entries(MANY)) {
  Deno.test(`serve --web takes little memory for ${COUNT} frames: ${what}`, {
    ...needs(LINUX),
  }, async () => {
    await using server = await AttackedServer.start();
    const { residentKib } = await server.vitals();
    {
      using socket = await openRawSocket(server.web);
      const rest = socket.rest();
      const part = concat(Array<Uint8Array>(COUNT / 100).fill(clientFrame(again)));
      await socket.send(clientFrame(first));
      for (let i = 0; i < 100; i++) {
        await socket.send(part);
        if (i % 10 === 0) await server.answersOthers();
      }
      await socket.send(concat([clientFrame(last), clientFrame({ opcode: 8 })]));
      assertEquals((await rest).slice(-2), Uint8Array.of(0x88, 0));
    }
    const gain = (await server.vitals()).peakKib - residentKib;
    assert(gain <= MOST_KIB, `${gain} KiB more`);
    await server.hasItsDescriptors();
  });
}
