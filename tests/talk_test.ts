import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { writeAll } from "../net/stream.ts";
import { certificateFiles } from "./certificates.ts";
import { needs, UNIX } from "./needs.ts";
import { freePort } from "./free_port.ts";
import { type Left, Netkit, netkit, RUN } from "./processes.ts";
import { readAll } from "./servers.ts";
import { until } from "./waiting.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The two ends of a connection at which netkit may be a person or a pipe. */
const ENDS = ["client", "serve"] as const;

/** A line of the log of a listening side, without reads and writes. */
const LOG_LINE = /^\d\d:\d\d:\d\d\.\d{3} {2}(socket|bind|listen|accept|close|refuse|fail) .*\n/gm;

/** One end of a connection: netkit, and the other end in the hands of the test. */
class End {
  /** What netkit has written to standard output so far. */
  out = "";
  readonly #outEnded: Promise<void>;

  constructor(readonly netkit: Netkit, readonly conn: Deno.Conn) {
    this.#outEnded = (async () => {
      for await (const text of netkit.child.stdout.pipeThrough(new TextDecoderStream())) {
        this.out += text;
      }
    })();
  }

  /** Starts netkit with the options of a conversation at this end, its input open. */
  static async start(end: typeof ENDS[number], args: readonly string[]): Promise<End> {
    if (end === "client") {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const client = new Netkit(["client", `${listener.addr.port}`, ...args], { stdin: "piped" });
      return new End(client, await listener.accept());
    }
    const server = new Netkit(["serve", "0", "--talk", ...args], { stdin: "piped" });
    const [, port] = await server.says(/listen +127\.0\.0\.1:(\d+)/);
    return new End(server, await Deno.connect({ port: Number(port) }));
  }

  /** Reads once, as text; `null` at the end. */
  async reads(): Promise<string | null> {
    const buffer = new Uint8Array(65536);
    const count = await this.conn.read(buffer);
    return count === null ? null : decoder.decode(buffer.subarray(0, count));
  }

  async says(text: string): Promise<void> {
    await writeAll(this.conn, encoder.encode(text));
  }

  /** Writes the whole input of netkit. */
  async input(text: string): Promise<void> {
    await this.netkit.type(text);
    await this.netkit.child.stdin.close();
  }

  /** Resolves when netkit has written `text` to standard output, and nothing else. */
  async prints(text: string): Promise<void> {
    await until(() => this.out.length >= text.length, () => this.out);
    assertEquals(this.out, text);
  }

  /** Closes the connection; resolves to what netkit leaves, without the log of a listening side. */
  async left(): Promise<Left> {
    this.conn.close();
    const { code } = await this.netkit.child.status;
    await this[Symbol.asyncDispose]();
    return { code, out: this.out, err: this.netkit.err.replace(LOG_LINE, "") };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.netkit[Symbol.asyncDispose]();
    await this.#outEnded;
    await this.netkit.child.stdin.abort().catch(() => {});
  }
}

/** A conversation with one set of options, which is the same at both ends. */
interface Row {
  readonly name: string;
  readonly args: readonly string[];
  /** The test's part; resolves to what netkit leaves. */
  readonly talk: (end: End, command: string) => Promise<Left>;
  readonly code?: number;
  readonly out?: string | RegExp;
  readonly err?: string | RegExp;
}

