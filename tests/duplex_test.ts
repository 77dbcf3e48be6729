import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { connect } from "node:net";
import type { Channel } from "../net/stream.ts";
import { LocalSideError, talk, type TalkInput } from "../talk/duplex.ts";
import { untilSteady } from "./waiting.ts";

const NEVER = new AbortController().signal;

/** Both ends of a real TCP connection on loopback. */
async function pair(): Promise<[Deno.TcpConn, Deno.TcpConn]> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connecting = Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  const accepted = await listener.accept();
  return [await connecting, accepted];
}

/** An input that gives `bytes` and then ends, or never says more if it is to stay open. */
function input(bytes: Uint8Array, end: "ends" | "stays open" = "ends"): TalkInput {
  let rest = bytes;
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  return {
    read(buffer) {
      if (rest.length === 0) return end === "ends" ? Promise.resolve(null) : promise;
      const part = rest.subarray(0, buffer.length);
      rest = rest.subarray(part.length);
      buffer.set(part);
      return Promise.resolve(part.length);
    },
    close: () => reject(new Deno.errors.Interrupted()),
  };
}

/** An output that keeps everything. */
function output() {
  const parts: Uint8Array[] = [];
  return {
    write(bytes: Uint8Array): Promise<number> {
      parts.push(bytes.slice());
      return Promise.resolve(bytes.length);
    },
    text: () => parts.map((part) => new TextDecoder().decode(part)).join(""),
    length: () => parts.reduce((sum, part) => sum + part.length, 0),
  };
}

async function readAll(conn: Deno.TcpConn): Promise<Uint8Array> {
  return new Uint8Array(await new Response(conn.readable).arrayBuffer());
}

Deno.test("talk() half-closes at the end of input and receives an answer that comes later", async () => {
  const [local, far] = await pair();
  const out = output();
  const talking = talk(local, input(new TextEncoder().encode("question")), out, { signal: NEVER });
  const buffer = new Uint8Array(64);
  assertEquals(await far.read(buffer), 8);
  assertEquals(await far.read(buffer), null); // the end of input has arrived, the way back is open
  await far.write(new TextEncoder().encode("answer"));
  far.close();
  await talking;
  assertEquals(out.text(), "answer");
});

Deno.test("talk() ends with the peer while the input stays open", async () => {
  const [local, far] = await pair();
  const out = output();
  const talking = talk(local, input(new Uint8Array(), "stays open"), out, { signal: NEVER });
  await far.write(new TextEncoder().encode("bye"));
  far.close();
  await talking;
  assertEquals(out.text(), "bye");
});

Deno.test("talk() leaves no timer when the peer ends before all input is sent", async () => {
  const [local, far] = await pair();
  const options = { signal: NEVER, wait: 3_600_000 };
  const talking = talk(local, input(new Uint8Array(), "stays open"), output(), options);
  far.close();
  assertEquals(await talking, "peer");
  await new Promise((resolve) => setTimeout(resolve, 0)); // the input has ended, too
  // A timer that was started now would keep the program for an hour: the sanitizer looks.
});

Deno.test("talk() sends and receives at once: more both ways than any buffer holds", async () => {
  const [local, far] = await pair();
  const bytes = crypto.getRandomValues(new Uint8Array(65536));
  const megabytes = new Uint8Array(64 * 65536);
  for (let i = 0; i < 64; i++) megabytes.set(bytes, i * 65536);
  const out = output();
  const echo = far.readable.pipeTo(far.writable);
  await talk(local, input(megabytes), out, { signal: NEVER });
  await echo;
  assertEquals(out.length(), megabytes.length);
});

Deno.test("talk() stops reading its input when the peer does not read", async () => {
  const [local, far] = await pair();
  const stop = new AbortController();
  let given = 0;
  const endless: TalkInput = {
    read(buffer) {
      given += buffer.length;
      if (given > 256 * 1024 * 1024) throw new Error("no back-pressure");
      return Promise.resolve(buffer.length);
    },
    close() {},
  };
  const talking = talk(local, endless, output(), { signal: stop.signal });
  await untilSteady(() => given);
  stop.abort(new Error("enough"));
  await assertRejects(() => talking, Error, "enough");
  far.close();
});

Deno.test("talk() rejects with the reason of its signal, also one that was aborted before", async () => {
  const [local, far] = await pair();
  await assertRejects(
    () =>
      talk(
        local,
        input(new Uint8Array(), "stays open"),
        output(),
        { signal: AbortSignal.abort(new Error("stop")) },
      ),
    Error,
    "stop",
  );
  assertEquals(await far.read(new Uint8Array(1)), null); // the connection was closed
  far.close();
});

for (const doing of ["read", "write"] as const) {
  Deno.test(`talk() tells when the local side cannot ${doing}, and closes the connection`, async () => {
    const [local, far] = await pair();
    await far.write(new Uint8Array(1));
    const broken = () => Promise.reject(new Deno.errors.BrokenPipe("gone"));
    const from = {
      ...input(new Uint8Array(), "stays open"),
      ...(doing === "read" ? { read: broken } : {}),
    };
    const to = doing === "write" ? { write: broken } : output();
    const error = await assertRejects(
      () => talk(local, from, to, { signal: NEVER }),
      LocalSideError,
    );
    assertEquals(error.doing, doing);
    assertInstanceOf(error.cause, Deno.errors.BrokenPipe);
    assertEquals((await readAll(far)).length, 0);
  });
}

