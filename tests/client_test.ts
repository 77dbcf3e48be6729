import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createServer } from "node:net";
import { writeAll } from "../net/stream.ts";
import { ALL_INSTALLED, installed, LINUX, type Need, needs, UNIX } from "./needs.ts";
import { freePort } from "./free_port.ts";
import { Netkit, netkit, PATIENT, READ_ITSELF, RUN, startServer } from "./processes.ts";
import { readAll } from "./servers.ts";
import { until, untilSteady } from "./waiting.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Runs a test with a limit, so that what hangs fails. */
function limited(name: string, fn: () => Promise<void>, ...all: readonly Need[]): void {
  Deno.test({ name, ...needs(...all), fn });
}

function listenHere(): Deno.TcpListener {
  return Deno.listen({ hostname: "127.0.0.1", port: 0 });
}

/** Reads once, as text; `null` at the end. */
async function readText(conn: Deno.Conn): Promise<string | null> {
  const buffer = new Uint8Array(65536);
  const count = await conn.read(buffer);
  return count === null ? null : decoder.decode(buffer.subarray(0, count));
}

/** A port on which nobody listens. */
async function startUdpServer(): Promise<Netkit & { readonly address: string }> {
  const server = new Netkit(["serve", "0", "--udp"]);
  const [, address] = await server.says(/bind +(\S+),/);
  return Object.assign(server, { address: address! });
}

limited("netkit client --mode half sends the next line when the last one is answered", async () => {
  using listener = listenHere();
  const { port } = listener.addr;
  const running = netkit(["client", `${port}`, "--mode", "half"], "one\ntwo\nthree");
  const conn = await listener.accept();
  for (const line of ["one\n", "two\n"]) {
    assertEquals(await readText(conn), line); // the rest of the input is not there
    await conn.write(encoder.encode(line.toUpperCase().slice(0, 2)));
    await conn.write(encoder.encode(line.toUpperCase().slice(2)));
  }
  assertEquals(await readText(conn), "three");
  assertEquals(await readText(conn), null);
  await conn.write(encoder.encode("THREE\nand more\n"));
  conn.close();
  assertEquals(await running, { code: 0, out: "ONE\nTWO\nTHREE\nand more\n", err: "" });
});

limited("netkit client --mode half tells what comes out of turn and prints it", async () => {
  using listener = listenHere();
  const words = ["client", `${listener.addr.port}`, "--mode", "half"];
  await using client = new Netkit(words, { stdin: "piped" });
  const conn = await listener.accept();
  await conn.write(encoder.encode("220 ready\n"));
  await client.says(/^! out of turn: 10 B\n$/);
  await client.type("hello\n");
  assertEquals(await readText(conn), "hello\n");
  await conn.write(encoder.encode("HELLO\n"));
  await client.child.stdin.close();
  assertEquals(await readText(conn), null);
  conn.close();
  assertEquals((await client.end()).out, "220 ready\nHELLO\n");
});

limited("netkit client --mode half gives up on an answer after --turn-timeout", async () => {
  using listener = listenHere();
  const { port } = listener.addr;
  const running = netkit(
    ["client", `${port}`, "--mode", "half", "--turn-timeout", "0.2"],
    "one\ntwo\n",
  );
  const conn = await listener.accept();
  assertEquals(await readText(conn), "one\n");
  assertEquals(await running, {
    code: 1,
    out: "",
    err: `netkit client: no answer within 0.2 s from 127.0.0.1:${port}\n`,
  });
  assertEquals(await readText(conn), null);
  conn.close();
});

limited("netkit client --mode half takes the end of the server for its last answer", async () => {
  using listener = listenHere();
  const running = netkit(["client", `${listener.addr.port}`, "--mode", "half"], "one\ntwo\n");
  const conn = await listener.accept();
  assertEquals(await readText(conn), "one\n");
  await conn.write(encoder.encode("cut o"));
  conn.close();
  assertEquals(await running, { code: 0, out: "cut o", err: "" });
});

limited("netkit client --mode half passes a line of a mebibyte", async () => {
  await using server = await startServer();
  const line = "x".repeat(1024 * 1024) + "\n";
  const left = await netkit(["client", server.address, "--mode", "half"], `${line}end\n`);
  assertEquals(left.code, 0);
  assertEquals(left.out === `${line}end\n`.toUpperCase(), true);
});

