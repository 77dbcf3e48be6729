/**
 * Every head and every message of an attacker, to a process of `netkit serve --web` that others talk with.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes/concat";
import { writeAll } from "../net/stream.ts";
import { AttackedServer, latin1 } from "./attacked_server.ts";
import { type ClientFrame, clientFrame } from "./client_frames.ts";
import { HTTP_ATTACKS } from "./http_attacks.ts";
import { HTTP_CASES } from "./http_cases.ts";
import { LINUX, needs } from "./needs.ts";
import { readAll } from "./servers.ts";
import { openRawSocket } from "./web_servers.ts";
import { WEBSOCKET_ATTACKS } from "./websocket_attacks.ts";
import { converse, expected } from "./websocket_conversations.ts";

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
