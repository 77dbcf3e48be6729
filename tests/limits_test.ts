import { assert, assertEquals } from "@std/assert";
import { capacityFor } from "../server/capacity.ts";
import { accessList, parseCidr } from "../server/access.ts";
import { IdleWatch } from "../net/idle.ts";
import { behindProxy, HeaderWatch } from "../server/behind_proxy.ts";
import { RequestLimits } from "../web/request_limits.ts";
import { exchangeText, TestServer } from "./servers.ts";

const encoder = new TextEncoder();

/** Connects and lets one byte go both ways, so that the server surely has accepted. */
async function accepted(server: TestServer): Promise<Deno.TcpConn> {
  const conn = await server.connect();
  await conn.write(encoder.encode("x"));
  assertEquals(await conn.read(new Uint8Array(1)), 1);
  return conn;
}

Deno.test("serve() lets one connection too many wait in the listen queue", async () => {
  await using server = await TestServer.start({ maxConnections: 2 });
  const first = await accepted(server);
  using _second = await accepted(server);
  using third = await server.connect();
  await third.write(encoder.encode("waiting"));
  await using other = await TestServer.start(); // a whole conversation elsewhere: time enough
  await exchangeText(await other.connect(), "elsewhere");
  assertEquals(server.counts(), { accept: 2 });
  first.close();
  const buffer = new Uint8Array(16);
  const count = await third.read(buffer);
  assertEquals(new TextDecoder().decode(buffer.subarray(0, count!)), "WAITING");
});

Deno.test("serve() stops while a connection waits for its turn", async () => {
  await using server = await TestServer.start({ maxConnections: 1, grace: 0 });
  using _first = await accepted(server);
  using _second = await server.connect();
  server.stop();
  await server.done;
  assertEquals(server.counts(), { accept: 1, stop: 1, close: 1 });
});

Deno.test("serve() accepts and closes one connection too many when it is to refuse", async () => {
  await using server = await TestServer.start({ maxConnections: 1, whenFull: "refuse" });
  const first = await accepted(server);
  using second = await server.connect();
  assertEquals(await second.read(new Uint8Array(1)), null);
  first.close();
  await server.saw("close");
  assertEquals(await exchangeText(await server.connect(), "again"), "AGAIN");
  const refused = server.events.find(({ event }) => event === "refuse");
  assert(refused?.event === "refuse");
  assertEquals([refused.connection, refused.reason], [2, "1 connection is open"]);
});

Deno.test("serve() closes an idle connection and no other", async () => {
  await using server = await TestServer.start({ idleTimeout: 1000 });
  using silent = await server.connect();
  using busy = await server.connect();
  const buffer = new Uint8Array(8);
  let open = true;
  const talking = (async () => {
    while (open) { // well within the time, as fast as it goes
      await busy.write(encoder.encode("x"));
      assertEquals(await busy.read(buffer), 1);
    }
  })();
  assertEquals(await silent.read(new Uint8Array(1)), null);
  open = false;
  await talking;
  const end = server.events.find(({ event }) => event === "close");
  assert(end?.event === "close");
  assertEquals([end.reason, end.bytesIn], ["idle for 1 s", 0]);
});

Deno.test("serve() closes a client that reads nothing of its answers when it is idle", async () => {
  await using server = await TestServer.start({ idleTimeout: 200 });
  using deaf = await server.connect();
  const megabyte = new Uint8Array(1024 * 1024);
  const flooding = (async () => {
    for (;;) await deaf.write(megabyte);
  })();
  flooding.catch(() => {}); // the server closes
  await server.saw("close");
  assertEquals(server.counts(), { accept: 1, close: 1 });
});

Deno.test("serve() refuses whom it may not serve, and serves others", async () => {
  const loopback = [parseCidr("127.0.0.0/8")];
  await using denying = await TestServer.start({
    access: accessList({ allow: loopback, deny: loopback }),
  });
  using conn = await denying.connect();
  assertEquals(await conn.read(new Uint8Array(1)), null);
  assertEquals(denying.counts(), { refuse: 1 });
  await using allowing = await TestServer.start({ access: accessList({ allow: loopback }) });
  assertEquals(await exchangeText(await allowing.connect(), "in"), "IN");
});

Deno.test("serve() takes an IPv4 client of an IPv6 socket for IPv4", async () => {
  const access = accessList({ deny: [parseCidr("127.0.0.1/32")] });
  await using server = await TestServer.start({ access }, "[::]:0");
  using conn = await server.connect();
  assertEquals(await conn.read(new Uint8Array(1)), null);
  assertEquals(server.counts(), { refuse: 1 });
});

Deno.test("serve() ends after one connection, for which one that it refused does not count", async () => {
  let asked = 0;
  await using server = await TestServer.start({ once: true, access: () => asked++ > 0 });
  using refused = await server.connect();
  assertEquals(await refused.read(new Uint8Array(1)), null);
  assertEquals(await exchangeText(await server.connect(), "once"), "ONCE");
  await server.done;
  assertEquals(server.counts(), { refuse: 1, accept: 1, close: 1, stop: 1 });
});