limited("netkit client --mode receive ends its half after the server", async () => {
  using listener = listenHere();
  const { port } = listener.addr;
  const words = ["client", `${port}`, "--mode", "receive"];
  await using client = new Netkit(words, { stdin: "piped" });
  await client.type("not sent\n");
  const conn = await listener.accept();
  await conn.write(encoder.encode("news\n"));
  await conn.closeWrite();
  assertEquals(await readText(conn), null);
  conn.close();
  const err = "standard input is not read with --mode receive\n";
  assertEquals(await client.end(), { code: 0, out: "news\n", err });
  await client.child.stdin.abort().catch(() => {});
});

limited("netkit client --mode send drops what comes the other way, and counts it", async () => {
  await using server = await startServer();
  const text = "hello\n".repeat(1_000_000); // more than the buffers on the way hold
  const left = await netkit(["client", server.address, "--mode", "send"], text);
  assertEquals(left, { code: 0, out: "", err: "dropped 5.7 MiB that came the other way\n" });
});

limited("netkit client --wait ends with 0 when the time after the input is over", async () => {
  using listener = listenHere();
  const running = netkit(["client", `${listener.addr.port}`, "--wait", "0.1"], "hello");
  const conn = await listener.accept();
  assertEquals(decoder.decode(await readAll(conn)), "hello"); // it says nothing, and does not end
  assertEquals(await running, { code: 0, out: "", err: "" });
  conn.close();
});

limited(
  "netkit client --keep-open goes on sending to a server that has ended its half",
  async () => {
    using listener = listenHere();
    const words = ["client", `${listener.addr.port}`, "--keep-open"];
    await using client = new Netkit(words, { stdin: "piped" });
    const conn = await listener.accept();
    await conn.write(encoder.encode("last words\n"));
    await conn.closeWrite();
    const reader = client.child.stdout.getReader();
    assertEquals(decoder.decode((await reader.read()).value), "last words\n");
    await client.type("after\n");
    assertEquals(await readText(conn), "after\n");
    await client.child.stdin.close();
    assertEquals(await readText(conn), null);
    assertEquals((await reader.read()).done, true);
    assertEquals((await client.child.status).code, 0);
    conn.close();
  },
);

limited(
  "netkit client --keep-open ends its standard output with the server: its reader need not wait",
  async () => {
    using listener = listenHere();
    const words = ["client", `${listener.addr.port}`, "--keep-open"];
    await using client = new Netkit(words, { stdin: "piped" });
    const conn = await listener.accept();
    await conn.write(encoder.encode("an archive"));
    await conn.closeWrite();
    assertEquals(await new Response(client.child.stdout).text(), "an archive");
    await client.type("after\n"); // and it still runs
    assertEquals(await readText(conn), "after\n");
    await client.child.stdin.close();
    assertEquals(await readText(conn), null);
    conn.close();
    assertEquals((await client.child.status).code, 0);
  },
  { what: "Linux or macOS", isHere: ["linux", "darwin"].includes(Deno.build.os) },
);

limited(
  "netkit client --keep-open leaves standard error alone where that is the same pipe",
  async () => {
    using listener = listenHere();
    const wrap = (words: readonly string[]) => ["sh", "-c", 'exec "$@" 2>&1', "sh", ...words];
    const words = ["client", `${listener.addr.port}`, "--keep-open", "--stats"];
    await using client = new Netkit(words, { stdin: "piped", wrap });
    const conn = await listener.accept();
    await conn.write(encoder.encode("an archive\n"));
    await conn.closeWrite();
    await client.type("after\n");
    assertEquals(await readText(conn), "after\n");
    await client.child.stdin.close();
    assertEquals(await readText(conn), null);
    conn.close();
    assertMatch((await client.end()).out, /^an archive\nserver .*\n(.*\n)*received +11 B\n$/);
  },
  UNIX,
);

limited("netkit client --keep-open ends with 1 when the server is gone altogether", async () => {
  using listener = listenHere();
  const { port } = listener.addr;
  await using client = new Netkit(["client", `${port}`, "--keep-open"], { stdin: "piped" });
  const conn = await listener.accept();
  conn.close();
  const typing = (async () => {
    await until(async () => {
      await client.type("anybody?\n");
      return false;
    });
  })().catch(() => {}); // until the client has gone
  const { code, err } = await client.end();
  assertEquals(code, 1);
  assertMatch(err, /^netkit client: the connection to 127\.0\.0\.1:\d+ broke: .+\n$/);
  await typing;
});

