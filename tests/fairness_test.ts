import { assert, assertEquals } from "@std/assert";
import { asciiText } from "../bench/texts.ts";
import type { Source } from "../net/stream.ts";
import { upperCase } from "../server/upper.ts";
import { LINUX, needs } from "./needs.ts";
import { TestServer } from "./servers.ts";

/** Busy connections: more than the 128 that a Deno program serves at once. */
const CONNECTIONS = 400;

/**
 * Keeps all connections busy with the load generator of the bench, and looks at who had how many
 * messages. A server that serves the same 128 leaves the others with next to nothing: when a release
 * of Deno changes what the read queue relies on, it shows here.
 */
for (
  const [way, transform] of [
    ["the short way", upperCase],
    ["iterators", (source: Source) => upperCase(source)],
  ] as const
) {
  Deno.test({
    name: `serve() by ${way} leaves none of ${CONNECTIONS} busy connections behind`,
    ...needs(LINUX, "cc"),
    async fn() {
      const folder = await Deno.makeTempDir();
      const load = `${folder}/load`;
      const source = new URL("../bench/load.c", import.meta.url).pathname;
      await run("cc", ["-O2", "-o", load, source]);
      const text = asciiText();
      await Deno.writeFile(`${folder}/request`, text.request);
      await Deno.writeFile(`${folder}/reply`, text.reply);
      await using server = await TestServer.start({ transform });
      // Of a few messages each, chance would decide: on a busy machine it takes longer.
      for (let seconds = 1;; seconds *= 2) {
        const found = JSON.parse(
          await run(load, [
            ...["latency", "--connections", `${CONNECTIONS}`, "--port", `${server.port}`],
            ...["--request", `${folder}/request`, "--reply", `${folder}/reply`],
            ...["--warm-up", "0.2", "--seconds", `${seconds}`, "--timeout", "100"],
          ]),
        );
        assertEquals(found.error, undefined);
        const { fewest, most, messages } = found;
        const mean = messages / CONNECTIONS;
        if (mean < 20) continue;
        assert(fewest >= mean / 2, `${fewest} to ${most} messages`);
        break;
      }
      await Deno.remove(folder, { recursive: true });
    },
  });
}

/** Runs a program; resolves to its output. */
async function run(program: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args] }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
