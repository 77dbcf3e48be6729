import { assertEquals, assertMatch } from "@std/assert";
import { createSocket } from "node:dgram";
import { needs, UNIX } from "./needs.ts";
import { Netkit } from "./processes.ts";

/** What a peer sends that lives in a loop: the same, whatever it is answered. */
async function repeat(text: string, count: number, port: number): Promise<void> {
  const socket = createSocket("udp4");
  for (let i = 0; i < count; i++) {
    await new Promise((resolve) => socket.send(text, port, "127.0.0.1", resolve));
  }
  await new Promise<void>((resolve) => socket.close(() => resolve()));
}

Deno.test({
  name:
    "netkit serve --udp --log json tells what was lost, and in the end what became of everything",
  ...needs(UNIX),
  async fn() {
    await using server = new Netkit(["serve", "--udp", "0", "--log", "json"]);
    const [, port] = await server.says(/"bind".*127\.0\.0\.1:(\d+)/);
    await repeat("0123456789", 200, Number(port));
    await server.says(/"lost"/);
    server.signal("SIGTERM");
    const { err } = await server.end();
    const events = err.trimEnd().split("\n").map((line) => JSON.parse(line));
    const losses = events.filter(({ event }) => event === "lost");
    const reason = "the peer sends back what it was sent, as in a loop";
    const [first] = losses.filter((loss) => loss.reason === reason);
    assertMatch(first.peer, /^127\.0\.0\.1:\d+$/);
    const { event, datagrams } = events.at(-1);
    assertEquals(event, "totals");
    const { received, answered, refused, failed, lost } = datagrams;
    assertEquals(received, answered + refused + failed + lost);
    assertEquals([refused, failed], [0, 0]);
    const told = losses.filter((loss) => loss.peer !== null);
    assertEquals(told.reduce((sum, { count }) => sum + count, 0), lost);
  },
});

Deno.test({
  name: "netkit serve --udp says in words what was lost, and what became of everything",
  ...needs(UNIX),
  async fn() {
    await using server = new Netkit(["serve", "--udp", "0"]);
    const [, port] = await server.says(/bind +127\.0\.0\.1:(\d+), waiting/);
    await repeat("0123456789", 200, Number(port));
    await server.says(
      /lost +(a datagram|\d+ datagrams, the last) from 127\.0\.0\.1:\d+: the peer sends back what/,
    );
    server.signal("SIGTERM");
    const { err } = await server.end();
    assertMatch(err, /\d\d {2}totals {2}\d+ received, \d+ answered, \d+ lost(, .*)?\n$/);
  },
});