limited("netkit client --idle-timeout ends with 1 when nothing comes or goes", async () => {
  using listener = listenHere();
  const { port } = listener.addr;
  const words = ["client", `${port}`, "--idle-timeout", "0.2"];
  await using client = new Netkit(words, { stdin: "piped" });
  const conn = await listener.accept();
  const err = `netkit client: nothing came or went for 0.2 s: gave up on 127.0.0.1:${port}\n`;
  assertEquals(await client.end(), { code: 1, out: "", err });
  assertEquals(await readText(conn), null);
  conn.close();
  await client.child.stdin.abort();
});

limited("netkit client --retry waits until somebody listens", async () => {
  const port = freePort();
  await using client = new Netkit(
    ["client", `${port}`, "--retry", "60", "--wait", "0", "--log", "json"],
  );
  await client.says(/"event":"fail","error":"connection refused"/);
  using listener = Deno.listen({ hostname: "127.0.0.1", port });
  const conn = await listener.accept();
  assertEquals((await client.end()).code, 0);
  conn.close();
});

limited("netkit client --retry waits for a Unix socket", async () => {
  const path = `${await Deno.makeTempDir()}/socket`;
  await using client = new Netkit(
    ["client", `unix:${path}`, "--retry", "60", "--wait", "0", "--log", "json"],
  );
  await client.says(/"event":"fail","error":"no such file or directory"/);
  using listener = Deno.listen({ transport: "unix", path });
  const conn = await listener.accept();
  assertEquals((await client.end()).code, 0);
  conn.close();
}, UNIX);

const RETRIED: [host: string, reason: string, seconds: string, words: string][] = [
  ["127.0.0.1", "connection refused", "2", "2.00 s"],
  ["no-such-name.invalid", "the name does not resolve", "4", "4.00 s"], // RFC 6761, section 6.4
];

for (const [host, reason, seconds, words] of RETRIED) {
  limited(`netkit client --retry ends with 1 and the last reason: ${reason}`, async () => {
    const port = freePort();
    // The system asks a name server again after a second, and not after five, when a packet was lost.
    const env = { RES_OPTIONS: "timeout:1 attempts:5" };
    const left = await netkit(["client", `${host}:${port}`, "--retry", seconds], "", { env });
    const err = `netkit client: cannot connect to ${host}:${port}: ${reason}\n` +
      `  tried for ${words}\n`;
    assertEquals(left, { code: 1, out: "", err });
  });
}

limited("netkit client ends with 2 when the name does not resolve", async () => {
  const left = await netkit(["client", "no-such-name.invalid:80"]);
  const err =
    "netkit client: cannot connect to no-such-name.invalid:80: the name does not resolve\n" +
    "  names in .invalid are for no host, for good: give another, or an address\n";
  assertEquals(left, { code: 2, out: "", err });
});

limited("netkit client ends with 1 when the server resets the connection", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.write("last words\n");
    socket.once("data", () => socket.resetAndDestroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await using client = new Netkit(["client", `${port}`], { stdin: "piped" });
  const reader = client.child.stdout.getReader();
  assertEquals(decoder.decode((await reader.read()).value), "last words\n");
  await client.type("go\n");
  await client.says(/^netkit client: the connection to \S+ broke: connection reset by peer\n$/);
  assertEquals((await client.child.status).code, 1);
  await reader.cancel();
  await client.child.stdin.abort().catch(() => {});
  await new Promise((resolve) => server.close(resolve));
});

limited("netkit client --crlf sends CRLF and leaves what arrives as it is", async () => {
  using listener = listenHere();
  const running = netkit(["client", `${listener.addr.port}`, "-C"], "a\nb\r\n\rc");
  const conn = await listener.accept();
  assertEquals(decoder.decode(await readAll(conn)), "a\r\nb\r\n\rc");
  await conn.write(encoder.encode("x\ny\r\n"));
  conn.close();
  assertEquals(await running, { code: 0, out: "x\ny\r\n", err: "" });
});

