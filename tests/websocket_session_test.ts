import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes/concat";
import { nextPiece } from "../server/long_work.ts";
import type { Channel } from "../net/stream.ts";
import { PIECE } from "../server/upper_message.ts";
import { WebSocketSession } from "../web/websocket_session.ts";
import { clientFrame, readServerFrames } from "./client_frames.ts";

/** A channel that takes everything at once, and what was written to it. */
function memory() {
  const written: Uint8Array[] = [];
  const channel: Channel = {
    read: () => Promise.resolve(null),
    write(bytes) {
      written.push(bytes.slice());
      return Promise.resolve(bytes.length);
    },
    closeWrite: () => Promise.resolve(),
    close() {},
  };
  return { channel, sent: () => concat(written) };
}

/** What has a client say one message that is longer than a piece. */
async function* longMessage(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(clientFrame({ opcode: 2, data: new Uint8Array(PIECE + 1) }));
}

const OPTIONS = { pingInterval: null, count: () => {} };

/** Works for a millisecond. */
function work(): void {
  for (const end = performance.now() + 1; performance.now() < end;);
}

/** Starts an exchange with a server of this process; `done` is whether it is over. */
function exchange(): { done: boolean; ended: Promise<void> } {
  const state = { done: false, ended: Promise.resolve() };
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    using conn = await listener.accept();
    const buffer = new Uint8Array(1);
    await conn.read(buffer);
    await conn.write(buffer);
  })();
  state.ended = (async () => {
    using conn = await Deno.connect({ port: listener.addr.port });
    await conn.write(Uint8Array.of(1));
    await conn.read(new Uint8Array(1));
    await serving;
    listener.close();
    state.done = true;
  })();
  return state;
}

/** More pieces than it takes turns to exchange a byte: a few. */
const MANY = 2000;

Deno.test("nextPiece() lets sockets have their turn between pieces of work", async () => {
  const other = exchange();
  let pieces = 0;
  for (; !other.done && pieces < MANY; pieces++) {
    work();
    await nextPiece();
  }
  await other.ended;
  assert(pieces < MANY, "nobody was served meanwhile");
});

Deno.test("WebSocketSession lets others be served while it answers a long message", async () => {
  const other = exchange();
  let pieces = 0;
  const { channel } = memory();
  const session = new WebSocketSession(channel, {
    ...OPTIONS,
    *answer() {
      for (; !other.done && pieces < MANY; pieces++) {
        work();
        yield Uint8Array.of(0x41);
      }
    },
  });
  await session.run(longMessage());
  await other.ended;
  assert(pieces < MANY, "nobody was served meanwhile");
});

Deno.test("WebSocketSession lets others be served while thousands of small frames come", async () => {
  const other = exchange();
  const fragment = clientFrame({ opcode: 0, final: false, data: "a" });
  const ping = clientFrame({ opcode: 9 });
  const some = concat(Array.from({ length: 2000 }, (_, i) => i === 0 ? fragment : ping));
  let chunks = 0;
  async function* flood() {
    yield await Promise.resolve(clientFrame({ final: false }));
    for (; !other.done && chunks < MANY; chunks++) yield await Promise.resolve(some);
  }
  await new WebSocketSession(memory().channel, { ...OPTIONS, answer: () => [] }).run(flood());
  await other.ended;
  assert(chunks < MANY, "nobody was served meanwhile");
});

Deno.test("WebSocketSession answers a long message in several frames", async () => {
  const { channel, sent } = memory();
  let counted = 0;
  const session = new WebSocketSession(channel, {
    pingInterval: null,
    count: (_, sent) => counted += sent,
    answer: () => [Uint8Array.of(1), Uint8Array.of(2, 3), Uint8Array.of(4)],
  });
  await session.run(longMessage());
  assertEquals(sent(), Uint8Array.of(0x02, 1, 1, 0x00, 2, 2, 3, 0x80, 1, 4));
  assertEquals([session.received, session.sent, counted], [PIECE + 1, 4, 4]);
});

Deno.test("WebSocketSession sends nothing behind its close frame, also within an answer", async () => {
  const { channel, sent } = memory();
  let closing = Promise.resolve();
  const session = new WebSocketSession(channel, {
    ...OPTIONS,
    *answer() {
      yield Uint8Array.of(1);
      yield Uint8Array.of(2);
      closing = session.close(1001, "");
      yield Uint8Array.of(3);
    },
  });
  await session.run(longMessage());
  await closing;
  const [item, ...rest] = readServerFrames(sent());
  assertEquals([item?.kind, rest], ["close", []]);
  assertEquals(sent().subarray(-4), Uint8Array.of(0x88, 2, 1001 >> 8, 1001 & 0xff));
});

Deno.test("WebSocketSession makes no more of an answer than its client reads", async () => {
  const { channel } = memory();
  const blocked = Promise.withResolvers<never>();
  const writing = Promise.withResolvers<void>();
  let pieces = 0;
  const write = () => {
    writing.resolve();
    return blocked.promise;
  };
  const session = new WebSocketSession({ ...channel, write }, {
    ...OPTIONS,
    *answer() {
      for (; pieces < 100; pieces++) yield Uint8Array.of(1);
    },
  });
  const running = session.run(longMessage()).catch((error) => error);
  await writing.promise;
  for (let i = 0; i < 10; i++) await nextPiece();
  blocked.reject(new Error("gone"));
  assertEquals((await running).message, "gone");
  assert(pieces <= 2, `${pieces} pieces`);
});
