import { assertEquals } from "@std/assert";
import { formatCommand } from "../sockets/text.ts";

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