Deno.test("talk() sends the rest of its input to a peer that has ended its half and reads late", async () => {
  const [local, far] = await pair();
  const bytes = new Uint8Array(32 * 1024 * 1024); // more than the buffers of both systems hold
  let taken = 0;
  const whole = input(bytes);
  const counted: TalkInput = {
    read: (buffer) => (taken++, whole.read(buffer)),
    close: () => whole.close(),
  };
  const options = { signal: NEVER, patience: () => Promise.resolve(1) };
  const talking = talk(local, counted, output(), options);
  await far.closeWrite();
  await untilSteady(() => taken);
  assertEquals((await readAll(far)).length, bytes.length);
  assertEquals(await talking, "peer");
});

Deno.test("talk() rejects when the peer resets the connection", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const peer = connect(listener.addr.port, "127.0.0.1");
  const connected = new Promise((resolve) => peer.once("connect", resolve));
  const local = await listener.accept();
  await connected;
  const talking = talk(local, input(new Uint8Array(), "stays open"), output(), { signal: NEVER });
  const closed = new Promise((resolve) => peer.once("close", resolve));
  peer.resetAndDestroy();
  await assertRejects(() => talking, Deno.errors.ConnectionReset);
  await closed;
});

Deno.test("talk() rejects after a reset of which only sending was told", async () => {
  // The system reports a reset once: a write may take the report, and reading then finds the end.
  const told = Promise.withResolvers<void>();
  const channel: Channel = {
    write() {
      told.resolve();
      return Promise.reject(new Deno.errors.ConnectionReset("reset"));
    },
    read: () => told.promise.then(() => null),
    closeWrite: () => Promise.resolve(),
    close() {},
  };
  const talking = talk(channel, input(new Uint8Array(1)), output(), { signal: NEVER });
  await assertRejects(() => talking, Deno.errors.ConnectionReset);
});

Deno.test("talk() ends well with a peer that had ended before it refused what was sent", async () => {
  const told = Promise.withResolvers<void>();
  const channel: Channel = {
    write() {
      told.resolve();
      return Promise.reject(new Deno.errors.BrokenPipe("gone"));
    },
    read: () => told.promise.then(() => null),
    closeWrite: () => Promise.resolve(),
    close() {},
  };
  const options = { signal: NEVER };
  assertEquals(await talk(channel, input(new Uint8Array(1)), output(), options), "peer");
  const keepOpen = { signal: NEVER, keepOpen: true };
  await assertRejects(
    () => talk(channel, input(new Uint8Array(1)), output(), keepOpen),
    Deno.errors.BrokenPipe,
  );
});

Deno.test("talk() rejects at once when sending fails for a reason of this side", async () => {
  const { promise, reject } = Promise.withResolvers<null>();
  const channel: Channel = {
    write: () => Promise.reject(new Error("Message too long (os error 90)")),
    read: () => promise,
    closeWrite: () => Promise.resolve(),
    close: () => reject(new Deno.errors.Interrupted()),
  };
  const talking = talk(channel, input(new Uint8Array(1)), output(), { signal: NEVER });
  await assertRejects(() => talking, Error, "Message too long");
});

Deno.test("talk() waits for a silent peer for as long as it is told, counted from the end of input", async () => {
  const [local, far] = await pair();
  const options = { signal: NEVER, wait: 20 };
  assertEquals(await talk(local, input(new Uint8Array(3)), output(), options), "wait");
  assertEquals((await readAll(far)).length, 3); // what was to be sent has arrived
});

Deno.test("talk() does not count the time to wait while there is input", async () => {
  const [local, far] = await pair();
  const stop = new AbortController();
  const from = input(new Uint8Array(1), "stays open");
  const talking = talk(local, from, output(), { signal: stop.signal, wait: 0 });
  const buffer = new Uint8Array(8);
  assertEquals(await far.read(buffer), 1);
  await new Promise((resolve) => setTimeout(resolve, 20)); // longer than it was told to wait
  await far.write(new Uint8Array(1));
  far.close();
  assertEquals(await talking, "peer");
});

Deno.test("talk() keeps a half-closed peer company to the end of input if it is told to", async () => {
  const [local, far] = await pair();
  const ended = Promise.withResolvers<void>();
  let rest: Uint8Array | null = new TextEncoder().encode("after");
  const later: TalkInput = {
    async read(buffer) {
      await ended.promise; // nothing is typed before the peer has ended its half
      const part = rest;
      rest = null;
      if (part) buffer.set(part);
      return part && part.length;
    },
    close() {},
  };
  const options = { signal: NEVER, keepOpen: true, onPeerEnd: () => ended.resolve() };
  const talking = talk(local, later, output(), options);
  await far.closeWrite();
  assertEquals(new TextDecoder().decode(await readAll(far)), "after");
  assertEquals(await talking, "peer");
});