const TABLE: readonly Row[] = [
  {
    name: "sends its input and its end, and receives an answer that comes after both",
    args: [],
    async talk(end) {
      await end.input("hello\n");
      assertEquals(decoder.decode(await readAll(end.conn)), "hello\n");
      await end.says("late answer\n");
      return await end.left();
    },
    out: "late answer\n",
  },
  {
    name: "ends with the peer",
    args: [],
    async talk(end, command) {
      await end.says("bye\n");
      await end.prints("bye\n");
      await end.conn.closeWrite();
      if (command === "serve") await end.netkit.child.stdin.close(); // a client may still want it
      return await end.left();
    },
    out: "bye\n",
  },
  {
    name: "takes turns with --mode half",
    args: ["--mode", "half"],
    async talk(end, command) {
      if (command === "serve") await end.says("GO\n"); // a client speaks first
      await end.input("one\ntwo\n");
      assertEquals(await end.reads(), "one\n");
      await end.says("ONE\n");
      assertEquals(await end.reads(), "two\n");
      await end.says("TWO\n");
      assertEquals(await end.reads(), null);
      return await end.left();
    },
    out: /^(GO\n)?ONE\nTWO\n$/,
  },
  {
    name: "sends the rest without turns with --mode half when the peer has ended its half",
    args: ["--mode", "half"],
    async talk(end, command) {
      if (command === "serve") await end.says("GO\n");
      await end.input("one\ntwo\nthree\n");
      assertEquals(await end.reads(), "one\n");
      await end.conn.closeWrite();
      assertEquals(decoder.decode(await readAll(end.conn)), "two\nthree\n");
      return await end.left();
    },
    out: /^(GO\n)?$/,
  },
  {
    name: "waits no longer than --turn-timeout for an answer",
    args: ["--mode", "half", "--turn-timeout", "0.2"],
    async talk(end, command) {
      if (command === "serve") await end.says("GO\n");
      await end.netkit.type("one\n");
      assertEquals(decoder.decode(await readAll(end.conn)), "one\n");
      return await end.left();
    },
    code: 1,
    out: /^(GO\n)?$/,
    err: /^netkit (client|serve): no answer within 0\.2 s from 127\.0\.0\.1:\d+\n$/,
  },
  {
    name: "drops what comes with --mode send, and counts it",
    args: ["--mode", "send"],
    async talk(end) {
      await end.input("out\n");
      assertEquals(decoder.decode(await readAll(end.conn)), "out\n");
      await end.says("in\n");
      return await end.left();
    },
    err: "dropped 3 B that came the other way\n",
  },
  {
    name: "sends nothing with --mode receive, not even the end before the peer's",
    args: ["--mode", "receive"],
    async talk(end) {
      let ended = false;
      const read = end.reads().then((text) => {
        ended = true;
        return text;
      });
      await end.says("news\n");
      await end.prints("news\n");
      assertEquals(ended, false);
      await end.conn.closeWrite();
      assertEquals(await read, null);
      return await end.left();
    },
    out: "news\n",
    err: "standard input is not read with --mode receive\n",
  },
  {
    name: "ends after --wait",
    args: ["--wait", "0.1"],
    async talk(end) {
      await end.input("hello");
      assertEquals(decoder.decode(await readAll(end.conn)), "hello");
      return await end.left();
    },
  },
  {
    name: "goes on sending with --keep-open",
    args: ["--keep-open"],
    async talk(end) {
      await end.says("last words\n");
      await end.conn.closeWrite();
      await end.prints("last words\n");
      await end.input("after\n");
      assertEquals(decoder.decode(await readAll(end.conn)), "after\n");
      return await end.left();
    },
    out: "last words\n",
  },
  {
    name: "gives up after --idle-timeout",
    args: ["--idle-timeout", "0.2"],
    async talk(end) {
      assertEquals(await end.reads(), null);
      return await end.left();
    },
    code: 1,
    err: /^netkit (client|serve): nothing came or went for 0\.2 s: gave up on 127\.0\.0\.1:\d+\n$/,
  },
  {
    name: "sends CRLF with --crlf",
    args: ["-C"],
    async talk(end) {
      await end.input("a\nb\r\n");
      assertEquals(decoder.decode(await readAll(end.conn)), "a\r\nb\r\n");
      return await end.left();
    },
  },
  {
    name: "shows both ways with --hex",
    args: ["--hex"],
    async talk(end) {
      await end.input("hello");
      await readAll(end.conn);
      await end.says("you");
      return await end.left();
    },
    out: "you",
    err:
      /^> \S+ {2}5 B\n00000000 {2}68 65 6c 6c 6f .*\n< \S+ {2}3 B\n00000000 {2}79 6f 75 .*\n< \S+ {2}0 B\n$/,
  },
  {
    name: "puts times before lines with --time",
    args: ["--time"],
    async talk(end) {
      await end.input("ping\n");
      await readAll(end.conn);
      await end.says("pong\n");
      return await end.left();
    },
    out: /^\d\d:\d\d:\d\d\.\d{3} {2,}[\d.]+ m?s {2}pong\n$/,
  },
  {
    name: "tells the peer and the amounts with --stats",
    args: ["--stats"],
    async talk(end, command) {
      await end.input("ping");
      await readAll(end.conn);
      await end.says("pong!");
      const left = await end.left();
      assertMatch(left.err, command === "client" ? /^server {6}127/ : /^client {6}127/);
      return left;
    },
    out: "pong!",
    err: /\nfirst byte {2}[\s\S]*\ntotal {2}[\s\S]*\nsent {8}4 B\nreceived {4}5 B\n$/,
  },
  {
    name: "tells its statistics with --json alone, with the address of the peer",
    args: ["--json"],
    async talk(end) {
      await end.input("ping");
      await readAll(end.conn);
      const left = await end.left();
      const stats = JSON.parse(left.err);
      assertMatch(stats.peer, /^127\.0\.0\.1:\d+$/);
      assertEquals([stats.bytes_out, stats.bytes_in], [4, 0]);
      return left;
    },
    err: /./,
  },
];

