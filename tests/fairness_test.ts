import { assert } from "@std/assert";
import type { Source } from "../net/stream.ts";
import { upperCase } from "../net/upper.ts";
import { TestServer } from "./servers.ts";

/** Busy connections: more than the 128 that a Deno program serves at once. */
const CONNECTIONS = 400;

/** Messages that all connections together exchange. */
const MESSAGES = CONNECTIONS * 1000;

/**
 * Keeps all connections busy for a number of messages, not for a time, and looks at who had how many.
 * A server that serves the same 128 leaves the others with next to nothing.
 */
for (
  const [way, transform] of [
    ["the short way", upperCase],
    ["iterators", (source: Source) => upperCase(source)],
  ] as const
) {
  Deno.test({
    name: `serve() by ${way} leaves none of ${CONNECTIONS} busy connections behind`,
    timeout: 120_000,
    async fn() {
      await using server = await TestServer.start({ transform });
      const load = new Worker(new URL("./fairness_load.ts", import.meta.url), { type: "module" });
      const counted = new Promise<number[]>((resolve) => {
        load.onmessage = ({ data }) => resolve(data);
      });
      load.postMessage({ port: server.port, connections: CONNECTIONS, messages: MESSAGES });
      const counts = await counted;
      load.terminate();
      const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
      const least = Math.min(...counts);
      assert(least >= mean / 2, `${least} to ${Math.max(...counts)} messages, ${mean} on average`);
    },
  });
}
