import { concat } from "@std/bytes/concat";
import { writeAll } from "../net/stream.ts";
import { AttackedServer, latin1 } from "./attacked_server.ts";
import { type ClientFrame, clientFrame } from "./client_frames.ts";
import { LINUX, needs } from "./needs.ts";
import { resetBehind } from "./servers.ts";
import { untilSteady } from "./waiting.ts";
import { UPGRADE } from "./web_servers.ts";

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
      await conn.write(Uint8Array.of(byte)).catch(() => {}); // on a busy machine its time may be over
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
