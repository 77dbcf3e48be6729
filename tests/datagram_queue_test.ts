import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { FairQueue } from "../server/datagram_queue.ts";

const CAPACITY = 100_000;

/** Returns a datagram of `length` bytes, with a number by which it is known again. */
function datagram(host: string, port: number, number = 0, length = 10) {
  return { host, port, number, data: new Uint8Array(length) };
}

/** Appends a datagram if there is room; returns whether there was. */
function offer<T extends ReturnType<typeof datagram>>(queue: FairQueue<T>, item: T): boolean {
  const accepted = queue.accepts(item);
  if (accepted) queue.push(item);
  return accepted;
}

Deno.test("FairQueue serves hosts in turn, and the ports of a host in turn", () => {
  const queue = new FairQueue<ReturnType<typeof datagram>>(CAPACITY);
  for (const number of [1, 2, 3]) offer(queue, datagram("a", 1, number));
  offer(queue, datagram("a", 2, 4));
  offer(queue, datagram("b", 1, 5));
  const order = Array.from({ length: 6 }, () => queue.shift()?.number);
  assertEquals(order, [1, 5, 4, 2, 3, undefined]);
  assertEquals([queue.length, queue.bytes], [0, 0]);
});

Deno.test("FairQueue has room for everybody else while one port floods", () => {
  const queue = new FairQueue<ReturnType<typeof datagram>>(CAPACITY);
  while (offer(queue, datagram("a", 1)));
  assert(queue.bytes <= CAPACITY / 3 + 1000);
  assert(offer(queue, datagram("a", 2)), "another port of that host");
  assert(offer(queue, datagram("b", 1, 7)), "another host");
  queue.shift();
  queue.shift();
  assertEquals([queue.shift()?.port, queue.length > 10], [2, true]);
});

Deno.test("FairQueue has room for another host while one floods from thousands of ports", () => {
  const queue = new FairQueue<ReturnType<typeof datagram>>(CAPACITY);
  for (let i = 0; i < 5000; i++) offer(queue, datagram("a", i));
  assert(queue.bytes <= CAPACITY / 2 + 1000);
  assert(offer(queue, datagram("b", 1, 7)));
  assertEquals([queue.shift()?.host, queue.shift()?.host], ["a", "b"]);
});

Deno.test("FairQueue never holds more than its capacity, whoever sends", () => {
  const queue = new FairQueue<ReturnType<typeof datagram>>(CAPACITY);
  for (let i = 0; i < 20_000; i++) {
    offer(queue, datagram(`host ${i}`, i, i, i % 9 === 0 ? 65_507 : 0));
  }
  assert(queue.bytes <= CAPACITY);
});

Deno.test("FairQueue keeps the order of each port and loses nothing that it has accepted", () => {
  const step = fc.record({
    host: fc.constantFrom("a", "b", "c"),
    port: fc.integer({ min: 1, max: 3 }),
    length: fc.integer({ min: 0, max: 20_000 }),
    take: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const queue = new FairQueue<ReturnType<typeof datagram>>(CAPACITY);
    const waiting = new Map<string, number[]>();
    const take = () => {
      const next = queue.shift();
      if (next) assertEquals(waiting.get(`${next.host} ${next.port}`)?.shift(), next.number);
      return next;
    };
    steps.forEach(({ host, port, length, take: count }, number) => {
      if (offer(queue, datagram(host, port, number, length))) {
        const key = `${host} ${port}`;
        waiting.set(key, [...waiting.get(key) ?? [], number]);
      }
      assert(queue.bytes <= CAPACITY);
      for (let i = 0; i < count; i++) take();
    });
    while (take());
    assertEquals([...waiting.values()].flat(), []);
    assertEquals([queue.length, queue.bytes], [0, 0]);
  }));
});
