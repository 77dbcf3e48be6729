import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes/concat";
import { clientFrame, readServerFrames } from "./client_frames.ts";
import { GUARD } from "./waiting.ts";
import { ServerWithWeb } from "./web_servers.ts";
import { type Content, WEBSOCKET_CASES, type WebSocketCase } from "./websocket_cases.ts";

const BYE = clientFrame({ opcode: 8, data: Uint8Array.of(1000 >> 8, 1000 & 0xff) });

/** Returns content in a form that is short to compare and to show. */
function shown(content: Content): string {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return bytes.length <= 200 ? bytes.toHex() : `${bytes.length} bytes, ${hash(bytes)}`;
}

/** FNV-1a: content that differs has another one. */
function hash(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193), 0x811c9dc5);
}

/** Has the conversation; returns what the server has sent, the code of its close frame last. */
async function converse(
  server: ServerWithWeb,
  { frames, cut, close }: WebSocketCase,
): Promise<string[]> {
  using socket = await server.upgrade();
  socket.conn.setNoDelay(true);
  const all = concat(frames.map(clientFrame));
  const bytes = close === undefined ? concat([all, BYE]) : all;
  const size = cut ?? bytes.length;
  const sending = (async () => {
    for (let at = 0; at < bytes.length; at += size) {
      await socket.send(bytes.subarray(at, at + size));
    }
  })().catch(() => {}); // the server may have refused by then
  const items = readServerFrames(await socket.rest());
  await sending;
  return items.map(({ kind, data }) =>
    kind === "close"
      ? `close ${data.length === 0 ? 1005 : data[0]! << 8 | data[1]!}`
      : `${kind} ${shown(data)}`
  );
}

for (const { name, cases } of WEBSOCKET_CASES) {
  Deno.test(
    `a WebSocket server does what RFC 6455 says: ${name}`,
    { timeout: GUARD },
    async (t) => {
      await using server = await ServerWithWeb.start();
      for (const each of cases) {
        await t.step(each.name, async () => {
          const { answers = [], close = 1000 } = each;
          const expected = answers.map(([kind, data]) => `${kind} ${shown(data)}`);
          assertEquals(await converse(server, each), [...expected, `close ${close}`]);
        });
      }
    },
  );
}