for (const command of ENDS) {
  for (const { name, args, talk, code = 0, out = "", err = "" } of TABLE) {
    const title = `netkit ${command}${command === "serve" ? " --talk" : ""} ${name}`;
    Deno.test({
      name: title,
      ...needs(),
      async fn() {
        await using end = await End.start(command, args);
        const left = await talk(end, command);
        assertEquals(left.code, code, left.err);
        if (typeof out === "string") assertEquals(left.out, out);
        else assertMatch(left.out, out);
        if (typeof err === "string") assertEquals(left.err, err);
        else assertMatch(left.err, err);
      },
    });
  }
}

/** Starts a listening side that talks, with its whole input; resolves when it listens. */
async function startTalk(
  args: readonly string[],
  stdin: string | null,
): Promise<Netkit & { readonly port: string }> {
  const server = new Netkit(
    ["serve", "0", "--talk", ...args],
    stdin === null ? {} : { stdin: "piped" },
  );
  const [, port] = await server.says(
    args.includes("--udp") ? /bind +127\.0\.0\.1:(\d+)/ : /listen +127\.0\.0\.1:(\d+)/,
  );
  if (stdin !== null) { // it is read when a client has come
    server.type(stdin).then(() => server.child.stdin.close()).catch(() => {});
  }
  return Object.assign(server, { port: port! });
}

Deno.test({
  name: "netkit serve --talk --keep --keep-open leaves standard output open for the next client",
  ...needs(UNIX),
  async fn() {
    await using server = new Netkit(["serve", "0", "--talk", "--keep", "--keep-open"]);
    const [, port] = await server.says(/listen +127\.0\.0\.1:(\d+)/);
    for (const text of ["one\n", "two\n"]) {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
      await writeAll(conn, encoder.encode(text));
      await conn.closeWrite();
      await readAll(conn);
      conn.close();
    }
    await until(() => server.err.split(" close ").length > 2, () => server.err);
    server.signal("SIGINT");
    assertEquals((await server.end()).out, "one\ntwo\n");
  },
});

Deno.test({
  name: "netkit at both ends sends its file whole to a peer that has ended its half at once",
  ...needs(UNIX),
  async fn() {
    const file = await Deno.makeTempFile();
    await Deno.writeTextFile(file, LONG);
    const wrap = (words: readonly string[]) => ["sh", "-c", 'exec "$@" <"$0"', file, ...words];
    await using server = new Netkit(["serve", "0", "--talk"], { wrap });
    const [, port] = await server.says(/listen +127\.0\.0\.1:(\d+)/);
    assertEquals((await netkit(["client", port!], "")).out === LONG, true);
    assertEquals((await server.end()).code, 0);

    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await using client = new Netkit(["client", `${listener.addr.port}`], { wrap });
    const conn = await listener.accept();
    await conn.closeWrite();
    assertEquals(decoder.decode(await readAll(conn)) === LONG, true);
    conn.close();
    assertEquals((await client.end()).code, 0);
    await Deno.remove(file);
  },
});

/**
 * Runs a program with a file in a pipe: from a process of its own, as a second without input is the end of it,
 * and this one has other tests to run.
 */
const PIPE_IN = `
const [file, program, ...args] = Deno.args;
const child = new Deno.Command(program, { args, stdin: "piped" }).spawn();
(await Deno.open(file)).readable.pipeTo(child.stdin);
Deno.exit((await child.status).code);
`;