limited("netkit client stops reading from the server when nobody reads its output", async () => {
  using listener = listenHere();
  await using client = new Netkit(["client", `${listener.addr.port}`]);
  const conn = await listener.accept();
  const block = new Uint8Array(65536);
  let taken = 0;
  const sending = (async () => {
    for (;;) taken += await conn.write(block);
  })().catch(() => {});
  await untilSteady(() => taken, 64 * 1024 * 1024);
  conn.close();
  await sending;
  client.signal("SIGKILL");
});

limited("netkit client --hex shows both ways on standard error", async () => {
  await using server = await startServer();
  const { code, out, err } = await netkit(["client", server.address, "--hex"], "hello");
  assertEquals({ code, out }, { code: 0, out: "HELLO" });
  const lines = err.replace(/\d\d:\d\d:\d\d\.\d{3}/g, "TIME").split("\n");
  assertEquals(lines, [
    "> TIME  5 B",
    `00000000  68 65 6c 6c 6f${" ".repeat(36)}|hello|`,
    "< TIME  5 B",
    `00000000  48 45 4c 4c 4f${" ".repeat(36)}|HELLO|`,
    "< TIME  0 B",
    "",
  ]);
});

limited("netkit client --stats tells the steps and the amounts, also as JSON", async () => {
  await using server = await startServer();
  const where = `localhost:${server.port}`;
  const text = await netkit(["client", where, "--stats"], "hello");
  assertEquals(text.out, "HELLO");
  const names = text.err.split("\n").map((line) => line.slice(0, 10).trimEnd());
  assertEquals(names, [
    ...["server", "look-up", "connect", "first byte", "total", "sent", "received", ""],
  ]);
  const json = await netkit(["client", where, "--json"], "hello");
  const stats = JSON.parse(json.err);
  assertEquals([stats.peer, stats.bytes_out, stats.bytes_in], [server.address, 5, 5]);
  const { look_up_ms, connect_ms, handshake_ms, first_byte_ms, total_ms } = stats;
  assert(look_up_ms <= connect_ms && connect_ms <= first_byte_ms && first_byte_ms <= total_ms);
  assertEquals(handshake_ms, null);
});

limited(
  "netkit client --stats has nulls for what a refused connection did not come to",
  async () => {
    const port = freePort();
    const { code, err } = await netkit(["client", `${port}`, "--stats", "--json"]);
    assertEquals(code, 1);
    const [stats, error] = err.split("\n");
    const { peer, connect_ms } = JSON.parse(stats!);
    assertEquals([peer, connect_ms], [null, null]);
    assertStringIncludes(error!, "connection refused");
  },
);

limited("netkit client --time puts the time and the round trip before each line", async () => {
  await using server = await startServer();
  const { out } = await netkit(
    ["client", server.address, "--mode", "half", "--time"],
    "one\ntwo\n",
  );
  const line = (text: string) => `\\d\\d:\\d\\d:\\d\\d\\.\\d{3} {2,}[\\d.]+ m?s {2}${text}\\n`;
  assertMatch(out, new RegExp(`^${line("ONE")}${line("TWO")}$`));
});

limited("netkit client --log names the calls in their order", async () => {
  await using server = await startServer();
  const words = ["client", server.address, "--mode", "half", "--log", "json"];
  const { err } = await netkit(words, "hi\n");
  const events = err.trimEnd().split("\n").map((line) => JSON.parse(line));
  const seen = events.map(({ event, bytes, data, peer }) =>
    [event, bytes, data, peer].filter((value) => value !== undefined).join(" ")
  );
  assertEquals(seen, [
    "socket",
    `connect ${server.address}`,
    "write 3 hi\n",
    "read 3 HI\n",
    "shutdown",
    "read 0 ",
    "close",
  ]);
  const { bytes_in, bytes_out } = events.at(-1);
  assertEquals([bytes_in, bytes_out], [3, 3]);
});

limited("netkit client --log text previews bytes on one line, escaped", async () => {
  await using server = await startServer();
  const { err } = await netkit(["client", server.address, "--log", "text"], "\x1b[2Jé\n");
  assertMatch(err, /^\d\d:\d\d:\d\d\.\d{3} {2}write +7 B {2}"\\x1b\[2Jé\\n"$/m);
  assertMatch(err, / {2}close +7 B in, 7 B out, [\d.]+ m?s\n$/);
});

