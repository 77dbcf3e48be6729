import { assertEquals } from "@std/assert";
import { createSocket, type Socket } from "node:dgram";
import { client } from "../client.ts";
import { openUdp } from "../net/udp_channel.ts";
import { fakeIo, run } from "./fakes.ts";

/** The time to wait for a further datagram in these tests: nobody waits so long, it is told to be over. */
const WAIT = 3_600_000;

/** What is waited for `WAIT` milliseconds. */
interface Waits {
  /** What happens when each of the times is over. */
  readonly ends: (() => void)[];
  /** Resolves to the first of these. */
  readonly begun: PromiseWithResolvers<() => void>;
}

/** Runs `act` with the timers of `WAIT` milliseconds, none of which ends by itself. */
async function withWaits(
  act: (waits: Waits, peer: Socket, asked: Promise<number>) => Promise<void>,
): Promise<void> {
  const peer = createSocket("udp4");
  await new Promise<void>((resolve) => peer.bind(0, "127.0.0.1", resolve));
  const asked = new Promise<number>((resolve) =>
    peer.once(
      "message",
      (_: unknown, { port }: { port: number }) => resolve(port),
    )
  );
  const { setTimeout: original } = globalThis;
  const waits: Waits = { ends: [], begun: Promise.withResolvers() };
  globalThis.setTimeout = ((...args: Parameters<typeof setTimeout>) => {
    if (args[1] !== WAIT) return original(...args);
    const end = args[0] as () => void;
    waits.ends.push(end);
    waits.begun.resolve(end);
    return 0;
  }) as typeof setTimeout;
  try {
    await act(waits, peer, asked);
  } finally {
    globalThis.setTimeout = original;
    await new Promise<void>((resolve) => peer.close(() => resolve()));
  }
}

Deno.test("each datagram that comes gives the peer the whole time for the next one", () =>
  withWaits(async (waits, peer, asked) => {
    const { channel } = await openUdp(
      { transport: "tcp", hostname: "127.0.0.1", port: peer.address().port },
      { wait: WAIT },
    );
    const buffer = new Uint8Array(64);
    await channel.write(Uint8Array.of(1));
    const port = await asked;
    await channel.closeWrite();
    assertEquals(waits.ends.length, 1);
    for (const count of [2, 3]) {
      peer.send(Uint8Array.of(2), port, "127.0.0.1");
      assertEquals(await channel.read(buffer), 1);
      assertEquals(waits.ends.length, count, "the time begins anew");
    }
    waits.ends.at(-1)!();
    assertEquals(await channel.read(buffer), null);
    channel.close();
  }));

Deno.test("client --udp waits as long as --wait says", () =>
  withWaits(async (waits, peer) => {
    const io = fakeIo({ stdin: "hello" });
    const to = `127.0.0.1:${peer.address().port}`;
    const running = run(client, ["--udp", "--mode", "send", "--wait", "3600", to], io);
    // Without the option it ends by itself, after a second.
    const over = waits.begun.promise.then((end) => (end(), running));
    assertEquals(await Promise.race([running, over]), 0);
    assertEquals(waits.ends.length, 1);
  }));