Deno.test("netkit client sends a pipe whole to a server that has ended its half at once", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, LONG); // more than is read at once
  const wrap = (words: readonly string[]) => [Deno.execPath(), "eval", PIPE_IN, file, ...words];
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using client = new Netkit(["client", `${listener.addr.port}`], { wrap });
  using conn = await listener.accept();
  await conn.closeWrite();
  assertEquals(decoder.decode(await readAll(conn)) === LONG, true);
  assertEquals((await client.end()).code, 0);
  await Deno.remove(file);
});

/**
 * Runs a program with its whole input; resolves to its output. The input stays open until `answer` has come
 * out, if that is given: by UDP a program waits only so long for it when its input has ended.
 */
async function peer(words: readonly string[], stdin: string, answer = ""): Promise<string> {
  const [program, ...args] = words;
  const child = new Deno.Command(program!, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  })
    .spawn();
  const answered = Promise.withResolvers<void>();
  if (answer === "") answered.resolve();
  const sending = (async () => {
    await new Blob([stdin]).stream().pipeTo(child.stdin, { preventClose: true });
    await answered.promise;
    await child.stdin.close();
  })().catch(() => {}); // it has ended
  let out = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    out += text;
    if (out.includes(answer)) answered.resolve();
  }
  answered.resolve();
  await Promise.all([sending, child.status]);
  return out;
}

/** More than any buffer on the way holds. */
const LONG = "straße 你好 ŉ ﬁ\n".repeat(20_000);

const CLIENTS: readonly (readonly [program: string, words: (port: string) => string[]])[] = [
  ["ncat", (port) => ["ncat", "127.0.0.1", port]],
  ["nc.openbsd", (port) => ["nc.openbsd", "-N", "127.0.0.1", port]],
  ["socat", (port) => ["socat", "-t30", "-", `TCP4:127.0.0.1:${port}`]],
  ["netkit", (port) => [Deno.execPath(), ...RUN, "client", "--keep-open", port]],
];

for (const [program, words] of CLIENTS) {
  const also = program === "netkit" ? [] : [program];
  Deno.test({
    name: `netkit serve --talk and ${program} exchange texts, both to their ends`,
    ...needs(UNIX, ...also),
    async fn() {
      await using server = await startTalk([], LONG);
      const [received, left] = await Promise.all([peer(words(server.port), LONG), server.end()]);
      assertEquals([received === LONG, left.out === LONG, left.code], [true, true, 0]);
    },
  });
}

Deno.test({
  name: "netkit serve --talk without an input takes a file from nc and ncat whole",
  ...needs(UNIX, "nc.openbsd", "ncat"),
  async fn() {
    for (const words of [["nc.openbsd", "-N"], ["ncat", "--send-only"]]) {
      await using server = await startTalk([], null);
      const left = server.end();
      assertEquals(await peer([...words, "127.0.0.1", server.port], LONG), "");
      assertEquals([(await left).out === LONG, (await left).code], [true, 0]);
    }
  },
});

Deno.test({
  name: "netkit serve --talk --mode receive takes a file from nc, ncat and socat whole",
  ...needs(UNIX, "nc.openbsd", "ncat", "socat"),
  async fn() {
    for (const program of ["nc.openbsd", "ncat", "socat"]) {
      await using server = await startTalk(["--mode", "receive"], null);
      const left = server.end();
      const words = program === "socat"
        ? ["socat", "-u", "-", `TCP4:127.0.0.1:${server.port}`]
        : [program, program === "ncat" ? "--send-only" : "-N", "127.0.0.1", server.port];
      assertEquals(await peer(words, LONG), "", program);
      assertEquals([(await left).out === LONG, (await left).code], [true, 0], program);
    }
  },
});

Deno.test({
  name: "netkit serve --talk serves curl one answer from a file",
  ...needs(UNIX, "curl"),
  async fn() {
    await using server = await startTalk([], "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n");
    const left = server.end();
    assertEquals(await peer(["curl", "-s", `http://127.0.0.1:${server.port}/x`], ""), "hello\n");
    assertMatch((await left).out, /^GET \/x HTTP\/1\.1\r\nHost: /);
  },
});

