import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { connect } from "node:net";
import { NearSideError, talk, type TalkInput } from "../net/talk.ts";

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
  const [near, far] = await pair();
  const out = output();
  const talking = talk(near, input(new TextEncoder().encode("question")), out, NEVER);
  const buffer = new Uint8Array(64);
  assertEquals(await far.read(buffer), 8);
  assertEquals(await far.read(buffer), null); // the end of input has arrived, the way back is open
  await far.write(new TextEncoder().encode("answer"));
  far.close();
  await talking;
  assertEquals(out.text(), "answer");
});

Deno.test("talk() ends with the peer while the input stays open", async () => {
  const [near, far] = await pair();
  const out = output();
  const talking = talk(near, input(new Uint8Array(), "stays open"), out, NEVER);
  await far.write(new TextEncoder().encode("bye"));
  far.close();
  await talking;
  assertEquals(out.text(), "bye");
});

Deno.test("talk() sends and receives at once: more both ways than any buffer holds", async () => {
  const [near, far] = await pair();
  const bytes = crypto.getRandomValues(new Uint8Array(65536));
  const megabytes = new Uint8Array(64 * 65536);
  for (let i = 0; i < 64; i++) megabytes.set(bytes, i * 65536);
  const out = output();
  const echo = far.readable.pipeTo(far.writable);
  await talk(near, input(megabytes), out, NEVER);
  await echo;
  assertEquals(out.length(), megabytes.length);
});

Deno.test("talk() stops reading its input when the peer does not read", async () => {
  const [near, far] = await pair();
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
  const talking = talk(near, endless, output(), stop.signal);
  let before;
  do { // until a whole turn of the timers has brought no further read
    before = given;
    await new Promise((resolve) => setTimeout(resolve, 50));
  } while (given !== before);
  stop.abort(new Error("enough"));
  await assertRejects(() => talking, Error, "enough");
  far.close();
});

Deno.test("talk() rejects with the reason of its signal, also one that was aborted before", async () => {
  const [near, far] = await pair();
  await assertRejects(
    () =>
      talk(
        near,
        input(new Uint8Array(), "stays open"),
        output(),
        AbortSignal.abort(new Error("stop")),
      ),
    Error,
    "stop",
  );
  assertEquals(await far.read(new Uint8Array(1)), null); // the connection was closed
  far.close();
});

for (const doing of ["read", "write"] as const) {
  Deno.test(`talk() tells when the near side cannot ${doing}, and closes the connection`, async () => {
    const [near, far] = await pair();
    await far.write(new Uint8Array(1));
    const broken = () => Promise.reject(new Deno.errors.BrokenPipe("gone"));
    const from = {
      ...input(new Uint8Array(), "stays open"),
      ...(doing === "read" ? { read: broken } : {}),
    };
    const to = doing === "write" ? { write: broken } : output();
    const error = await assertRejects(() => talk(near, from, to, NEVER), NearSideError);
    assertEquals(error.doing, doing);
    assertInstanceOf(error.cause, Deno.errors.BrokenPipe);
    assertEquals((await readAll(far)).length, 0);
  });
}

Deno.test("talk() rejects when the peer resets the connection", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const peer = connect(listener.addr.port, "127.0.0.1");
  const connected = new Promise((resolve) => peer.once("connect", resolve));
  const near = await listener.accept();
  await connected;
  const talking = talk(near, input(new Uint8Array(), "stays open"), output(), NEVER);
  const closed = new Promise((resolve) => peer.once("close", resolve));
  peer.resetAndDestroy();
  await assertRejects(() => talking, Deno.errors.ConnectionReset);
  await closed;
});
