import { assertEquals } from "@std/assert";
import { needs, UNIX } from "./needs.ts";
import { freePort } from "./free_port.ts";
import { Netkit, netkit, startServer } from "./processes.ts";

/** Programs that speak TCP: how each is a client that half-closes, and a server for one connection. */
const PEERS = [
  {
    program: "ncat",
    client: ["ncat", "127.0.0.1", "PORT"],
    server: ["ncat", "-v", "-l", "127.0.0.1", "PORT"],
  },
  {
    program: "nc.openbsd",
    client: ["nc.openbsd", "-N", "127.0.0.1", "PORT"],
    server: ["nc.openbsd", "-v", "-N", "-l", "127.0.0.1", "PORT"],
  },
] as const;

/** Starts a peer; the word PORT becomes `port`. */
function start(words: readonly string[], port: number): Deno.ChildProcess {
  const [program, ...args] = words.map((word) => word === "PORT" ? `${port}` : word);
  return new Deno.Command(program!, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Gives `child` its whole input and resolves to its whole output. */
async function converse(
  child: Deno.ChildProcess,
  input: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> {
  const sending = new Blob([input]).stream().pipeTo(child.stdin);
  const { stdout } = await child.output();
  await sending;
  return stdout;
}

/** A mebibyte of every byte value in random order. */
function randomBytes(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(1024 * 1024);
  for (let at = 0; at < bytes.length; at += 65536) {
    crypto.getRandomValues(bytes.subarray(at, at + 65536));
  }
  return bytes;
}

for (const { program, client, server } of PEERS) {
  const options = {
    ...needs(UNIX, program),
  };

  Deno.test(`${program} gets its answer from netkit serve`, options, async () => {
    await using served = await startServer();
    const text = "straße 你好 ŉ ﬁ\n".repeat(20_000);
    const answer = await converse(start(client, served.port), new TextEncoder().encode(text));
    assertEquals(new TextDecoder().decode(answer) === text.toUpperCase(), true);
  });

  Deno.test(`${program} gets every byte from netkit serve --ascii`, options, async () => {
    await using served = await startServer(["--ascii"]);
    const bytes = randomBytes();
    const answer = await converse(start(client, served.port), bytes);
    const expected = bytes.map((byte) => byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte);
    assertEquals(answer.length, expected.length);
    assertEquals(answer.every((byte, i) => byte === expected[i]), true);
  });

  Deno.test(`netkit client talks to ${program} -l, both ways and to the end`, options, async () => {
    const port = freePort();
    const child = start(server, port);
    // With -v it says when it listens; its log ends with the process.
    const log = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    for (let said = ""; !/listening/i.test(said);) said += (await log.read()).value ?? "";
    await using talking = new Netkit(["client", `${port}`], { stdin: "piped" });
    const lines = (stream: ReadableStream<Uint8Array<ArrayBuffer>>) =>
      stream.pipeThrough(new TextDecoderStream()).getReader();
    const received = lines(child.stdout);
    const answers = lines(talking.child.stdout);
    await talking.type("question\n");
    assertEquals((await received.read()).value, "question\n");
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode("answer\n"));
    assertEquals((await answers.read()).value, "answer\n");
    await writer.close(); // with -N, as ncat always does, it half-closes now
    await talking.child.stdin.close();
    assertEquals((await answers.read()).done, true);
    assertEquals((await talking.child.status).code, 0);
    assertEquals((await received.read()).done, true);
    await child.status;
    await log.cancel();
  });
}

Deno.test("netkit client refuses what it cannot connect to, with the words of the system", async () => {
  const port = freePort();
  assertEquals(await netkit(["client", `${port}`]), {
    code: 1,
    out: "",
    err: `netkit client: cannot connect to 127.0.0.1:${port}: connection refused\n`,
  });
});
