import { assertEquals } from "@std/assert";
import { withIdleTimeout } from "../talk/idle_channel.ts";
import type { Channel } from "../net/stream.ts";

/** A channel whose reads are answered by hand. */
function byHand() {
  let answer: (count: number | null) => void = () => {};
  const channel: Channel = {
    read: () => new Promise((resolve) => answer = resolve),
    write: (bytes) => Promise.resolve(bytes.length),
    closeWrite: () => Promise.resolve(),
    close: () => answer(null),
  };
  return { channel, answer: (count: number | null) => answer(count) };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

const buffer = new Uint8Array(1);

Deno.test("withIdleTimeout() tells when nothing is received for too long", async () => {
  const { channel } = byHand();
  const idle = Promise.withResolvers<void>();
  const watched = withIdleTimeout(channel, 10, idle.resolve);
  const reading = watched.read(buffer);
  await idle.promise;
  watched.close();
  assertEquals(await reading, null);
});

Deno.test("withIdleTimeout() does not count the time in which nobody reads", async () => {
  const { channel, answer } = byHand();
  let idle = 0;
  const watched = withIdleTimeout(channel, 10, () => idle++);
  const reading = watched.read(buffer);
  answer(1);
  assertEquals(await reading, 1);
  await pause(30); // longer than it may be quiet: what came is being looked at
  assertEquals(idle, 0);
  watched.close();
});

Deno.test("withIdleTimeout() counts what is sent after the peer's end", async () => {
  const { channel, answer } = byHand();
  const idle = Promise.withResolvers<void>();
  const watched = withIdleTimeout(channel, 10, idle.resolve);
  const reading = watched.read(buffer);
  answer(null);
  assertEquals(await reading, null);
  await watched.write(buffer);
  await idle.promise;
  watched.close();
});

Deno.test("withIdleTimeout() has no timer left when it is closed", async () => {
  const { channel } = byHand();
  const watched = withIdleTimeout(channel, 60_000, () => {});
  const reading = watched.read(buffer);
  watched.close(); // the sanitizer finds a timer
  assertEquals(await reading, null);
});