limited("netkit client --udp sends datagrams and ends when no more answers come", async () => {
  await using server = await startUdpServer();
  const words = ["client", server.address, "--udp", "--wait", "0.3"];
  await using client = new Netkit(words, { stdin: "piped" });
  await client.type("straße\n");
  const reader = client.child.stdout.getReader();
  assertEquals(decoder.decode((await reader.read()).value), "STRASSE\n");
  await client.child.stdin.close(); // now the time runs
  assertEquals((await reader.read()).done, true);
  assertEquals([await client.ended(), client.err], [0, ""]);
});

limited("netkit client --udp cuts a long input into datagrams that fit", async () => {
  await using server = await startUdpServer();
  const text = "x".repeat(200_000);
  const words = ["client", server.address, "--udp", "--wait", "0.3", "--log", "json"];
  await using client = new Netkit(words, { stdin: "piped" });
  const typing = client.type(text);
  const reader = client.child.stdout.getReader();
  assertEquals((await reader.read()).done, false); // an answer, before the time runs
  const sending = typing.then(() => client.child.stdin.close());
  while (!(await reader.read()).done);
  await sending;
  assertEquals(await client.ended(), 0);
  const events = client.err.trimEnd().split("\n").map((line) => JSON.parse(line));
  const written = events.filter(({ event }) => event === "write").map(({ bytes }) => bytes);
  assertEquals(written.reduce((sum, bytes) => sum + bytes, 0), 200_000);
  assert(written.every((bytes) => bytes <= 65_507), `${written}`);
});

limited("netkit client --udp ends with 1 when no answer comes, unless it only sends", async () => {
  const port = freePort();
  const words = ["client", `${port}`, "--udp", "--wait", "0.2"];
  const err = `netkit client: no answer within 0.2 s from 127.0.0.1:${port}\n` +
    (Deno.build.os === "linux"
      ? `  nobody on this machine has UDP port ${port} at 127.0.0.1\n`
      : "  UDP does not tell whether anybody is there; --mode send expects no answer\n");
  assertEquals(await netkit(words, "anybody?"), { code: 1, out: "", err });
  assertEquals(await netkit([...words, "--mode", "send"], "x"), { code: 0, out: "", err: "" });
  assertEquals(await netkit(words, ""), { code: 0, out: "", err: "" });
});

limited("netkit client --udp takes turns datagram by datagram", async () => {
  await using server = await startUdpServer();
  const words = ["client", server.address, "--udp", ...PATIENT];
  const left = await netkit([...words, "--log", "json"], "one\ntwo");
  assertEquals([left.code, left.out], [0, "ONE\nTWO"]);
  const calls = [...left.err.matchAll(/"event":"(read|write)"/g)].map(([, call]) => call);
  assertEquals(calls, ["write", "read", "write", "read", "read"]);
});

limited("netkit client says which source address cannot be had", async () => {
  const left = await netkit(["client", "1", "--source", "192.0.2.1"]);
  const err = "netkit client: cannot connect from 192.0.2.1: not an address of this machine\n";
  assertEquals(left, { code: 2, out: "", err });
}, LINUX);

limited("netkit client --tls says that a server does not speak TLS", async () => {
  using listener = listenHere();
  const { port } = listener.addr;
  const running = netkit(["client", `${port}`, "--tls"]);
  const conn = await listener.accept();
  await conn.write(encoder.encode("220 mail.example ESMTP\r\n"));
  const left = await running;
  conn.close();
  assertEquals(left, {
    code: 1,
    out: "",
    err: `netkit client: cannot connect to 127.0.0.1:${port}: what the server says is not TLS\n` +
      "  leave --tls out if it speaks plain TCP\n",
  });
});

