import { assertEquals } from "@std/assert";
import { type GivenUp, Unfinished, type UnfinishedLimits } from "../server/unfinished.ts";

/** Returns an empty collection of unfinished things, and what it gives up, as it does. */
function collection(limits: UnfinishedLimits) {
  const givenUp: string[] = [];
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  const unfinished = new Unfinished<string>(limits, (thing: string, why: GivenUp) => {
    givenUp.push(`${thing} ${why}`);
    resolve();
  });
  return { unfinished, givenUp, gone };
}

Deno.test("Unfinished gives up the oldest of an address that has too many, and of no other", () => {
  const { unfinished, givenUp } = collection({ milliseconds: 60_000, all: 9, host: 2 });
  for (
    const [thing, host] of [
      ["x", "2001:db8:0:1::1"],
      ["a", "2001:db8::2"],
      ["b", "2001:db8::3"], // of the same network
      ["c", "2001:db8::2"],
    ] as const
  ) {
    unfinished.add(thing, host);
  }
  assertEquals(givenUp, ["a host"]);
  assertEquals([...["x", "a", "b", "c"]].map((thing) => unfinished.delete(thing)), [
    true,
    false,
    true,
    true,
  ]);
  assertEquals(unfinished.size, 0);
});

Deno.test("Unfinished gives up the oldest of all when there are too many", () => {
  const { unfinished, givenUp } = collection({ milliseconds: 60_000, all: 2, host: 2 });
  for (const thing of ["a", "b", "c", "d"]) unfinished.add(thing, `host of ${thing}`);
  unfinished.delete("c");
  unfinished.add("e", "::1");
  assertEquals(givenUp, ["a all", "b all"]);
  for (const thing of ["d", "e"]) unfinished.delete(thing);
});

Deno.test("Unfinished gives up what takes too long", async () => {
  const { unfinished, givenUp, gone } = collection({ milliseconds: 20, all: 2, host: 2 });
  unfinished.add("a", "::1");
  await gone;
  assertEquals([givenUp, unfinished.size], [["a time"], 0]);
});

Deno.test("Unfinished lets everything have its grace before it makes room for others", async () => {
  const limits = { milliseconds: 60_000, all: 9, host: 2, grace: 50 };
  const { unfinished, givenUp, gone } = collection(limits);
  const started = performance.now();
  for (const thing of ["a", "b", "c"]) unfinished.add(thing, "::1");
  assertEquals(givenUp, []);
  await gone;
  assertEquals(performance.now() - started >= 49, true);
  assertEquals([givenUp, unfinished.size], [["a host"], 2]);
  unfinished.add("d", "::1");
  unfinished.add("e", "::2");
  unfinished.delete("b");
  unfinished.delete("c");
  unfinished.delete("d");
  unfinished.delete("e");
  assertEquals(unfinished.size, 0);
});
