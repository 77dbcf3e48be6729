import { assert, assertEquals } from "@std/assert";
import { Turnstile } from "../server/read_queue.ts";

/** A turnstile with this many connections open. */
function turnstileFor(open: number): Turnstile {
  const turnstile = new Turnstile();
  for (let i = 0; i < open; i++) turnstile.enter();
  return turnstile;
}

Deno.test("Turnstile lets everybody go at once while there is no crowd", () => {
  const turnstile = turnstileFor(96);
  let gone = 0;
  for (let i = 0; i < 50; i++) turnstile.pass({ go: () => gone++ });
  assertEquals(gone, 50);
});

Deno.test("Turnstile lets a crowd go in the order in which it came, some at a time", async () => {
  const turnstile = turnstileFor(500);
  const order: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  for (let i = 0; i < 300; i++) {
    turnstile.pass({
      go() {
        order.push(i);
        if (order.length === 300) resolve();
      },
    });
  }
  assertEquals(order, []); // not before the turn is over
  await promise; // also those behind others that stay silent
  assertEquals(order, Array.from({ length: 300 }, (_, i) => i));
});

Deno.test("Turnstile goes back to no queue when the crowd leaves", async () => {
  const turnstile = turnstileFor(100);
  const went = new Promise<void>((resolve) => turnstile.pass({ go: resolve }));
  for (let i = 0; i < 50; i++) turnstile.leave();
  let gone = false;
  turnstile.pass({ go: () => gone = true });
  assert(gone);
  await went; // who had queued up is not forgotten
});

Deno.test("Turnstile gives everybody as many turns when they come back again and again", async () => {
  const turnstile = turnstileFor(400);
  const counts = new Array<number>(400).fill(0);
  const { promise, resolve } = Promise.withResolvers<void>();
  let least = -1; // when the first one has had 50 turns
  let finished = 0;
  const walkers = counts.map((_, i) => ({
    go() {
      if (++counts[i]! < 50) return queueMicrotask(() => turnstile.pass(walkers[i]!));
      if (least === -1) least = Math.min(...counts);
      if (++finished === walkers.length) resolve();
    },
  }));
  for (const walker of walkers) turnstile.pass(walker);
  await promise;
  assert(least >= 49, `${least} to 50`);
});

/** Resolves when the turn is over, before any timer. */
async function turnIsOver(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

Deno.test("Turnstile lets nobody go while others wait behind those that tokio serves in a turn", async () => {
  const turnstile = turnstileFor(5000);
  const order: number[] = [];
  let count = 0;
  const answer = (most: number) => {
    for (const end = count + most; count < end;) {
      const number = count++;
      turnstile.pass({ go: () => order.push(number) });
    }
  };
  for (let burst = 0; burst < 5; burst++) {
    answer(128);
    await turnIsOver();
    assertEquals(order, []);
  }
  answer(70); // the rest of those who spoke at once
  await turnIsOver();
  assertEquals(order, Array.from({ length: 32 }, (_, i) => i));
  await new Promise<void>((resolve) => turnstile.pass({ go: resolve })); // the last one, too
});
