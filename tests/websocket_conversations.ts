/**
 * Conversations of `websocket_cases.ts` with a server, and what comes of them in a form that is short to compare.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import { clientFrame, readServerFrames } from "./client_frames.ts";
import type { RawSocket } from "./web_servers.ts";
import type { Content, WebSocketCase } from "./websocket_cases.ts";

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

/** Has the conversation over a socket that is open; returns what the server has sent, the code of its close frame last. */
export async function converse(
  socket: RawSocket,
  { frames, cut, close }: WebSocketCase,
): Promise<string[]> {
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

/** Returns what `converse` has to return. */
export function expected({ answers = [], close = 1000 }: WebSocketCase): string[] {
  return [...answers.map(([kind, data]) => `${kind} ${shown(data)}`), `close ${close}`];
}
