import { assert, assertEquals } from "@std/assert";
import { connect } from "../net/connect.ts";
import { parseEndpoint } from "../net/endpoint.ts";
import { listen } from "../net/listen.ts";
import { GUARD } from "./waiting.ts";
import { certificateFiles } from "./certificates.ts";
import { LINUX, needs } from "./needs.ts";
import { netkit, type StartOptions, startServer } from "./processes.ts";

const NEVER = new AbortController().signal;

/** Runs `act`; resolves to the connections that were told to send at once, whatever is on the way. */
async function withoutDelay(act: () => Promise<void>): Promise<Set<unknown>> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using some = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  const prototype = Object.getPrototypeOf(some);
  const original: Deno.TcpConn["setNoDelay"] = prototype.setNoDelay;
  const told = new Set<unknown>();
  prototype.setNoDelay = function (this: Deno.TcpConn, on = true) {
    original.call(this, on);
    if (on) told.add(this);
  };
  try {
    await act();
  } finally {
    prototype.setNoDelay = original;
  }
  return told;
}

Deno.test("a connection sends at once on both sides: Nagle's algorithm is off (RFC 9293, section 3.7.4)", async () => {
  const channels: unknown[] = [];
  const told = await withoutDelay(async () => {
    const listener = await listen(parseEndpoint("127.0.0.1:0"));
    const [near, far] = await Promise.all([
      connect(parseEndpoint(listener.address), { timeout: GUARD, signal: NEVER }),
      listener.accept(),
    ]);
    channels.push(near.channel, far!.channel);
    near.channel.close();
    far!.channel.close();
    listener.close();
  });
  assertEquals(channels.map((channel) => told.has(channel)), [true, true]);
});

Deno.test({
  name: "the kernel is asked to send at once, by server and client, also from an address of choice",
  ...needs("strace"),
  async fn() {
    const folder = await Deno.makeTempDir();
    const traced = (file: string): StartOptions => ({
      wrap: (words) => [
        ...["strace", "-f", "-qq", "-e", "trace=setsockopt", "-o", `${folder}/${file}`],
        ...words,
      ],
    });
    await using server = await startServer(["--once"], traced("server"));
    const to = `127.0.0.1:${server.port}`;
    assertEquals((await netkit(["client", to], "hello\n", traced("client"))).out, "HELLO\n");
    assertEquals((await server.end()).code, 0);
    await using other = await startServer(["--once"]);
    const from = ["client", "--source", "127.0.0.1", `127.0.0.1:${other.port}`];
    assertEquals((await netkit(from, "hello\n", traced("source"))).out, "HELLO\n");
    for (const file of ["server", "client", "source"]) {
      const calls = await Deno.readTextFile(`${folder}/${file}`);
      assert(/setsockopt\(\d+, SOL_TCP, TCP_NODELAY, \[1\], 4\) += 0/.test(calls), file + calls);
    }
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test({
  name: "the kernel sends at once what a TLS server answers: accepted sockets inherit it",
  ...needs("strace", "openssl", LINUX),
  async fn() {
    await using certificate = await certificateFiles();
    const folder = await Deno.makeTempDir();
    await using server = await startServer(["--once", ...certificate.args], {
      wrap: (command) => [
        ...["strace", "-f", "-qq", "-e", "trace=setsockopt,listen", "-o", `${folder}/server`],
        ...command,
      ],
    });
    const client = ["client", "--tls", "--insecure", `127.0.0.1:${server.port}`];
    assertEquals((await netkit(client, "hello\n")).out, "HELLO\n");
    assertEquals((await server.end()).code, 0);
    const calls = await Deno.readTextFile(`${folder}/server`);
    const [, listening] = calls.match(/listen\((\d+), 4096\)/) ?? [];
    assert(calls.includes(`setsockopt(${listening}, SOL_TCP, TCP_NODELAY, [1], 4) = 0`), calls);
    await Deno.remove(folder, { recursive: true });
  },
});
