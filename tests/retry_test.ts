import { assert, assertEquals, assertRejects } from "@std/assert";
import { isPassing, retry } from "../client/retry.ts";

const NEVER = new AbortController().signal;

Deno.test("retry() tries again until it works, and tells once that it waits", async () => {
  let tries = 0;
  const waits: unknown[] = [];
  const result = await retry((left) => {
    assert(left > 0 && left <= 60_000);
    if (++tries < 3) return Promise.reject(new Error(`${tries}`));
    return Promise.resolve("there");
  }, {
    time: 60_000,
    signal: NEVER,
    isPassing: () => true,
    onWait: (error) => waits.push((error as Error).message),
  });
  assertEquals({ result, tries, waits }, { result: "there", tries: 3, waits: ["1"] });
});

Deno.test("retry() rejects with the last reason when the time is over", async () => {
  let tries = 0;
  const attempt = () => Promise.reject(new Error(`try ${++tries}`));
  const options = { time: 500, signal: NEVER, isPassing: () => true };
  const error = await assertRejects(() => retry(attempt, options), Error);
  assert(tries >= 2);
  assertEquals(error.message, `try ${tries}`);
});

Deno.test("retry() makes no try for which there is no time left", async () => {
  let tries = 0;
  const attempt = () => Promise.reject(new Error(`try ${++tries}`));
  const options = { time: 30, signal: NEVER, isPassing: () => true }; // the first wait is longer
  await assertRejects(() => retry(attempt, options), Error, "try 1");
  assertEquals(tries, 1);
});

Deno.test("retry() gives up at once where trying again cannot help", async () => {
  let tries = 0;
  const attempt = () => Promise.reject(new Error(`try ${++tries}`));
  const options = { time: 60_000, signal: NEVER, isPassing: () => false };
  await assertRejects(() => retry(attempt, options), Error, "try 1");
});

Deno.test("retry() ends with the reason of its signal while it waits", async () => {
  const stop = new AbortController();
  const attempt = () => Promise.reject(new Error("no"));
  const onWait = () => stop.abort(new Error("stopped"));
  const options = { time: 60_000, signal: stop.signal, isPassing: () => true, onWait };
  await assertRejects(() => retry(attempt, options), Error, "stopped");
});

const ERRORS: [error: Error, passing: boolean][] = [
  [new Deno.errors.ConnectionRefused(), true],
  [new Deno.errors.ConnectionReset(), true],
  [new Deno.errors.NetworkUnreachable(), true],
  [new Deno.errors.NotFound(), true],
  [new DOMException("late", "TimeoutError"), true],
  [Object.assign(new Error("No route to host"), { code: "EHOSTUNREACH" }), true],
  [new Error("failed to lookup address information: Name or service not known"), true],
  [new Deno.errors.PermissionDenied(), false],
  [new Deno.errors.AddrNotAvailable(), false],
  [new Deno.errors.InvalidData("invalid peer certificate"), false],
  [new Error("something else"), false],
];

for (const [error, passing] of ERRORS) {
  Deno.test(`isPassing() is ${passing} for ${error.name} ${error.message}`, () => {
    assertEquals(isPassing(error), passing);
  });
}
