import { assertEquals } from "@std/assert";
import { createSocket, type Socket } from "node:dgram";
import type { Listener } from "../net/connection.ts";
import { listenForDatagrams } from "../net/udp_listen.ts";

/** Runs `test` with a listener, and a socket that sends to it. */
async function withListener(test: (listener: Listener, peer: Socket) => Promise<void>) {
  const listener = await listenForDatagrams(
    { transport: "tcp", hostname: "127.0.0.1", port: 0 },
    { wait: 3_600_000 },
  );
  const peer = createSocket("udp4");
  await new Promise<void>((resolve) => peer.bind(0, "127.0.0.1", resolve));
  try {
    await test(listener, peer);
  } finally {
    listener.close();
    await new Promise<void>((resolve) => peer.close(() => resolve()));
  }
}

/** Sends `text` to `listener`; resolves when a datagram that was sent after it has come. */
async function send(peer: Socket, listener: Listener, text: string): Promise<void> {
  const came = new Promise((resolve) => peer.once("message", resolve));
  peer.send(text, Number(listener.address.split(":").at(-1)), "127.0.0.1");
  peer.send("after it", peer.address().port, "127.0.0.1");
  await came;
}

Deno.test("listenForDatagrams() keeps what comes before it is accepted, the first peer's and the next one's", () =>
  withListener(async (listener, peer) => {
    for (const texts of [["one", "two"], ["three"]]) {
      for (const text of texts) await send(peer, listener, text);
      const { channel, peer: name } = (await listener.accept())!;
      assertEquals(name, `127.0.0.1:${peer.address().port}`);
      for (const text of texts) {
        const buffer = new Uint8Array(10);
        const count = await channel.read(buffer);
        assertEquals(new TextDecoder().decode(buffer.subarray(0, count!)), text);
      }
      channel.close();
    }
  }));

Deno.test("listenForDatagrams() closes its socket also when a peer waits to be accepted", () =>
  withListener(async (listener, peer) => {
    await send(peer, listener, "one");
    listener.close();
    assertEquals(await listener.accept(), null); // a socket that stays open fails the test
  }));
