import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { writeAll } from "../net/stream.ts";
import { LINUX, type Need, needs, UNIX } from "./needs.ts";
import { allowed, Netkit, netkit, startServer } from "./processes.ts";

const encoder = new TextEncoder();

/** Runs a test with a limit, so that what hangs fails. */
function limited(name: string, fn: () => Promise<void>, ...all: readonly Need[]): void {
  Deno.test({ name, ...needs(...all), fn });
}

limited(
  "netkit client prints the server's answer in upper case, exact in all of Unicode",
  async () => {
    await using server = await startServer();
    const left = await netkit(["client", server.address], "straße 你好 ŉ ﬁ\n");
    assertEquals(left, { code: 0, out: "STRASSE 你好 ʼN FI\n", err: "" });
  },
);

for (
  const [args, said] of [
    [[], "hello"],
    [["--allow", "127.0.0.0/8", "--idle-timeout", "60", "--log", "json", "-v"], "hello"],
    [["--proxy-protocol"], "PROXY UNKNOWN\r\nhello"],
    [["--web", "0"], "hello"],
  ] as const
) {
  limited(
    `netkit serve ${args.join(" ")} needs no other permission than the network's`,
    async () => {
      await using server = new Netkit(["serve", "0", ...args], allowed("--allow-net"));
      const [, port] = await server.says(/listen.*?127\.0\.0\.1:(\d+)/);
      const left = await netkit(["client", port!], said);
      assertEquals(left, { code: 0, out: "HELLO", err: "" });
    },
  );
}

limited("netkit without the permission to load its program says which one it needs", async () => {
  const wrap = (words: readonly string[]) =>
    words.map((word) => word === "-A" ? "--no-prompt" : word);
  for (
    const [args, who] of [[["ipinfo", "10.0.0.1"], "netkit ipinfo"], [["no"], "netkit"]] as const
  ) {
    const { code, err } = await netkit(args, "", { wrap });
    assertEquals(code, 2);
    assertMatch(
      err,
      /: cannot load its program: no permission to read it\n {2}run again with --allow-read=\//,
    );
    assertEquals(err.split(":")[0], who);
  }
});

limited("netkit help, completions and ipinfo need no other permission", async () => {
  for (
    const args of [["help"], ["help", "serve"], ["completions", "bash"], ["ipinfo", "10.0.0.1"]]
  ) {
    const { code, err } = await netkit(args, "", allowed());
    assertEquals({ code, err }, { code: 0, err: "" });
  }
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  limited(`netkit serve logs what happens and ends with 0 on ${signal}`, async () => {
    await using server = await startServer();
    await netkit(["client", server.address], "hello");
    await server.says(/close/);
    server.signal(signal);
    const { code, out, err } = await server.end();
    assertEquals({ code, out }, { code: 0, out: "" });
    const [, , listen, accept, close, stop] = err.split("\n");
    assertMatch(
      listen!,
      /^\d\d:\d\d:\d\d\.\d{3} {2}listen {2}127\.0\.0\.1:\d+, waiting for clients/,
    );
    assertMatch(accept!, / {2}accept {2}#1 127\.0\.0\.1:\d+$/);
    assertMatch(close!, / {2}close {3}#1 127\.0\.0\.1:\d+ {2}5 B in, 5 B out, [\d.]+ m?s$/);
    assertMatch(stop!, / {2}stop {4}no connection is open$/);
  }, UNIX);
}

limited("netkit serve lets a conversation finish after SIGTERM", async () => {
  await using server = await startServer();
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  const buffer = new Uint8Array(16);
  await conn.write(encoder.encode("a"));
  await conn.read(buffer);
  server.signal("SIGTERM");
  await server.says(/ stop /);
  await conn.write(encoder.encode("b"));
  assertEquals(await conn.read(buffer), 1);
  assertEquals(buffer[0], 0x42);
  await conn.closeWrite();
  assertEquals(await conn.read(buffer), null);
  assertEquals((await server.end()).code, 0);
}, UNIX);

limited("netkit serve takes a signal that comes twice within milliseconds for one", async () => {
  await using server = await startServer();
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await server.says(/accept/);
  server.signal("SIGSTOP"); // so that it gets both at once, however busy the machine is
  server.signal("SIGINT");
  server.signal("SIGTERM");
  server.signal("SIGCONT");
  await server.says(/ stop /);
  await conn.write(encoder.encode("still"));
  assertEquals(await conn.read(new Uint8Array(16)), 5);
  await conn.closeWrite();
  assertEquals((await server.end()).code, 0);
}, UNIX);

limited("netkit serve stops at once on the second signal, with 130", async () => {
  await using server = await startServer();
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await server.says(/accept/);
  server.signal("SIGINT");
  await server.says(/ stop /);
  const again = setInterval(() => server.signal("SIGINT"), 100); // one of them is late enough to count
  assertEquals(await conn.read(new Uint8Array(1)), null);
  clearInterval(again);
  const { code, err } = await server.end();
  assertEquals(code, 130);
  assertStringIncludes(err, "the server stops");
}, UNIX);

limited(
  "netkit client receives an answer that comes 1 s after its input ended, to the last byte",
  async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const answer = crypto.getRandomValues(new Uint8Array(50_000)).map((byte) => byte & 0x7f);
    const serving = (async () => {
      using conn = await listener.accept();
      while (await conn.read(new Uint8Array(1024)) !== null);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await writeAll(conn, answer);
    })();
    const left = await netkit(["client", `${listener.addr.port}`], "question");
    await serving;
    assertEquals(left.code, 0);
    assertEquals(encoder.encode(left.out), answer);
  },
);

limited(
  "netkit client ends with 0 when the server closes, while its input is an open pipe",
  async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await using client = new Netkit(["client", `${listener.addr.port}`], { stdin: "piped" });
    const conn = await listener.accept();
    await conn.write(encoder.encode("bye\n"));
    conn.close();
    assertEquals(await client.end(), { code: 0, out: "bye\n", err: "" });
    await client.child.stdin.abort();
  },
);

limited(
  "netkit client ends with 0 when the server closes, while its input is a terminal",
  async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await using client = onTerminal(["client", `${listener.addr.port}`]);
    const conn = await listener.accept();
    await client.type("typed\r");
    const buffer = new Uint8Array(64);
    const count = await conn.read(buffer);
    assertEquals(new TextDecoder().decode(buffer.subarray(0, count!)), "typed\n");
    await conn.write(encoder.encode("an \x1b[31manswer\n"));
    conn.close();
    const { code, out } = await client.end();
    await client.child.stdin.abort();
    assertEquals(code, 0);
    assertStringIncludes(out, "an \\x1b[31manswer"); // nothing from the network commands the terminal
    assertStringIncludes(out, "the server has ended first");
  },
  LINUX,
  "script",
);

