/**
 * What `client` and `serve` say while they run, in a language that exists only in tests: English in letters of
 * double width.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { client } from "../client.ts";
import { Stopped } from "../cli/errors.ts";
import { serve } from "../server.ts";
import { width } from "../text/layout.ts";
import { fakeIo, run } from "./fakes.ts";
import { freePort } from "./free_port.ts";
import { inPseudo, WORDS } from "./pseudo.ts";
import { until } from "./waiting.ts";

/** A letter of the pseudo-language. */
const WIDE = /[ａ-ｚ]/;

/** Refuses lines with two English words: a text that is no message. */
function assertMessages(text: string): void {
  assertEquals(text.split("\n").filter((each) => WORDS.test(each)), []);
}

/** Options of the client, the words of its error if it has one, and the kind of its server. */
const CLIENTS: readonly (readonly [line: string, server?: "closed"])[] = [
  ["--stats"],
  ["--log text"],
  ["--log text --mode half"],
  ["--check"],
  ["--check --retry 0.01", "closed"],
  ["--time --mode half"],
  ["--hex"],
  ["--udp --wait 0.01", "closed"],
  ["--retry 0.01", "closed"],
  ["--stats", "closed"],
  ["--tls", "closed"],
];

for (const [line, server] of CLIENTS) {
  Deno.test(`client ${line} in letters of double width${server ? `, ${server}` : ""}: no text but messages`, async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const port = server === "closed" ? freePort() : listener.addr.port;
    const address = `127.0.0.1:${port}`;
    const serving = (async () => {
      for await (const conn of listener) await conn.readable.pipeTo(conn.writable);
    })();
    const io = fakeIo({ stdin: "hello\n", env: { NO_COLOR: "1" } });
    const error = await inPseudo(async () => {
      try {
        await run(client, [...line.split(" "), address], io);
        return null;
      } catch (error) {
        return error as Error & { hint?: string | null };
      }
    });
    listener.close();
    await serving;
    assert(server === "closed" || error === null, error?.message);
    const said = io.err() + (error?.message ?? "") + "\n" + (error?.hint ?? "");
    if (server === "closed" && !line.includes("--check")) assert(WIDE.test(said), said);
    assertMessages(said + (line.includes("--check") ? io.out() : ""));
  });
}

Deno.test("labels of client --stats in letters of double width have one width", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = listener.accept().then((conn) => conn.readable.pipeTo(conn.writable));
  const io = fakeIo({ stdin: "hello\n" });
  await inPseudo(() => run(client, ["--stats", `127.0.0.1:${listener.addr.port}`], io));
  await serving;
  listener.close();
  const labels = io.err().trimEnd().split("\n").map((each) => each.match(/^.*? {2,}/)![0]);
  assert(labels.length > 4, io.err());
  assertEquals([...new Set(labels.map(width))].length, 1, io.err());
});

for (const words of [["0"], ["--udp", "0"], ["--web", "0", "0"]]) {
  Deno.test(`serve ${words.join(" ")} in letters of double width: no text but messages, from its start to its end`, async () => {
    const io = fakeIo({ env: { NO_COLOR: "1" } });
    await inPseudo(async () => {
      const running = run(serve, words, io).catch((error) => error);
      await until(() => /127\.0\.0\.1:\d+[^\n]*\n(.*\n)*$/.test(io.err()), io.err);
      if (!words.includes("--udp")) {
        const at = /listen +127\.0\.0\.1:(\d+)/;
        await until(() => at.test(io.err()), io.err);
        const port = Number(io.err().match(at)![1]);
        const conn = await Deno.connect({ hostname: "127.0.0.1", port });
        await conn.write(new TextEncoder().encode("hello\n"));
        await conn.read(new Uint8Array(64));
        conn.close();
        await until(() => /^[\d:.]+ +close/m.test(io.err()), io.err);
      }
      io.interrupt(new Stopped("SIGINT"));
      await running;
    });
    assert(WIDE.test(io.err()), io.err());
    assertMessages(io.err() + io.out());
  });
}
