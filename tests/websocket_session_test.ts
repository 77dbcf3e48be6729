import { assert, assertEquals, assertRejects } from "@std/assert";
import { concat } from "@std/bytes/concat";
import { nextPiece } from "../server/long_work.ts";
import type { Channel } from "../net/stream.ts";
import { PIECE } from "../server/upper_message.ts";
import { WebSocketError } from "../web/websocket_frame.ts";
import { WebSocketSession } from "../web/websocket_session.ts";
import { clientFrame } from "./client_frames.ts";
import { until } from "./waiting.ts";

/** A channel that takes everything at once, what was written to it, and in how many writes. */
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
  return { channel, sent: () => concat(written), writes: () => written.length };
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
        yield { bytes: Uint8Array.of(0x41), isLast: false };
      }
    },
  });
  await session.run(longMessage());
  await other.ended;
  assert(pieces < MANY, "nobody was served meanwhile");
});

Deno.test("WebSocketSession has not more than some hundreds of the smallest messages in a piece of work", async () => {
  const frame = clientFrame({ opcode: 1, data: new Uint8Array() });
  const chunk = new Uint8Array(64 * 1024 - 64 * 1024 % frame.length);
  for (let at = 0; at < chunk.length; at += frame.length) chunk.set(frame, at);
  const { now } = performance;
  const { digest } = crypto.subtle;
  let time = now.call(performance), turns = 0;
  try {
    performance.now = () => time += 1; // whatever is done takes long: more than a piece of work may
    crypto.subtle.digest = (...args) => {
      turns++; // see nextPiece()
      return digest.apply(crypto.subtle, args);
    };
    const session = new WebSocketSession(memory().channel, { ...OPTIONS, answer: () => [] });
    await session.run((async function* () {
      yield await Promise.resolve(chunk);
    })());
  } finally {
    performance.now = now;
    crypto.subtle.digest = digest;
  }
  await until(() => performance.now() > time); // the next piece looks how long ago the last one was
  const most = chunk.length / frame.length / turns;
  assert(most <= 350, `${most} messages`);
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
    answer: () => [
      { bytes: Uint8Array.of(1), isLast: false },
      { bytes: Uint8Array.of(2, 3), isLast: false },
      { bytes: Uint8Array.of(4), isLast: true },
    ],
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
      yield { bytes: Uint8Array.of(1), isLast: false };
      closing = session.close(1001, "");
      yield { bytes: Uint8Array.of(2), isLast: true };
    },
  });
  await session.run(longMessage());
  await closing;
  assertEquals(sent(), Uint8Array.of(0x02, 1, 1, 0x88, 2, 1001 >> 8, 1001 & 0xff));
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
      for (; pieces < 100; pieces++) yield { bytes: new Uint8Array(PIECE), isLast: false };
    },
  });
  const running = session.run(longMessage()).catch((error) => error);
  await writing.promise;
  for (let i = 0; i < 10; i++) await nextPiece();
  blocked.reject(new Error("gone"));
  assertEquals((await running).message, "gone");
  assert(pieces <= 5, `${pieces} pieces`);
});

Deno.test("WebSocketSession writes the answers to all that was received at once, and in order", async () => {
  const { channel, sent, writes } = memory();
  const session = new WebSocketSession(channel, {
    ...OPTIONS,
    answer: (message) => [{ bytes: message, isLast: true }],
  });
  const numbers = Array.from({ length: 100 }, (_, i) => i);
  const frames = numbers.map((i) => clientFrame({ opcode: 2, data: Uint8Array.of(i) }));
  await session.run(ReadableStream.from([concat(frames)]));
  assertEquals(sent(), concat(numbers.map((i) => Uint8Array.of(0x82, 1, i))));
  assert(writes() < 10, `${writes()} writes`); // a busy machine lets others have their turn in between
});

Deno.test("WebSocketSession answers what came before a frame that breaks the protocol", async () => {
  const { channel, sent } = memory();
  const session = new WebSocketSession(channel, {
    ...OPTIONS,
    answer: (message) => [{ bytes: message, isLast: true }],
  });
  const frames = [clientFrame({ opcode: 2, data: Uint8Array.of(7) }), Uint8Array.of(0xf1, 0x80)];
  await assertRejects(() => session.run(ReadableStream.from([concat(frames)])), WebSocketError);
  assertEquals(sent().subarray(0, 5), Uint8Array.of(0x82, 1, 7, 0x88, sent()[4]!));
});

Deno.test("WebSocketSession writes the pongs to many pings at once, in order with answers", async () => {
  const { channel, sent, writes } = memory();
  const session = new WebSocketSession(channel, {
    ...OPTIONS,
    answer: (message) => [{ bytes: message, isLast: true }],
  });
  const pings = Array.from({ length: 100 }, (_, i) => ({ opcode: 9, data: Uint8Array.of(i) }));
  const frames = [...pings, { opcode: 2, data: Uint8Array.of(200) }].map(clientFrame);
  await session.run(ReadableStream.from([concat(frames)]));
  const pongs = pings.map(({ data }) => Uint8Array.of(0x8a, 1, ...data));
  assertEquals(sent(), concat([...pongs, Uint8Array.of(0x82, 1, 200)]));
  assert(writes() < 10, `${writes()} writes`); // a busy machine lets others have their turn in between
  assertEquals(session.sent, 1);
});
