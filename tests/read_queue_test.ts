import { assert, assertEquals } from "@std/assert";
import { ReadQueue, turnDue } from "../server/read_queue.ts";

/** A read queue with this many connections open. */
function readQueueFor(open: number): ReadQueue {
  const readQueue = new ReadQueue();
  for (let i = 0; i < open; i++) readQueue.enter();
  return readQueue;
}

Deno.test("ReadQueue lets everybody resume at once while there is no crowd", () => {
  const readQueue = readQueueFor(96);
  let gone = 0;
  for (let i = 0; i < 50; i++) readQueue.enqueue({ resume: () => gone++ });
  assertEquals(gone, 50);
});

Deno.test("ReadQueue lets a crowd resume in the order in which it came, some at a time", async () => {
  const readQueue = readQueueFor(500);
  const order: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  for (let i = 0; i < 300; i++) {
    readQueue.enqueue({
      resume() {
        order.push(i);
        if (order.length === 300) resolve();
      },
    });
  }
  assertEquals(order, []); // not before the turn is over
  await promise; // also those behind others that stay silent
  assertEquals(order, Array.from({ length: 300 }, (_, i) => i));
});

Deno.test("ReadQueue goes back to no queue when the crowd leaves", async () => {
  const readQueue = readQueueFor(100);
  const went = new Promise<void>((resolve) => readQueue.enqueue({ resume: resolve }));
  for (let i = 0; i < 50; i++) readQueue.leave();
  let gone = false;
  readQueue.enqueue({ resume: () => gone = true });
  assert(gone);
  await went; // who had queued up is not forgotten
});

Deno.test("ReadQueue gives everybody as many turns when they come back again and again", async () => {
  const readQueue = readQueueFor(400);
  const counts = new Array<number>(400).fill(0);
  const { promise, resolve } = Promise.withResolvers<void>();
  let least = -1; // when the first one has had 50 turns
  let finished = 0;
  const readers = counts.map((_, i) => ({
    resume() {
      if (++counts[i]! < 50) return queueMicrotask(() => readQueue.enqueue(readers[i]!));
      if (least === -1) least = Math.min(...counts);
      if (++finished === readers.length) resolve();
    },
  }));
  for (const reader of readers) readQueue.enqueue(reader);
  await promise;
  assert(least >= 49, `${least} to 50`);
});

/** Resolves when the turn is over, before any timer. */
async function turnIsOver(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

Deno.test("ReadQueue lets nobody resume while others wait behind those that tokio serves in a turn", async () => {
  const readQueue = readQueueFor(5000);
  const order: number[] = [];
  let count = 0;
  const answer = (most: number) => {
    for (const end = count + most; count < end;) {
      const number = count++;
      readQueue.enqueue({ resume: () => order.push(number) });
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
  await new Promise<void>((resolve) => readQueue.enqueue({ resume: resolve })); // the last one, too
});

Deno.test("turnDue() lets streams that never stop wait together, and then not for a while", async () => {
  const first = turnDue();
  assertEquals(turnDue(), first); // the first one is due at once: nobody has waited yet
  await first;
  assertEquals(turnDue(), null);
});