limited(
  "netkit client half-closes on Ctrl-D and ends with 130 on Ctrl-C",
  async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await using client = onTerminal(["client", `${listener.addr.port}`]);
    using conn = await listener.accept();
    await client.type("a\r");
    const buffer = new Uint8Array(64);
    assertEquals(await conn.read(buffer), 2);
    await client.type("\x04");
    assertEquals(await conn.read(buffer), null);
    await conn.write(encoder.encode("late answer\n"));
    await using other = onTerminal(["client", `${listener.addr.port}`]);
    using second = await listener.accept();
    await other.type("b\r");
    assertEquals(await second.read(buffer), 2);
    await other.type("\x03");
    assertEquals(await second.read(buffer), null);
    assertEquals((await other.end()).code, 130);
    conn.close();
    const { code, out } = await client.end();
    assertEquals(code, 0);
    assertStringIncludes(out, "late answer");
    await client.child.stdin.abort();
    await other.child.stdin.abort();
  },
  LINUX,
  "script",
);

limited(
  "netkit client sends and receives 50 MiB of random bytes through serve --ascii",
  async () => {
    await using server = await startServer(["--ascii"]);
    await using client = new Netkit(["client", server.address], { stdin: "piped" });
    const block = crypto.getRandomValues(new Uint8Array(65536));
    const expected = block.map((byte) => byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte);
    const sending = (async () => {
      const writer = client.child.stdin.getWriter();
      for (let i = 0; i < 800; i++) await writer.write(block);
      await writer.close();
    })();
    let at = 0;
    for await (const chunk of client.child.stdout) {
      for (let i = 0; i < chunk.length; i++, at++) {
        if (chunk[i] !== expected[at & 0xffff]) throw new Error(`byte ${at} differs`);
      }
    }
    await sending;
    assertEquals(at, 800 * 65536);
    assertEquals((await client.child.status).code, 0);
  },
);

limited("netkit client ends quietly when its output is closed", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const wrap = (words: readonly string[]) => [
    "sh",
    "-c",
    '"$@" | head -1; sleep 0',
    "sh",
    ...words,
  ];
  await using client = new Netkit(["client", `${listener.addr.port}`], { stdin: "piped", wrap });
  const conn = await listener.accept();
  (async () => {
    const line = encoder.encode("line\n".repeat(1000));
    for (;;) await conn.write(line);
  })().catch(() => {}); // until the client has gone
  assertEquals(await client.end(), { code: 0, out: "line\n", err: "" });
  conn.close();
  await client.child.stdin.abort();
}, UNIX);

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  limited(`netkit client ends with ${code} on ${signal}, and the server sees it go`, async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    await using client = new Netkit(["client", `${listener.addr.port}`], { stdin: "piped" });
    using conn = await listener.accept();
    await client.type("x");
    assertEquals(await conn.read(new Uint8Array(8)), 1);
    client.signal(signal);
    assertEquals(await client.end(), { code, out: "", err: "" });
    assertEquals(await conn.read(new Uint8Array(8)), null);
    await client.child.stdin.abort();
  }, UNIX);
}

