import { assertEquals, assertRejects } from "@std/assert";
import { sayWaiting } from "../cli/waiting.ts";
import { fakeIo } from "./fakes.ts";

Deno.test("sayWaiting() says what is waited for, escaped, and erases it at the end", async () => {
  const io = fakeIo({ terminal: true });
  const { promise, resolve } = Promise.withResolvers<number>();
  const said = Promise.withResolvers<void>();
  const output = {
    ...io.stderr,
    write: async (bytes: Uint8Array) => {
      const count = await io.stderr.write(bytes);
      said.resolve();
      return count;
    },
  };
  const answer = sayWaiting(promise, "arp\x1b -an", output, 0);
  await said.promise;
  assertEquals(io.err(), "\r\x1b[Kwaiting for arp\\x1b -an; Ctrl-C ends");
  resolve(5);
  assertEquals(await answer, 5);
  assertEquals(io.err(), "\r\x1b[Kwaiting for arp\\x1b -an; Ctrl-C ends\r\x1b[K");
});

Deno.test("sayWaiting() says nothing of what takes no time, and rejects as the work does", async () => {
  const io = fakeIo({ terminal: true });
  assertEquals(await sayWaiting(Promise.resolve(1), "arp", io.stderr), 1);
  await assertRejects(
    () => sayWaiting(Promise.reject(new Error("no")), "arp", io.stderr),
    Error,
    "no",
  );
  assertEquals(io.err(), "");
});
