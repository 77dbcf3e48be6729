import { assert, assertEquals, assertRejects } from "@std/assert";
import { createSocket, type RemoteInfo } from "node:dgram";
import { connect, type ConnectOptions } from "../net/connect.ts";
import { parseEndpoint } from "../net/endpoint.ts";
import { lookUp } from "../net/dns.ts";
import { prepareTls } from "../net/node_tls.ts";
import { interleaved, race } from "../net/race.ts";
import { type Channel, writeAll } from "../net/stream.ts";
import { parseSource } from "../address/source_address.ts";
import { makeCertificate } from "./certificates.ts";
import { installed, LINUX, needs } from "./needs.ts";
import { freePort } from "./free_port.ts";

import { exchangeText, readAll } from "./servers.ts";
import { GUARD, untilSteady } from "./waiting.ts";
import type { TlsOptions } from "../net/tls.ts";

const NEVER = new AbortController().signal;
const encoder = new TextEncoder();

/** Connects to a port of loopback. */
function connectTo(port: number, options: Partial<ConnectOptions> = {}, host = "127.0.0.1") {
  const endpoint = parseEndpoint(`${host}:${port}`);
  return connect(endpoint, { timeout: GUARD, signal: NEVER, ...options });
}

/** Answers one connection in upper case, when its client has ended. */
async function answerOnce(listener: Deno.Listener): Promise<void> {
  const conn = await listener.accept();
  const text = new TextDecoder().decode(await readAll(conn));
  await writeAll(conn, encoder.encode(text.toUpperCase()));
  conn.close();
}

const [CERTIFICATE, OTHER] = installed("openssl")
  ? await Promise.all([makeCertificate(), makeCertificate("other.example")])
  : [null, null];

const tls: TlsOptions = { serverName: null, ca: CERTIFICATE?.cert ?? "", insecure: false };

/** Ways to a server on loopback that end in the same conversation. */
const WAYS: [what: string, options: Partial<ConnectOptions>][] = [
  ["TCP", {}],
  ["TCP, told step by step", { onStep() {} }],
  ["TCP from 127.0.0.2", { source: parseSource("127.0.0.2") }],
  ["TLS with a certificate that is trusted", { tls }],
  ["TLS without checking", { tls: { ...tls, ca: null, insecure: true } }],
  ["TLS from 127.0.0.2", { tls, source: parseSource("127.0.0.2") }],
  ["TLS by another name", { tls: { ...tls, serverName: "localhost" } }],
];

for (const [what, options] of WAYS) {
  Deno.test({
    name: `connect() gives a channel that half-closes over ${what}`,
    ...needs(...(options.tls ? ["openssl"] : []), ...(options.source ? [LINUX] : [])),
    async fn() {
      const where = { hostname: "127.0.0.1", port: 0 };
      using listener = options.tls
        ? Deno.listenTls({ ...where, ...CERTIFICATE! })
        : Deno.listen(where);
      const serving = answerOnce(listener);
      const { channel, peer } = await connectTo(listener.addr.port, options);
      assertEquals(peer, `127.0.0.1:${listener.addr.port}`);
      const text = "straße\n".repeat(50_000); // more than one buffer
      assertEquals(await exchangeText(channel, text) === text.toUpperCase(), true);
      await serving;
    },
  });
}

Deno.test("connect() comes from the address and port that it is told", {
  ...needs(LINUX),
}, async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = freePort("127.0.0.3");
  const accepting = listener.accept();
  const source = parseSource(`127.0.0.3:${port}`);
  const { channel } = await connectTo(listener.addr.port, { source });
  const conn = await accepting;
  const { hostname, port: seen } = conn.remoteAddr as Deno.NetAddr;
  assertEquals([hostname, seen], ["127.0.0.3", port]);
  conn.close();
  assertEquals(await channel.read(new Uint8Array(1)), null);
  channel.close();
});

Deno.test("connect() comes from a port alone that it is told, over TCP and UDP", {
  ...needs(LINUX),
}, async () => {
  const port = freePort();
  const source = parseSource(`:${port}`);
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = listener.accept();
  const { channel } = await connectTo(listener.addr.port, { source });
  const conn = await accepting;
  assertEquals(conn.remoteAddr.port, port);
  conn.close();
  assertEquals(await channel.read(new Uint8Array(1)), null);
  channel.close();
  const { socket, peers, port: served } = await udpServer();
  const udp = await connectTo(served, { source, udp: { wait: 50 } });
  await udp.channel.write(Uint8Array.of(1));
  await udp.channel.read(new Uint8Array(1));
  assertEquals(peers[0]!.port, port);
  udp.channel.close();
  socket.close();
});

