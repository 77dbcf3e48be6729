import { assertEquals, assertMatch } from "@std/assert";
import { LINUX, needs, UNIX } from "./needs.ts";
import { freePort } from "./free_port.ts";
import { Netkit, type StartOptions, startServer } from "./processes.ts";
import { GUARD, until } from "./waiting.ts";

const encoder = new TextEncoder();

/** Has a conversation of two turns with the server at `port`, then half-closes and reads the end. */
async function converse(port: number, words: readonly string[]): Promise<void> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const buffer = new Uint8Array(1000);
  for (const word of words) {
    await conn.write(encoder.encode(word));
    for (let count = 0; count < encoder.encode(word.toUpperCase()).length;) {
      count += (await conn.read(buffer))!;
    }
  }
  await conn.closeWrite();
  while (await conn.read(buffer) !== null);
}

/** Returns `text` with times, ports and durations replaced by words. */
function lasting(text: string): string {
  return text
    .replace(/^\d\d:\d\d:\d\d\.\d{3}/gm, "TIME")
    .replace(/127\.0\.0\.1:\d+/g, "ADDRESS")
    .replace(/\b[\d.]+ m?s$/gm, "DURATION");
}

Deno.test({
  name: "netkit serve -v logs every call of the sockets interface, escaped and cut",
  ...needs(UNIX),
  async fn() {
    await using server = await startServer(["-v"]);
    await converse(server.port, ["straße\n", "\x1b[2J", "x".repeat(100)]);
    await server.says(/ close /);
    server.signal("SIGTERM");
    // What is left of 80 columns.
    const left = 80 - `00:00:00.000  read    #1 ${server.address}  100 B  "…"`.length;
    assertEquals(
      lasting((await server.end()).err),
      `TIME  socket  TCP over IPv4
TIME  bind    ADDRESS
TIME  listen  ADDRESS, waiting for clients; Ctrl-C stops
TIME  accept  #1 ADDRESS
TIME  read    #1 ADDRESS  8 B  "straße\\n"
TIME  write   #1 ADDRESS  8 B  "STRASSE\\n"
TIME  read    #1 ADDRESS  4 B  "\\x1b[2J"
TIME  write   #1 ADDRESS  4 B  "\\x1b[2J"
TIME  read    #1 ADDRESS  100 B  "${"x".repeat(left)}…"
TIME  write   #1 ADDRESS  100 B  "${"X".repeat(left)}…"
TIME  read    #1 ADDRESS  0 B
TIME  close   #1 ADDRESS  112 B in, 112 B out, DURATION
TIME  stop    no connection is open
TIME  totals  1 accepted, 1 closed, 112 B in, 112 B out
`,
    );
  },
});

Deno.test({
  name: "no line of netkit serve -v is longer than the terminal is wide",
  timeout: GUARD,
  async fn() {
    for (const columns of [60, 80, 120]) {
      await using server = await startServer(["-v"], { env: { COLUMNS: `${columns}` } });
      await converse(server.port, ["x".repeat(500), "你好".repeat(100)]);
      await server.says(/ close /);
      const long = server.err.split("\n").filter((line) => [...line].length > columns);
      assertEquals(long.filter((line) => / (read|write) /.test(line)), [], `${columns} columns`);
    }
  },
});