Deno.test({
  name: "netkit serve --talk speaks TLS with openssl s_client",
  ...needs(UNIX, "openssl"),
  async fn() {
    await using certificate = await certificateFiles();
    const args = ["serve", "0", "--talk", ...certificate.args];
    await using server = new Netkit(args, { stdin: "piped" });
    const [, port] = await server.says(/listen +127\.0\.0\.1:(\d+)/);
    const words = ["openssl", "s_client", "-quiet", "-connect", `127.0.0.1:${port}`];
    const received = peer(words, "from openssl\n");
    const out = server.child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    assertEquals((await out.read()).value, "from openssl\n");
    await server.type("from netkit\n"); // with its end s_client ends, whatever of its input it has not read
    await server.child.stdin.close();
    assertStringIncludes(await received, "netkit");
    assertEquals((await out.read()).done, true);
  },
});

Deno.test({
  name: "netkit serve --talk --udp answers the sender of the first datagram",
  ...needs(UNIX, "socat"),
  async fn() {
    for (const program of ["socat", "netkit"]) {
      await using server = await startTalk(["--udp"], "pong\n");
      const left = server.end();
      const words = program === "socat"
        ? ["socat", "-", `UDP4:127.0.0.1:${server.port}`]
        : [Deno.execPath(), ...RUN, "client", "--udp", server.port];
      assertEquals(await peer(words, "ping\n", "pong\n"), "pong\n", program);
      assertEquals([(await left).out, (await left).code], ["ping\n", 0]);
    }
  },
});

Deno.test("netkit serve --talk refuses a second client, and --keep takes the next one", async () => {
  await using one = await startTalk([], null);
  using first = await Deno.connect({ port: Number(one.port) });
  await one.says(/ accept /);
  await until(() =>
    Deno.connect({ port: Number(one.port) }).then((conn) => {
      conn.close();
      return false;
    }, () => true)
  );
  first.close();
  assertEquals((await one.end()).code, 0);

  await using many = await startTalk(["--keep"], "only for the first\n");
  const texts: string[] = [];
  for (let i = 1; i <= 3; i++) {
    const conn = await Deno.connect({ port: Number(many.port) });
    await conn.write(encoder.encode(`line ${i}\n`));
    await conn.closeWrite();
    texts.push(decoder.decode(await readAll(conn)));
    conn.close();
    await many.says(new RegExp(`( close [^]*){${i}}`));
  }
  assertEquals(texts, ["only for the first\n", "", ""]);
  many.signal("SIGTERM");
  const left = await many.end();
  assertEquals([left.code, left.out], [0, "line 1\nline 2\nline 3\n"]);
});

Deno.test("netkit serve --talk --keep goes on after a client that breaks off, else it is exit 1", async () => {
  for (const keep of [true, false]) {
    await using server = await startTalk(keep ? ["--keep"] : [], null);
    const net = await import("node:net");
    // Half-open, or it answers the end of the server's input by its own, and there is nothing to reset.
    const where = { host: "127.0.0.1", port: Number(server.port), allowHalfOpen: true };
    const socket = net.connect(where);
    await new Promise((resolve) => socket.once("connect", resolve)); // before that it has nothing to reset
    await server.says(/ accept /);
    socket.resetAndDestroy();
    await server.says(/broke: connection reset by peer\n/);
    if (keep) {
      const conn = await Deno.connect({ port: Number(server.port) });
      await conn.write(encoder.encode("next\n"));
      conn.close();
      await server.says(/accept [^]*accept [^]*close /);
      server.signal("SIGTERM");
      assertEquals([(await server.end()).out, (await server.child.status).code], ["next\n", 0]);
    } else assertEquals((await server.end()).code, 1);
  }
});

Deno.test("netkit serve --talk ends its standard output with the client, and goes on sending", {
  ...needs(UNIX),
}, async () => {
  await using server = new Netkit(["serve", "0", "--talk"], { stdin: "piped" });
  const [, port] = await server.says(/listen +127\.0\.0\.1:(\d+)/);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  await writeAll(conn, encoder.encode("question\n"));
  await conn.closeWrite();
  const out = await new Response(server.child.stdout).text(); // `… | tar x` is done
  assertEquals(out, "question\n");
  await server.type("late answer\n");
  await server.child.stdin.close();
  assertEquals(decoder.decode(await readAll(conn)), "late answer\n");
  assertEquals((await server.child.status).code, 0);
});