Deno.test("connect() from a chosen address has Deno's names for errors", {
  ...needs(LINUX),
}, async () => {
  const port = freePort();
  const name = async (source: string, host?: string) => {
    const connecting = connectTo(port, { source: parseSource(source) }, host);
    return (await assertRejects(() => connecting, Error)).name;
  };
  assertEquals(await name("127.0.0.2"), "ConnectionRefused");
  assertEquals(await name("192.0.2.1"), "AddrNotAvailable"); // TEST-NET-1, RFC 5737
  const connecting = connectTo(port, { source: parseSource("::1") });
  await assertRejects(() => connecting, Error, "it is no IPv6 address");
});

const TLS_REFUSED: [what: string, options: Partial<TlsOptions>, message: RegExp][] = [
  ["a certificate that nobody has signed", { ca: null }, /UnknownIssuer/],
  [
    "a certificate of somebody else",
    { ca: OTHER?.cert ?? "" },
    /UnknownIssuer|Bad|self-signed|issuer/,
  ],
  [
    "a certificate for another name",
    { serverName: "other.example" },
    /altnames|not valid for name/,
  ],
];

for (const [what, options, message] of TLS_REFUSED) {
  Deno.test(`connect() refuses ${what}`, needs("openssl"), async () => {
    using listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...CERTIFICATE! });
    const serving = (async () => {
      const conn = await listener.accept();
      await conn.handshake().catch(() => {});
      conn.close();
    })();
    const { port } = listener.addr;
    const error = await assertRejects(
      () => connectTo(port, { tls: { ...tls, ...options } }),
      Error,
    );
    assert(message.test(error.message), error.message);
    await serving;
  });
}

Deno.test("connect() trusts the certificate that openssl req -x509 makes: it says CA:TRUE", {
  ...needs("openssl"),
}, async () => {
  const certificate = await makeCertificate("localhost", "TRUE");
  using listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...certificate });
  const serving = answerOnce(listener);
  const { port } = listener.addr;
  const { channel } = await connectTo(port, { tls: { ...tls, ca: certificate.cert } });
  assertEquals(await exchangeText(channel, "hello"), "HELLO");
  await serving;
});

for (const insecure of [false, true]) {
  Deno.test({
    name: `connect() does not wait longer for TLS than for TCP${insecure ? ", unchecked" : ""}`,
    timeout: GUARD,
    async fn() {
      await prepareTls(); // or its loading takes the time
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const accepting = listener.accept().catch(() => null);
      const options = { timeout: 300, tls: { ...tls, ca: null, insecure } };
      const error = await assertRejects(
        () => connectTo(listener.addr.port, options), // is accepted, and told nothing
        DOMException,
      );
      assertEquals(error.name, "TimeoutError");
      listener.close();
      (await accepting)?.close();
    },
  });
}

Deno.test("connect() ends with the reason of its signal, in TLS, too", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const stop = new AbortController();
  const accepting = listener.accept();
  const connecting = connectTo(listener.addr.port, {
    signal: stop.signal,
    tls: { ...tls, ca: null },
  });
  const conn = await accepting;
  stop.abort(new Error("stopped"));
  await assertRejects(() => connecting, Error, "stopped");
  conn.close();
});

const STEPS: [what: string, options: Partial<ConnectOptions>, steps: string[]][] = [
  ["TCP", {}, ["start", "look-up", "connect"]],
  ["TCP from 127.0.0.1", { source: parseSource("127.0.0.1") }, ["start", "look-up", "connect"]],
  ["TLS", { tls }, ["start", "look-up", "connect", "handshake"]],
  [
    "TLS without checking",
    { tls: { ...tls, ca: null, insecure: true } },
    ["start", "look-up", "connect", "handshake"],
  ],
  ["UDP", { udp: { wait: 50 } }, ["start", "look-up"]],
];

