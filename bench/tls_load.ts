/**
 * The load generator for TLS: `latency` and `bulk` of load.c, in Deno, with the same arguments and
 * fields, and with every byte verified.
 *
 * It takes more processor time for a message than the servers do: compare what it finds of theirs.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";

const words = parseArgs(Deno.args, {
  string: ["port", "cert", "pid", "request", "reply", "connections"],
});
const [mode] = words._;
const port = Number(words.port);
const count = Number(words.connections ?? 1);
const request = await Deno.readFile(String(words.request));
const reply = await Deno.readFile(String(words.reply));
const authority = await Deno.readTextFile(String(words.cert));

/** Bytes of a message, as in load.c. */
const SIZE = 64;
const CHUNK = 64 * 1024;
const NEWLINE = 0x0a;

/** Processor ticks in a second: USER_HZ is 100 on every architecture that Deno runs on. */
const TICKS = 100;

/** Returns the processor seconds of a process: fields 14 and 15 of proc_pid_stat(5). */
function cpuOf(pid: unknown): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** The clocks now: seconds, and processor seconds of the server and of this program. */
function clocks(): { time: number; server: number; own: number } {
  return { time: performance.now() / 1000, server: cpuOf(words.pid), own: cpuOf("self") };
}

function connect(): Promise<Deno.TlsConn> {
  return Deno.connectTls({ hostname: "127.0.0.1", port, caCerts: [authority] });
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await conn.write(bytes.subarray(written));
  }
}

function check(bytes: Uint8Array, expected: Uint8Array, at: number): void {
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== expected[(at + i) % expected.length]) {
      throw new Error(`a wrong byte at ${at + i}`);
    }
  }
}

/** Plays ping-pong over one connection; `onReply` is told how long each reply took, and says whether to go on. */
async function play(
  conn: Deno.Conn,
  number: number,
  onReply: (milliseconds: number) => boolean,
): Promise<void> {
  const message = new Uint8Array(SIZE);
  const expected = new Uint8Array(SIZE);
  const buffer = new Uint8Array(SIZE + 1);
  for (let at = number * 7919;; at += SIZE - 1) {
    for (let i = 0; i < SIZE - 1; i++) {
      message[i] = request[(at + i) % request.length]!;
      expected[i] = reply[(at + i) % reply.length]!;
    }
    message[SIZE - 1] = expected[SIZE - 1] = NEWLINE;
    const sent = performance.now();
    await writeAll(conn, message);
    for (let received = 0; received < SIZE;) {
      const length = await conn.read(buffer);
      if (length === null || received + length > SIZE) throw new Error("a reply is not as long");
      check(buffer.subarray(0, length), expected, received);
      received += length;
    }
    if (!onReply(performance.now() - sent)) return;
  }
}

async function latency(): Promise<Record<string, number>> {
  const connections: Deno.Conn[] = [];
  for (let i = 0; i < count; i++) connections.push(await connect());
  const times: number[] = [];
  const replies = new Array<number>(count).fill(0);
  const start = performance.now();
  const from = start + Number(words["warm-up"]) * 1000;
  const until = from + Number(words.seconds) * 1000;
  let begin: ReturnType<typeof clocks> | null = null;
  await Promise.all(connections.map((conn, i) =>
    play(conn, i, (milliseconds) => {
      const now = performance.now();
      if (now < from) return true;
      begin ??= clocks();
      if (now > until) return false;
      times.push(milliseconds);
      replies[i]!++;
      return true;
    })
  ));
  for (const conn of connections) conn.close();
  const end = clocks();
  const { time, server, own } = begin ?? end;
  const seconds = end.time - time;
  times.sort((a, b) => a - b);
  const sum = times.length;
  return {
    messagesPerSecond: sum / seconds,
    latencyP50Ms: times[Math.floor(sum / 2)]!,
    latencyP99Ms: times[Math.floor(sum * 0.99)]!,
    latencyMaxMs: times.at(-1)!,
    fewest: Math.min(...replies),
    most: Math.max(...replies),
    fewestPercent: 100 * Math.min(...replies) * count / sum,
    mostPercent: 100 * Math.max(...replies) * count / sum,
    zero: replies.filter((each) => each === 0).length,
    jain: sum ** 2 / (count * replies.reduce((squares, each) => squares + each ** 2, 0)),
    serverCpuUs: (end.server - server) * 1e6 / sum,
    generatorCores: (end.own - own) / seconds,
  };
}

async function bulk(): Promise<Record<string, number | null>> {
  const cycles = Math.floor(Number(words.megabytes) * 1e6 / request.length) + 1;
  const conn = await connect();
  const begin = clocks();
  await Promise.all([sendCycles(conn, cycles), readToEnd(conn, cycles * reply.length)]);
  const end = clocks();
  conn.close();
  const seconds = end.time - begin.time;
  const megabytes = cycles * request.length / 1e6;
  return {
    megabytes,
    megabytesPerSecond: megabytes / seconds,
    wrongAt: null,
    serverCpuMs: (end.server - begin.server) * 1000 / megabytes,
    generatorCores: (end.own - begin.own) / seconds,
  };
}

async function sendCycles(conn: Deno.TlsConn, cycles: number): Promise<void> {
  for (let i = 0; i < cycles; i++) await writeAll(conn, request);
  await conn.closeWrite();
}

async function readToEnd(conn: Deno.Conn, expected: number): Promise<void> {
  const buffer = new Uint8Array(CHUNK);
  let received = 0;
  for (let length; (length = await conn.read(buffer)) !== null;) {
    check(buffer.subarray(0, length), reply, received);
    received += length;
  }
  if (received !== expected) {
    throw new Error(`the stream ended after ${received} of ${expected} bytes`);
  }
}

function print(value: unknown): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(value)}\n`));
}

try {
  print(mode === "bulk" ? await bulk() : await latency());
} catch (error) {
  print({ error: error instanceof Error ? error.message : `${error}` });
  Deno.exit(1);
}