Deno.test("netkit serve --talk --keep does not wait for input for ever when a client has gone", async () => {
  await using server = new Netkit(["serve", "0", "--talk", "--keep"], { stdin: "piped" });
  const [, port] = await server.says(/listen +127\.0\.0\.1:(\d+)/);
  for (const text of ["one", "two"]) {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
    await writeAll(conn, encoder.encode(text));
    await server.type(`answer to ${text}`);
    await conn.closeWrite();
    assertEquals(decoder.decode(await readAll(conn)), `answer to ${text}`);
  }
  server.signal("SIGTERM");
  assertEquals([(await server.end()).out, (await server.child.status).code], ["onetwo", 0]);
  await server.child.stdin.abort().catch(() => {});
});

Deno.test("netkit serve --talk --tls: a client that never begins TLS keeps no other away", {
  ...needs(UNIX, "openssl"),
}, async () => {
  for (const keep of [[], ["--keep"]]) {
    await using server = await startTalk(["--tls", ...keep], "hello\n");
    using _silent = await Deno.connect({ hostname: "127.0.0.1", port: Number(server.port) });
    const { code, out, err } = await netkit(["client", "--tls", "--insecure", server.port], "hi\n");
    assertEquals([code, out], [0, "hello\n"], err);
    if (keep.length > 0) server.signal("SIGTERM");
    const left = await server.end();
    assertEquals([left.code, left.out], [0, "hi\n"], left.err);
    assertMatch(left.err, / refuse +127\.0\.0\.1:\d+ {2}the server stops\n/);
  }
});

Deno.test("netkit serve --talk ends with 130 on SIGINT when no client has come", {
  ...needs(UNIX),
}, async () => {
  await using server = await startTalk([], null);
  server.signal("SIGINT");
  assertEquals((await server.end()).code, 130);
});

Deno.test("netkit serve --talk talks with nobody whom --deny names, and goes on waiting", async () => {
  await using server = await startTalk(["--deny", "127.0.0.0/8"], "secret");
  using conn = await Deno.connect({ port: Number(server.port) });
  assertEquals(decoder.decode(await readAll(conn)), "");
  await server.says(/ refuse +127\.0\.0\.1:\d+ {2}not allowed\n/);
  server.signal("SIGTERM");
  assertEquals((await server.end()).code, 143);
});

Deno.test("netkit serve --talk is whole over a Unix socket", { ...needs(UNIX) }, async () => {
  const path = `${await Deno.makeTempDir()}/socket`;
  await using server = new Netkit(["serve", `unix:${path}`, "--talk"]);
  await server.says(/ listen /);
  const left = server.end();
  assertEquals(await netkit(["client", `unix:${path}`], LONG), { code: 0, out: "", err: "" });
  assertEquals((await left).out === LONG, true);
});

/** Listeners of others that leave as soon as the client has ended its half; `nc` ends its own with -N. */
const LISTENERS: readonly (readonly [program: string, words: (port: string) => string[]])[] = [
  ["ncat", (port) => ["ncat", "-l", "127.0.0.1", port]],
  ["nc.openbsd", (port) => ["nc.openbsd", "-lN", "127.0.0.1", port]],
  ["socat", (port) => ["socat", "-", `TCP4-LISTEN:${port},bind=127.0.0.1`]],
];

for (const [program, words] of LISTENERS) {
  Deno.test({
    name: `netkit client --mode receive gets what ${program} says late`,
    ...needs(UNIX, program),
    async fn() {
      const port = String(freePort());
      const [command, ...args] = words(port);
      const child = new Deno.Command(command!, {
        args,
        stdin: "piped",
        stdout: "null",
        stderr: "null",
      })
        .spawn();
      await using client = new Netkit(
        ["client", port, "--mode", "receive", "--retry", "60", "--log", "json"],
      );
      await client.says(/"event":"connect"/);
      const writer = child.stdin.getWriter();
      await writer.write(encoder.encode("late data\n"));
      await writer.close();
      const { code, out } = await client.end();
      await child.status;
      assertEquals([code, out], [0, "late data\n"]);
    },
  });
}