for (const [what, options, expected] of STEPS) {
  Deno.test({
    name: `connect() tells its steps in order over ${what}`,
    ...needs(...(options.tls ? ["openssl"] : [])),
    async fn() {
      const where = { hostname: "127.0.0.1", port: 0 };
      using listener = options.tls
        ? Deno.listenTls({ ...where, ...CERTIFICATE! })
        : Deno.listen(where);
      const serving = options.udp ? null : answerOnce(listener);
      const steps: string[] = [];
      const onStep = (step: string) => steps.push(step);
      const { channel } = await connectTo(listener.addr.port, { ...options, onStep }, "localhost");
      if (serving) assertEquals(await exchangeText(channel, "hello"), "HELLO");
      else channel.close();
      await serving;
      assertEquals(steps, expected);
    },
  });
}

Deno.test("race() goes on after addresses that fail, and rejects with the first error", async () => {
  const attempt = (address: string) =>
    address === "b"
      ? Promise.resolve(`at ${address}`)
      : Promise.reject(new Error(`not ${address}`));
  assertEquals(await race(["a", "b", "c"], NEVER, attempt, () => {}), "at b");
  await assertRejects(() => race(["a", "c"], NEVER, attempt, () => {}), Error, "not a");
});

Deno.test("race() does not wait for an address that does not answer, and ends that attempt", async () => {
  const ended: string[] = [];
  const attempt = (address: string, signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      if (address === "answers") return resolve(address);
      signal.addEventListener("abort", () => {
        ended.push(address);
        reject(signal.reason);
      });
    });
  assertEquals(await race(["silent", "answers"], NEVER, attempt, () => {}), "answers");
  assertEquals(ended, ["silent"]);
  const stop = new AbortController();
  const racing = race(["silent", "silent, too"], stop.signal, attempt, () => {});
  stop.abort(new Error("stopped"));
  await assertRejects(() => racing, Error, "stopped");
});

Deno.test("race() closes what comes second", async () => {
  const slow = Promise.withResolvers<string>();
  const closed = Promise.withResolvers<string>();
  const attempt = (address: string) => address === "slow" ? slow.promise : Promise.resolve(address);
  assertEquals(await race(["slow", "quick"], NEVER, attempt, closed.resolve), "quick");
  slow.resolve("slow");
  assertEquals(await closed.promise, "slow");
});

Deno.test("interleaved() has both versions of IP in turn, the system's first choice first", () => {
  assertEquals(interleaved(["::1", "::2", "::3", "1.1.1.1"]), ["::1", "1.1.1.1", "::2", "::3"]);
  assertEquals(interleaved(["1.1.1.1", "::1", "::2"]), ["1.1.1.1", "::1", "::2"]);
  assertEquals(interleaved([]), []);
});

Deno.test("connect() does not take itself for a server", { ...needs(LINUX) }, async () => {
  const port = freePort();
  const source = parseSource(`127.0.0.1:${port}`);
  const error = await assertRejects(() => connectTo(port, { source }), Error, "reached itself");
  assertEquals(error.name, "ConnectionRefused");
});

Deno.test("lookUp() takes an address for its own, and says when a name does not resolve", async () => {
  assertEquals(await lookUp("127.0.0.1"), ["127.0.0.1"]);
  assertEquals(await lookUp("::1", 6), ["::1"]);
  await assertRejects(
    () => lookUp("no-such-name.invalid"), // RFC 6761, section 6.4
    Error,
    "failed to lookup address information",
  );
});

const BY_NODE: [what: string, options: Partial<ConnectOptions>][] = [
  ["node:net", { source: parseSource("127.0.0.1") }],
  ["node:tls", { tls: { ...tls, insecure: true } }],
];

for (const [what, options] of BY_NODE) {
  Deno.test({
    name: `a channel of ${what} has back-pressure both ways`,
    ...needs(LINUX, ...(options.tls ? ["openssl"] : [])),
    fn: () => checkBackPressure(options),
  });
}

async function checkBackPressure(options: Partial<ConnectOptions>): Promise<void> {
  const where = { hostname: "127.0.0.1", port: 0 };
  using listener = options.tls ? Deno.listenTls({ ...where, ...CERTIFICATE! }) : Deno.listen(where);
  const accepting = listener.accept();
  const { channel } = await connectTo(listener.addr.port, options);
  const conn = await accepting;
  const block = new Uint8Array(65536);
  /** Writes until nothing more is taken, and returns how much it was. */
  const fill = async (output: Pick<Channel, "write">) => {
    let taken = 0;
    const writing = (async () => {
      for (;;) taken += await output.write(block);
    })().catch(() => {});
    await untilSteady(() => taken, 64 * 1024 * 1024);
    return { writing };
  };
  const filled = [await fill(channel), await fill(conn)];
  channel.close();
  conn.close();
  await Promise.all(filled.map(({ writing }) => writing));
}

