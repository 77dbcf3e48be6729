/**
 * The bench's load generator against servers that lie: a figure counts only if every byte was right.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { run } from "../bench/processes.ts";
import { asciiText, mixedText, type Text } from "../bench/texts.ts";
import { upperCaseAscii } from "../server/upper.ts";
import { LINUX, needs } from "./needs.ts";
import { GUARD } from "./waiting.ts";

const SOURCE = new URL("../bench/load.c", import.meta.url).pathname;

/** What a server makes of the `count`th chunk of a connection; `null` closes it. */
type Answer = (chunk: Uint8Array, count: number) => Uint8Array | null;

function right(chunk: Uint8Array): Uint8Array {
  upperCaseAscii(chunk);
  return chunk;
}

/** Answers connections until its listener is closed. */
async function serve(listener: Deno.Listener, answer: Answer): Promise<void> {
  const conversations: Promise<void>[] = [];
  for await (const conn of listener) conversations.push(converse(conn, answer));
  await Promise.all(conversations);
}

async function converse(conn: Deno.Conn, answer: Answer): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  try {
    for (let count = 1, length; (length = await conn.read(buffer)) !== null; count++) {
      const bytes = answer(buffer.slice(0, length), count);
      if (bytes === null) break;
      for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
    }
  } catch {
    // the generator has seen enough
  }
  conn.close();
}

/** Runs the generator in `mode` with a server that gives `answer`; resolves to what it prints. */
async function load(
  mode: readonly string[],
  text: Text,
  answer: Answer,
): Promise<Record<string, unknown>> {
  const folder = await Deno.makeTempDir();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const served = serve(listener, answer);
  try {
    const compiled = await run(["cc", "-O1", "-Wall", "-o", `${folder}/load`, SOURCE], GUARD);
    assertEquals(compiled.complaint, "");
    await Deno.writeFile(`${folder}/request`, text.request);
    await Deno.writeFile(`${folder}/reply`, text.reply);
    const { out } = await run([
      ...[`${folder}/load`, ...mode, "--port", `${listener.addr.port}`],
      ...["--request", `${folder}/request`, "--reply", `${folder}/reply`],
      // It ends with the first reply that is wrong.
      ...["--warm-up", "0", "--seconds", answer === right ? "2" : "60", "--timeout", "100"],
    ], GUARD);
    return JSON.parse(out);
  } finally {
    listener.close();
    await served;
    await Deno.remove(folder, { recursive: true });
  }
}

const PING_PONG = ["latency", "--connections", "3"];
const BULK = ["bulk", "--megabytes", "2"];

Deno.test({
  name: "the load generator counts the replies of a server that is right",
  ...needs(LINUX, "cc"),
  async fn() {
    const found = await load(PING_PONG, asciiText(), right);
    assertEquals(found.error, undefined);
    assertEquals(found.zero, 0);
  },
});

/** Returns an answer that keeps every chunk back until the next one has come. */
function late(): Answer {
  let kept = new Uint8Array();
  return (chunk, count) => {
    const answer = count < 3 ? right(chunk) : kept.length > 0 ? kept : right(chunk);
    kept = chunk.slice();
    upperCaseAscii(kept);
    return answer;
  };
}

const LIES: readonly (readonly [what: string, answer: Answer, says: RegExp])[] = [
  ["leaves a message as it is", (chunk, n) => n < 5 ? right(chunk) : chunk, /^a wrong reply/],
  [
    "changes the last byte",
    (chunk, n) => n < 5 ? right(chunk) : right(chunk).with(-1, 0),
    /^a wrong reply/,
  ],
  ["answers with the reply before", late(), /^a wrong reply/],
  [
    "adds a byte",
    (chunk, n) => n < 5 ? right(chunk) : new Uint8Array([...right(chunk), 65]),
    /^a reply is longer|^a reply to no message|^a wrong reply/,
  ],
  ["closes a connection", (chunk, n) => n < 5 ? right(chunk) : null, /^the server closed/],
];

for (const [what, answer, says] of LIES) {
  Deno.test({
    name: `the load generator finds out a server that ${what}`,
    ...needs(LINUX, "cc"),
    async fn() {
      assertMatch(String((await load(PING_PONG, asciiText(), answer)).error), says);
    },
  });
}

Deno.test({
  name:
    "the load generator finds out a bulk server that drops a byte, one that adds one, and one that stops",
  ...needs(LINUX, "cc"),
  async fn() {
    const answers: Answer[] = [
      (chunk, n) => n === 3 ? right(chunk).slice(1) : right(chunk),
      (chunk, n) => n === 3 ? new Uint8Array([...right(chunk), 65]) : right(chunk),
      (chunk, n) => n === 3 ? null : right(chunk),
    ];
    for (const answer of answers) {
      assertMatch(
        String((await load(BULK, asciiText(), answer)).error),
        /^a wrong byte|^the stream ended|read after|write:/,
      );
    }
  },
});

Deno.test({
  name: "the load generator finds the first byte where a server cuts characters",
  ...needs(LINUX, "cc"),
  async fn() {
    const decoder = new TextDecoder();
    const encoder = new TextEncoder();
    const cutting: Answer = (chunk) => encoder.encode(decoder.decode(chunk).toUpperCase());
    const found = await load([...BULK, "--tolerate"], mixedText(), cutting);
    assertEquals(typeof found.wrongAt, "number");
    assertMatch(
      String((await load(BULK, mixedText(), cutting)).error),
      /^a wrong byte at \d+ of the reply$/,
    );
  },
});
