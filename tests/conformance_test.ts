import { assert, assertEquals, assertRejects } from "@std/assert";
import { connect } from "../net/connect.ts";
import { parseEndpoint } from "../net/endpoint.ts";
import { listen } from "../net/listen.ts";
import { type Channel, writeAll } from "../net/stream.ts";
import { makeCertificate } from "./certificates.ts";
import { freePort } from "./free_port.ts";
import { MemoryListener } from "./memory.ts";
import { type Need, needs, UNIX } from "./needs.ts";
import { exchange, exchangeText, readAll, TestServer } from "./servers.ts";
import { GUARD } from "./waiting.ts";
import type { Connection, Listener } from "../net/connection.ts";

/**
 * What every transport must do: the same tests over all of them, after the model of Go's
 * `golang.org/x/net/nettest`.
 */
interface Transport {
  readonly name: string;
  /** What it takes. */
  readonly takes?: Need;
  /** Resolves to a new listener, a way to connect to it, and a way to clean up. */
  make(): Promise<{
    listener: Listener;
    connect(): Promise<Channel>;
    clean?(): Promise<void>;
  }>;
}

const NEVER = new AbortController().signal;

async function tcp(where: string) {
  const listener = await listen(parseEndpoint(where));
  const endpoint = parseEndpoint(listener.address);
  const dial = async () => (await connect(endpoint, { timeout: GUARD, signal: NEVER })).channel;
  return { listener, connect: dial };
}

const TRANSPORTS: readonly Transport[] = [
  {
    name: "memory",
    make() {
      const listener = new MemoryListener();
      return Promise.resolve({ listener, connect: () => Promise.resolve(listener.connect()) });
    },
  },
  { name: "TCP over IPv4", make: () => tcp("127.0.0.1:0") },
  { name: "TCP over IPv6", make: () => tcp(`[::1]:${freePort("::1")}`) },
  {
    name: "Unix",
    takes: UNIX,
    async make() {
      const folder = await Deno.makeTempDir();
      const made = await tcp(`unix:${folder}/socket`);
      return { ...made, clean: () => Deno.remove(folder, { recursive: true }) };
    },
  },
  {
    name: "TLS",
    takes: "openssl",
    async make() {
      const certificate = await makeCertificate();
      const listener = await listen(parseEndpoint("127.0.0.1:0"), certificate);
      const port = Number(listener.address.split(":").at(-1));
      const caCerts = [certificate.cert];
      const dial = () => Deno.connectTls({ hostname: "localhost", port, caCerts });
      return { listener, connect: dial };
    },
  },
];

/** Makes a connected pair and gives it to `test`. */
function onPair(
  what: string,
  test: (local: Channel, far: Channel) => Promise<void>,
): void {
  for (const { name, takes, make } of TRANSPORTS) {
    Deno.test({
      name: `${name}: ${what}`,
      ...needs(...(takes === undefined ? [] : [takes])),
      async fn() {
        const { listener, connect, clean } = await make();
        const [local, far] = await Promise.all([connect(), listener.accept()]);
        assert(far);
        // A TLS handshake is done by reading and writing at both ends.
        const hello = Uint8Array.of(1);
        await Promise.all([local.write(hello), far.channel.read(new Uint8Array(1))]);
        await test(local, far.channel);
        for (const channel of [local, far.channel]) {
          try {
            channel.close();
          } catch {
            // the test has closed it
          }
        }
        listener.close();
        await clean?.();
      },
    });
  }
}

/** Starts a server and gives it to `test`. */
function onServer(
  what: string,
  test: (server: TestServer, connect: () => Promise<Channel>) => Promise<void>,
): void {
  for (const { name, takes, make } of TRANSPORTS) {
    Deno.test({
      name: `${name}: ${what}`,
      ...needs(...(takes === undefined ? [] : [takes])),
      async fn() {
        const { listener, connect, clean } = await make();
        {
          await using server = await TestServer.start({}, listener);
          await test(server, connect);
        }
        await clean?.();
      },
    });
  }
}

/** `length` bytes that repeat with no power of two. */
function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => i % 251);
}

const encoder = new TextEncoder();

onPair(
  "carries bytes both ways at once, in order, more than any buffer holds",
  async (local, far) => {
    const bytes = pattern(3_000_000);
    const send = async (channel: Channel) => {
      await writeAll(channel, bytes);
      await channel.closeWrite();
    };
    const [, , fromFar, fromLocal] = await Promise.all([
      send(local),
      send(far),
      readAll(local),
      readAll(far),
    ]);
    for (const received of [fromFar, fromLocal]) {
      assertEquals(received.length, bytes.length);
      assert(received.every((byte, i) => byte === i % 251));
    }
  },
);

onPair("half-closes: the other direction goes on", async (local, far) => {
  await local.closeWrite();
  assertEquals(await far.read(new Uint8Array(8)), null);
  await writeAll(far, encoder.encode("late"));
  await far.closeWrite();
  assertEquals(await readAll(local), encoder.encode("late"));
});

onPair("reads the end again after the end", async (local, far) => {
  await far.closeWrite();
  assertEquals(await local.read(new Uint8Array(8)), null);
  assertEquals(await local.read(new Uint8Array(8)), null);
});

onPair("gives the peer the end when it is closed", async (local, far) => {
  await writeAll(local, encoder.encode("last"));
  local.close();
  assertEquals(await readAll(far), encoder.encode("last"));
});

onPair("ends a read under way when it is closed", async (local) => {
  const reading = local.read(new Uint8Array(8));
  local.close();
  await assertRejects(() => reading, Error);
});

onServer("serves in upper case, whole and to the end", async (_server, connect) => {
  const text = "straße 你好 ŉ ﬁ\n".repeat(5000);
  assertEquals(await exchangeText(await connect(), text) === text.toUpperCase(), true);
});

onServer("keeps conversations apart", async (_server, connect) => {
  await Promise.all(Array.from({ length: 30 }, async (_, i) => {
    const text = `ß${i} `.repeat(1000 + i);
    assertEquals(await exchangeText(await connect(), text), text.toUpperCase());
  }));
});

onServer("answers nothing with nothing", async (_server, connect) => {
  assertEquals((await exchange(await connect(), [])).length, 0);
});

onServer("accounts for every connection", async (server, connect) => {
  for (let i = 0; i < 5; i++) await exchangeText(await connect(), "x");
  (await connect()).close();
  await server.saw("accept", 6);
  server.stop();
  await server.done;
  const { accept, close = 0, reset = 0, error = 0 } = server.counts();
  assertEquals([accept, close + reset + error], [6, 6]);
});

Deno.test("MemoryListener is closed like any other", async () => {
  const listener = new MemoryListener();
  const accepting: Promise<Connection | null> = listener.accept();
  listener.close();
  assertEquals(await accepting, null);
});