/** A UDP socket on loopback that answers each datagram in upper case, and what it has received. */
async function udpServer() {
  const socket = createSocket("udp4");
  const received: string[] = [];
  const peers: RemoteInfo[] = [];
  socket.on("message", (data: Uint8Array, from: RemoteInfo) => {
    const text = new TextDecoder().decode(data);
    received.push(text);
    peers.push(from);
    socket.send(encoder.encode(text.toUpperCase()), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return { socket, received, peers, port: socket.address().port };
}

Deno.test("connect() by UDP sends each write as a datagram and ends after a quiet time", async () => {
  const { socket, received, port } = await udpServer();
  const { channel, peer } = await connectTo(port, { udp: { wait: 50 } });
  assertEquals(peer, `127.0.0.1:${port}`);
  const buffer = new Uint8Array(65536);
  for (const text of ["one", "two\n", "x".repeat(65_507)]) {
    await channel.write(encoder.encode(text));
    const count = await channel.read(buffer);
    assertEquals(new TextDecoder().decode(buffer.subarray(0, count!)), text.toUpperCase());
  }
  await channel.closeWrite();
  assertEquals(await channel.read(buffer), null);
  assertEquals(received.map((text) => text.length), [3, 4, 65_507]);
  const tooLong = await assertRejects(() => channel.write(new Uint8Array(65_508)), Error);
  assertEquals((tooLong as { code?: string }).code, "EMSGSIZE");
  channel.close();
  socket.close();
});

Deno.test("connect() by UDP reads nothing that somebody else has sent", async () => {
  const { socket, port, peers } = await udpServer();
  const stranger = createSocket("udp4");
  const { channel } = await connectTo(port, { udp: { wait: 50 } });
  const buffer = new Uint8Array(100);
  await channel.write(encoder.encode("first"));
  assertEquals(await channel.read(buffer), 5);
  const { port: near } = peers[0]!;
  await new Promise<void>((resolve) =>
    stranger.send(encoder.encode("forged"), near, "127.0.0.1", () => resolve())
  );
  await channel.write(encoder.encode("second"));
  const count = await channel.read(buffer);
  assertEquals(new TextDecoder().decode(buffer.subarray(0, count!)), "SECOND");
  await channel.closeWrite();
  assertEquals(await channel.read(buffer), null);
  channel.close();
  stranger.close();
  socket.close();
});

Deno.test("connect() by UDP reads a datagram in parts, and an empty one as nothing", async () => {
  const { socket, port, peers } = await udpServer();
  const { channel } = await connectTo(port, { udp: { wait: 50 } });
  await channel.write(encoder.encode("abc"));
  const small = new Uint8Array(2);
  assertEquals([await channel.read(small), await channel.read(small)], [2, 1]);
  socket.send(new Uint8Array(0), peers[0]!.port, "127.0.0.1");
  assertEquals(await channel.read(small), 0);
  channel.close();
  socket.close();
});

Deno.test("connect() by UDP ends a read under way when it is closed", async () => {
  const { socket, port } = await udpServer();
  const { channel } = await connectTo(port, { udp: { wait: 50 } });
  const reading = assertRejects(() => channel.read(new Uint8Array(1)), Error);
  channel.close();
  assertEquals((await reading).name, "Interrupted");
  socket.close();
});

Deno.test("connect() by UDP tells what it lost when datagrams come faster than they are read", async () => {
  const { socket, port, peers } = await udpServer();
  let lost = 0;
  const told = Promise.withResolvers<void>();
  const onLoss = () => {
    lost++;
    told.resolve();
  };
  const { channel } = await connectTo(port, { udp: { wait: 50, onLoss } });
  await channel.write(encoder.encode("hello"));
  const buffer = new Uint8Array(65_507);
  await channel.read(buffer);
  const sending = (async () => {
    for (let sent = 0; lost === 0 && sent < 10_000; sent++) {
      await new Promise((resolve) =>
        socket.send(buffer, peers[0]!.port, "127.0.0.1", () => resolve(null))
      );
      await new Promise((resolve) => setTimeout(resolve, 0)); // so that it arrives
    }
  })();
  await told.promise;
  await sending;
  channel.close();
  socket.close();
});
