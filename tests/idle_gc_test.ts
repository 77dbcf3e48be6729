import { assert, assertEquals } from "@std/assert";
import { IdleGc } from "../server/idle_gc.ts";
import { LINUX, needs } from "./needs.ts";
import { startServer } from "./processes.ts";
import { vitals } from "./vitals.ts";
import { until } from "./waiting.ts";

/** Resolves when the garbage of what `count` is told has been collected. */
async function collected(count: (afterCrowd: IdleGc) => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const afterCrowd = new IdleGc(resolve);
  count(afterCrowd);
  await promise;
  afterCrowd.close();
}

Deno.test("IdleGc collects when all but an eighth of a thousand have gone", async () => {
  await collected((afterCrowd) => {
    for (let open = 1; open <= 1000; open++) afterCrowd.count(open);
    for (let open = 999; open >= 125; open--) afterCrowd.count(open);
  });
});

Deno.test("IdleGc waits for nothing after fewer, and before they have gone", () => {
  const afterCrowd = new IdleGc(() => assert(false));
  for (const open of [999, 0, 1000, 126, 1000, 500]) afterCrowd.count(open);
  // A timer that was left would be found by the sanitizer of the test.
});

Deno.test("IdleGc does not collect once it is closed", () => {
  const afterCrowd = new IdleGc(() => assert(false));
  afterCrowd.count(5000);
  afterCrowd.count(0);
  afterCrowd.close();
});

Deno.test({
  name: "serve gives the memory of three thousand connections back when they have gone",
  ...needs(LINUX),
  async fn() {
    await using server = await startServer();
    const { pid } = server.child;
    const connections: Deno.TcpConn[] = [];
    for (let i = 0; i < 3000; i++) {
      const conn = await Deno.connect({ port: server.port });
      connections.push(conn);
      await conn.write(new TextEncoder().encode("crowd"));
      assertEquals(await conn.read(new Uint8Array(10)), 5);
    }
    const { residentKib: before } = await vitals(pid);
    for (const conn of connections) conn.close();
    let now = before;
    await until(
      async () => (now = (await vitals(pid)).residentKib) <= before - 10 * 1024,
      () => `${before} KiB before, ${now} KiB now`,
    );
  },
});
