import { assertEquals } from "@std/assert";
import { describeTotals } from "../port/totals.ts";
import type { KernelSocket } from "../sockets/socket.ts";
import { describeSockets, formatCommand } from "../sockets/text.ts";

const COMMANDS: readonly (readonly [words: readonly string[], line: string])[] = [
  [["python3", "-m", "http.server"], "python3 -m http.server"],
  [["sh", "-c", "a b"], "sh -c 'a b'"],
  [["echo", "it's"], `echo 'it'\\''s'`],
  [["echo", ""], "echo ''"],
  [["nginx: master process"], "nginx: master process"], // it has renamed itself
];

for (const [words, line] of COMMANDS) {
  Deno.test(`formatCommand() writes ${JSON.stringify(words)} as a shell reads it`, () => {
    assertEquals(formatCommand({ words: [...words] }), line);
  });
}

/** A connection whose state the system tells only in its user's language. */
const CONNECTION: KernelSocket = {
  protocol: "tcp",
  version: 4,
  local: { hostname: "127.0.0.1", port: 8000 },
  remote: { hostname: "127.0.0.1", port: 40000 },
  state: null,
  secondsLeft: null,
  user: null,
  id: null,
  processes: [],
};

Deno.test("describeTotals() and describeSockets() have words where the system tells no state", () => {
  const sockets = [CONNECTION, CONNECTION, { ...CONNECTION, remote: null }];
  assertEquals(describeTotals(sockets), ["3 sockets: 2 with a peer, 1 of unknown state"]);
  assertEquals(describeSockets([CONNECTION]), "1 with a peer");
});