limited("netkit serve outlives running out of file descriptors", async () => {
  const wrap = (
    words: readonly string[],
  ) => ["sh", "-c", 'ulimit -n 64; exec "$@"', "sh", ...words];
  await using server = await startServer(["--max-connections", "1000"], { wrap });
  const connect = () => Deno.connect({ hostname: "127.0.0.1", port: server.port });
  const conns = await Promise.all(Array.from({ length: 100 }, connect));
  await server.says(/retry +cannot accept: too many open files; again in/);
  for (const conn of conns) conn.close();
  const left = await netkit(["client", server.address], "recovered");
  assertEquals(left, { code: 0, out: "RECOVERED", err: "" });
  server.signal("SIGTERM");
  assertEquals((await server.end()).code, 0);
}, UNIX);

limited("netkit serve --reset outlives running out of file descriptors", async () => {
  const wrap = (
    words: readonly string[],
  ) => ["sh", "-c", 'ulimit -n 64; exec "$@"', "sh", ...words];
  const args = ["--reset", "--linger", "5", "--max-connections", "1000"];
  await using server = await startServer(args, { wrap });
  const connect = () => Deno.connect({ hostname: "127.0.0.1", port: server.port });
  const conns = await Promise.all(Array.from({ length: 100 }, connect));
  await server.says(/retry +cannot accept: too many open files; again in/);
  for (const conn of conns) conn.close();
  using conn = await connect();
  await assertRejects(() => conn.read(new Uint8Array(1)), Deno.errors.ConnectionReset);
}, LINUX);

limited(
  "netkit serve takes no more connections by default than it has descriptors for",
  async () => {
    const wrap = (
      words: readonly string[],
    ) => ["sh", "-c", 'ulimit -n 64; exec "$@"', "sh", ...words];
    await using server = await startServer([], { wrap });
    const connect = () => Deno.connect({ hostname: "127.0.0.1", port: server.port });
    const conns = await Promise.all(Array.from({ length: 100 }, connect));
    const answered = conns.map(async (conn) => {
      await conn.write(encoder.encode("x"));
      assertEquals(await conn.read(new Uint8Array(1)), 1);
      conn.close(); // and another one gets in
    });
    await Promise.all(answered);
    server.signal("SIGTERM");
    const { code, err } = await server.end();
    assertEquals([code, err.includes("retry")], [0, false]);
  },
  LINUX,
);

limited("netkit client gives up connecting after --connect-timeout", async () => {
  // A listener that accepts nothing, with its queue full: the kernel drops further SYNs.
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0, tcpBacklog: 1 });
  const { port } = listener.addr;
  const full = await Promise.all([1, 2].map(() => Deno.connect({ hostname: "127.0.0.1", port })));
  const left = await netkit(["client", `${port}`, "--connect-timeout", "0.2"]);
  for (const conn of full) conn.close();
  assertEquals(left, {
    code: 1,
    out: "",
    err: `netkit client: cannot connect to 127.0.0.1:${port}: no answer in 200 ms\n`,
  });
}, LINUX);

limited("netkit serve names who has the port that is taken, and the next free one", async () => {
  await using server = await startServer();
  const { code, err } = await netkit(["serve", server.address]);
  assertEquals(code, 2);
  const [first, second] = err.split("\n");
  assertEquals(first, `netkit serve: cannot listen on ${server.address}: address already in use`);
  if (Deno.build.os === "linux") {
    const { pid } = server.child;
    const holder = `  ${server.address} is held by deno, pid ${pid} (`;
    assertEquals(second!.slice(0, holder.length), holder);
    // Where the paths of Deno and of this folder are long, they are shortened.
    assertMatch(second!.slice(holder.length), /^(?:…|\S+)\/deno(?:\.exe)? run -A /);
    assertMatch(second!, /\); \d+ is free$/);
  }
  // Without the permission to look, it says what it can.
  const { err: sandboxed } = await netkit(["serve", server.address], "", allowed("--allow-net"));
  assertMatch(sandboxed, /\n {2}127\.0\.0\.1:\d+ is free: netkit serve 127\.0\.0\.1:\d+\n$/);
});

/** Starts netkit on a terminal of its own, made by script(1) of util-linux. */
function onTerminal(args: readonly string[]): Netkit {
  const wrap = (words: readonly string[]) => ["script", "-qec", words.join(" "), "/dev/null"];
  return new Netkit(args, { stdin: "piped", wrap, env: { TERM: "xterm" } });
}