limited("netkit client needs no other permission than the network's", async () => {
  await using server = await startServer();
  const [run, , main] = RUN;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [run!, "--no-prompt", READ_ITSELF, "--allow-net", main!, "client", server.address],
    stdin: "null",
    env: { DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  assertEquals(decoder.decode(stdout) + decoder.decode(stderr), "");
});

/** Wraps a command such that `twice` is ::1 first and then 127.0.0.1, in a mount namespace of its own. */
function withTwoAddresses(hosts: string) {
  return (words: readonly string[]) => [
    ...["unshare", "-rm", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"', hosts],
    ...words,
  ];
}

/** Whether namespaces can be made, and IPv6 is there. */
function hasMounts(): boolean {
  if (ALL_INSTALLED) return true;
  if (Deno.build.os !== "linux" || !installed("unshare")) return false;
  const args = ["-rm", "mount", "--bind", "/etc/hosts", "/etc/hosts"];
  const { success } = new Deno.Command("unshare", { args, stderr: "null" }).outputSync();
  return success;
}

const MOUNTS: Need = { what: "mount namespaces", isHere: hasMounts() };

for (const listening of ["127.0.0.1", "::1"]) {
  limited(`netkit client finds a server at ${listening} by a name with two addresses`, async () => {
    const hosts = await Deno.makeTempFile();
    await Deno.writeTextFile(hosts, "::1 twice.example\n127.0.0.1 twice.example\n");
    using listener = Deno.listen({ hostname: listening, port: freePort(listening) });
    const wrap = withTwoAddresses(hosts);
    for (const more of [[], ["--stats", "--json"]]) {
      const words = ["client", `twice.example:${listener.addr.port}`, "--wait", "0", ...more];
      const running = netkit(words, "hello", { wrap });
      const conn = await listener.accept();
      assertEquals(decoder.decode(await readAll(conn)), "hello");
      conn.close();
      const { code, err } = await running;
      assertEquals(code, 0, err);
    }
    await Deno.remove(hosts);
  }, MOUNTS);
}

limited(
  "netkit client writes all of a large answer, also when the peer resets afterwards",
  async () => {
    using listener = listenHere();
    const answer = crypto.getRandomValues(new Uint8Array(60_000)).map((byte) => byte & 0x7f);
    const running = netkit(["client", `${listener.addr.port}`], "question");
    const conn = await listener.accept();
    await writeAll(conn, answer);
    await readAll(conn);
    conn.close();
    const left = await running;
    assertEquals(left.code, 0);
    assertEquals(encoder.encode(left.out), answer);
  },
);

limited(
  "netkit client shows progress for a file on a terminal, and erases it",
  async () => {
    const file = await Deno.makeTempFile();
    await Deno.writeFile(file, new Uint8Array(32 * 1024 * 1024)); // more than the buffers on the way hold
    using listener = listenHere();
    const wrap = (words: readonly string[]) => [
      ...["script", "-qec", `${words.join(" ")} <${file}`, "/dev/null"],
    ];
    const words = ["client", `${listener.addr.port}`];
    await using client = new Netkit(words, { wrap, env: { TERM: "xterm" } });
    const conn = await listener.accept();
    const reader = client.child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let out = "";
    while (!/\d % {2}[\d.]+ MiB of 32\.0 MiB sent, [\d.]+ \w+\/s/.test(out)) {
      const { value, done } = await reader.read();
      assert(!done, out);
      out += value;
    }
    while (await conn.read(new Uint8Array(65536)) !== null); // now it is read
    await conn.write(encoder.encode("thank you\n"));
    conn.close();
    for (let chunk; !(chunk = await reader.read()).done;) out += chunk.value;
    assert(out.endsWith("\r\x1b[Kthank you\r\n"), JSON.stringify(out.slice(-100)));
    assertEquals((await client.child.status).code, 0);
    await Deno.remove(file);
  },
  LINUX,
  "script",
);

limited("netkit client ends with 130 on SIGINT while it waits for a server", async () => {
  const words = ["client", `${freePort()}`, "--retry", "60", "--log", "json"];
  await using client = new Netkit(words);
  await client.says(/"event":"fail"/);
  client.signal("SIGINT");
  assertEquals((await client.end()).code, 130);
}, UNIX);

limited("netkit client --stats tells what there was when SIGINT ends it", async () => {
  using listener = listenHere();
  const words = ["client", `${listener.addr.port}`, "--stats", "--json"];
  await using client = new Netkit(words, { stdin: "piped" });
  await client.type("hello");
  const conn = await listener.accept();
  assertEquals(await readText(conn), "hello");
  client.signal("SIGINT");
  const { code, err } = await client.end();
  assertEquals([code, JSON.parse(err).bytes_out], [130, 5]);
  conn.close();
  await client.child.stdin.abort();
}, UNIX);
