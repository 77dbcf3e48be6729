import { assertEquals } from "@std/assert";
import { GUARD } from "./waiting.ts";
import { ServerWithWeb } from "./web_servers.ts";
import { WEBSOCKET_CASES } from "./websocket_cases.ts";
import { converse, expected } from "./websocket_conversations.ts";

for (const { name, cases } of WEBSOCKET_CASES) {
  Deno.test(
    `a WebSocket server does what RFC 6455 says: ${name}`,
    { timeout: GUARD },
    async (t) => {
      await using server = await ServerWithWeb.start();
      for (const each of cases) {
        await t.step(each.name, async () => {
          using socket = await server.upgrade();
          assertEquals(await converse(socket, each), expected(each));
        });
      }
    },
  );
}