Deno.test({
  name: "netkit serve --log json tells one object a line, with types",
  ...needs(UNIX),
  async fn() {
    const { process, port } = await startServerInJson();
    await using _ended = process;
    await converse(port, ["hello"]);
    await process.says(/"close"/);
    process.signal("SIGTERM");
    const events = (await process.end()).err.trimEnd().split("\n").map((line) => JSON.parse(line));
    const address = `127.0.0.1:${port}`;
    const peer = events[3].peer;
    for (const { time } of events) assertMatch(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const [end] = events.filter(({ event }) => event === "close");
    assertEquals(typeof end.duration_ms, "number");
    assertEquals(events.map(({ time: _time, duration_ms: _duration, ...rest }) => rest), [
      { event: "socket", protocol: "TCP over IPv4", address },
      { event: "bind", protocol: "TCP over IPv4", address },
      { event: "listen", protocol: "TCP over IPv4", address },
      { event: "accept", connection: 1, peer },
      { event: "read", connection: 1, peer, bytes: 5, data: "hello" },
      { event: "write", connection: 1, peer, bytes: 5, data: "HELLO" },
      { event: "read", connection: 1, peer, bytes: 0, data: "" },
      {
        ...{ event: "close", reason: null, error: null, connection: 1, peer },
        ...{ bytes_in: 5, bytes_out: 5 },
      },
      { event: "stop", open: 0, grace_ms: 5000 },
      {
        ...{
          event: "totals",
          accepted: 1,
          closed: 1,
          reset: 0,
          errors: 0,
          refused: 0,
          requests: 0,
        },
        ...{ bytes_in: 5, bytes_out: 5, lines_dropped: 0 },
      },
    ]);
  },
});

/** Starts `netkit serve -v --log json` on a free port. */
async function startServerInJson(options: StartOptions = {}) {
  const process = new Netkit(["serve", "0", "-v", "--log", "json"], options);
  const [, port] = await process.says(/"listen".*"address":"127\.0\.0\.1:(\d+)"/);
  return { process, port: Number(port) };
}

Deno.test({
  name: "netkit serve --log none says nothing",
  ...needs(UNIX),
  async fn() {
    const port = freePort();
    await using server = new Netkit(["serve", `${port}`, "--log=none"]);
    await until(() => converse(port, ["x"]).then(() => true, () => false));
    server.signal("SIGTERM");
    assertEquals(await server.end(), { code: 0, out: "", err: "" });
  },
});

/** Calls as strace writes them: which, on which descriptor, and what came back. */
const CALL = /^\d+ +(accept4|recvfrom|sendto|shutdown|close)\((\d+).* = (-?\d+)/;

Deno.test({
  name: "netkit serve -v logs what strace sees of the same run",
  ...needs(LINUX, "strace"),
  async fn() {
    const trace = await Deno.makeTempFile();
    const calls = "trace=socket,bind,listen,accept4,recvfrom,sendto,shutdown,close";
    // With -D the process is netkit, and strace its child.
    const wrap = (words: readonly string[]) => [
      ...["strace", "-D", "-f", "-qq", "-e", "signal=none", "-e", calls, "-o", trace],
      ...words,
    ];
    const { process, port } = await startServerInJson({ wrap });
    await using server = process;
    await Promise.all([converse(port, ["one", "three"]), converse(port, ["ß".repeat(300)])]);
    await server.says(/(?:"close"[^]*){2}/);
    const logged = new Map<number, string[]>();
    for (const line of server.err.trimEnd().split("\n")) {
      const { event, connection, bytes } = JSON.parse(line);
      if (typeof connection !== "number") continue;
      if (!logged.has(connection)) logged.set(connection, []);
      logged.get(connection)!.push(bytes === undefined ? event : `${event} ${bytes}`);
    }
    // The log is written when the calls are done; strace writes before it lets them go on.
    const seen = callsOfConnections(await Deno.readTextFile(trace));
    const sorted = (conversations: Iterable<string[]>) =>
      [...conversations].map((calls) => calls.join(", ")).sort();
    assertEquals(sorted(logged.values()), sorted(seen));
    await Deno.remove(trace);
  },
});

/** Returns the calls on each accepted descriptor in the words of the log; waiting is no call. */
function callsOfConnections(trace: string): string[][] {
  const open = new Map<string, string[]>();
  const all: string[][] = [];
  for (const line of joinUnfinished(trace)) {
    const [, call, descriptor, result] = line.match(CALL) ?? [];
    if (call === undefined || descriptor === undefined || result === undefined) continue;
    if (result.startsWith("-")) continue; // EAGAIN
    if (call === "accept4") {
      const calls = ["accept"];
      open.set(result, calls);
      all.push(calls);
      continue;
    }
    const calls = open.get(descriptor);
    if (!calls) continue;
    if (call === "recvfrom") calls.push(`read ${result}`);
    if (call === "sendto") calls.push(`write ${result}`);
    if (call === "close") { // Deno shuts down first
      calls.push("close");
      open.delete(descriptor);
    }
  }
  return all;
}

/** Returns the lines of `trace` with calls that were interrupted by another thread's made whole. */
function joinUnfinished(trace: string): string[] {
  const waiting = new Map<string, string>();
  return trace.split("\n").flatMap((line) => {
    const [, thread = "", begin] = line.match(/^(\d+) +(.*) <unfinished \.\.\.>$/) ?? [];
    if (begin !== undefined) {
      waiting.set(thread, begin);
      return [];
    }
    const [, same = "", end] = line.match(/^(\d+) +<\.\.\. \w+ resumed>(.*)$/) ?? [];
    return end === undefined ? [line] : [`${same} ${waiting.get(same)}${end}`];
  });
}