Deno.test("serve() lets the one connection take longer than the time to finish", async () => {
  await using server = await TestServer.start({ once: true, grace: 10 });
  const conn = await accepted(server);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assertEquals(await exchangeText(conn, "late"), "LATE");
  await server.done;
  const end = server.events.find(({ event }) => event === "close");
  assertEquals(end?.event === "close" && end.reason, null);
});

Deno.test("IdleWatch tells what was not touched, in order, and needs no timer otherwise", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const idle: string[] = [];
  const watch = new IdleWatch<string>(30, (thing) => {
    idle.push(thing);
    if (idle.length === 2) resolve();
  });
  watch.touch("a");
  watch.touch("b");
  watch.touch("c");
  watch.touch("a");
  watch.delete("b");
  await promise;
  assertEquals(idle, ["c", "a"]);
  watch.touch("d");
  watch.delete("d"); // with the timer gone, the test leaks nothing
});

/** Lets this program do nothing, as on a machine that is busy or has slept. */
function standStill(milliseconds: number): void {
  for (const start = performance.now(); performance.now() - start < milliseconds;);
}

/** Resolves to both ends of a connection over loopback, on which `text` waits to be read. */
async function pairWith(text: string): Promise<[Deno.Conn, Deno.Conn]> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const client = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  const accepted = await listener.accept();
  await client.write(new TextEncoder().encode(text));
  return [client, accepted];
}

Deno.test("IdleWatch counts no time in which the program stood still", async () => {
  const [client, conn] = await pairWith("here");
  const idle: string[] = [];
  const watch = new IdleWatch<string>(100, (thing) => idle.push(thing));
  watch.touch("read");
  const reading = conn.read(new Uint8Array(4)).then(() => watch.delete("read"));
  standStill(300);
  await reading;
  assertEquals(idle, []);
  client.close();
  conn.close();
});

Deno.test("a PROXY header that has arrived counts, however long the server stood still", async () => {
  const [client, channel] = await pairWith("PROXY TCP4 192.0.2.1 192.0.2.2 51478 443\r\n");
  const admitted = behindProxy({ channel, peer: "127.0.0.1:1" }, new HeaderWatch(100));
  const module = import("../server/proxy_protocol.ts"); // it is loaded, and the header is waited for
  await module;
  standStill(300);
  assertEquals((await admitted).peer, "192.0.2.1:51478");
  client.close();
  channel.close();
});

Deno.test("a PROXY header that never comes is waited for no longer than it may take", async () => {
  const [client, channel] = await pairWith("PROXY ");
  const { reason } = await behindProxy({ channel, peer: "127.0.0.1:1" }, new HeaderWatch(50));
  assertEquals(reason, "no PROXY header in 0.05 s");
  client.close();
});

Deno.test("RequestLimits cuts no client of a crowd behind one address after standing still", async () => {
  const limits = new RequestLimits(300, 60_000, 100);
  const cut: string[] = [];
  const crowd = Array.from({ length: 200 }, () => ({
    host: "192.0.2.1",
    giveUp: (reason: string) => cut.push(reason),
  }));
  for (const each of crowd) limits.begin(each);
  standStill(300);
  await new Promise((resolve) => setTimeout(resolve)); // their heads are read in this turn
  for (const each of crowd) limits.end(each);
  assertEquals(cut, []);
});

for (
  const [given, fit, room] of [
    [{}, 1000, { sockets: 1000, browsers: 0, handshakes: 0 }],
    [{ web: 0 }, 1000, { sockets: 744, browsers: 256, handshakes: 0 }],
    [{ maxConnections: 7, web: 0 }, 1000, { sockets: 7, browsers: 7, handshakes: 0 }],
    [{ tlsCert: "cert" }, 1000, { sockets: 875, browsers: 0, handshakes: 125 }],
    [{ tlsCert: "cert", web: 0 }, 100, { sockets: 38, browsers: 38, handshakes: 12 }],
    [{ tlsCert: "cert", web: 0 }, 10_000, { sockets: 9232, browsers: 256, handshakes: 256 }],
    [{ tlsCert: "cert", maxConnections: 7 }, 1000, { sockets: 7, browsers: 7, handshakes: 125 }],
    [{ tlsCert: "cert", web: 0 }, 3, { sockets: 1, browsers: 1, handshakes: 1 }],
  ] as const
) {
  Deno.test(`capacityFor() shares ${fit} descriptors out, with ${JSON.stringify(given)}`, () => {
    const choices = { web: null, maxConnections: null, tls: false, tlsCert: null, ...given };
    assertEquals(capacityFor(choices, () => fit), room);
  });
}
