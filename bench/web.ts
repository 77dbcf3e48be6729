/**
 * The cost of a byte over a WebSocket beside that over TCP, with the same server, text and client.
 *
 * Each round sends the same megabytes over TCP and in messages of a WebSocket, and divides one time by
 * the other: the processor time of the server, and the time that it takes in all.
 *
 *     deno task bench-web [--megabytes N] [--rounds N]
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import { parseArgs } from "@std/cli/parse-args";
import { describeMachine } from "./machine.ts";
import { cpuOf, killAll, Process } from "./processes.ts";
import { formatSpread, formatTable } from "./report.ts";
import { spreadOf } from "./results.ts";
import { asciiText, mixedText, type Text } from "./texts.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;

/** The texts, and how many copies of one are a message: 64 KiB and nearly 1 MiB. */
const KINDS: readonly (readonly [title: string, text: Text, copies: number])[] = [
  ["ASCII, messages of 64 KiB", asciiText(), 1],
  ["ASCII, messages of 1 MiB", asciiText(), 16],
  ["mixed, messages of 64 KiB", mixedText(), 1],
  ["mixed, messages of 1 MiB", mixedText(), 16],
];

/** Times in milliseconds a megabyte. */
interface Sample {
  /** The processor time of the server, all its threads. */
  readonly cpu: number;
  /** The time in all. */
  readonly wall: number;
}

/** Returns `bytes` as a masked message of a client (RFC 6455, section 5.2); binary, which has no further check. */
function frameOf(bytes: Uint8Array): Uint8Array {
  const mask = crypto.getRandomValues(new Uint8Array(4));
  const frame = new Uint8Array(14 + bytes.length);
  frame.set([0x82, 0xff]);
  new DataView(frame.buffer).setBigUint64(2, BigInt(bytes.length));
  let at = 10;
  if (bytes.length < 65_536) {
    frame[1] = 0xfe;
    new DataView(frame.buffer).setUint16(2, bytes.length);
    at = 4;
  }
  frame.set(mask, at);
  bytes.forEach((byte, i) => frame[at + 4 + i] = byte ^ mask[i & 3]!);
  return frame.subarray(0, at + 4 + bytes.length);
}

/** Sends `piece` over and over, and reads until `expected` bytes have come for each; verifies the first. */
async function exchange(
  conn: Deno.Conn,
  piece: Uint8Array,
  { count, expected, reply }: {
    readonly count: number;
    readonly expected: number;
    readonly reply: Uint8Array;
  },
): Promise<void> {
  const sending = (async () => {
    for (let i = 0; i < count; i++) {
      for (let at = 0; at < piece.length;) at += await conn.write(piece.subarray(at));
    }
  })();
  const buffer = new Uint8Array(256 * 1024);
  const first: Uint8Array[] = [];
  for (let received = 0; received < count * expected;) {
    const length = await conn.read(buffer);
    if (length === null) throw new Error("the server has ended");
    if (received < expected) first.push(buffer.slice(0, length));
    received += length;
  }
  await sending;
  verify(concat(first).subarray(0, expected), reply);
}

/** Throws unless the answer has `reply` in it: between heads of frames, in pieces. */
function verify(answer: Uint8Array, reply: Uint8Array): void {
  let at = 0;
  for (let i = 0; i < answer.length && at < reply.length; i++) if (answer[i] === reply[at]) at++;
  if (at < reply.length) throw new Error(`a wrong byte at ${at}`);
}

/** Returns the bytes that `bytes` are in the frames of an answer to pieces of 64 KiB. */
async function framedLength(port: number, frame: Uint8Array, reply: Uint8Array): Promise<number> {
  using conn = await openWebSocket(port);
  await conn.write(frame).then(async (written) => {
    for (let at = written; at < frame.length;) at += await conn.write(frame.subarray(at));
  });
  const buffer = new Uint8Array(256 * 1024);
  let text = 0;
  let all = 0;
  let rest = new Uint8Array();
  while (text < reply.length) {
    const length = await conn.read(buffer);
    if (length === null) throw new Error("the server has ended");
    rest = concat([rest, buffer.subarray(0, length)]);
    for (;;) {
      const short = rest[1]! & 0x7f;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (rest.length < head) break;
      const view = new DataView(rest.buffer, rest.byteOffset);
      const size = head === 2
        ? short
        : head === 4
        ? view.getUint16(2)
        : Number(view.getBigUint64(2));
      if (rest.length < head + size) break;
      text += size;
      all += head + size;
      rest = rest.slice(head + size);
    }
  }
  return all;
}

/** Opens a WebSocket by hand. */
async function openWebSocket(port: number): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const lines = [
    "GET /ws HTTP/1.1",
    `Host: 127.0.0.1:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  await conn.write(new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`));
  const buffer = new Uint8Array(4096);
  const length = await conn.read(buffer) ?? 0;
  const head = new TextDecoder().decode(buffer.subarray(0, length));
  if (!/^HTTP\/1\.1 101 [\s\S]*\r\n\r\n$/.test(head)) throw new Error(head);
  return conn;
}

/** Resolves to the ports of a server: for sockets, and for browsers. */
async function portsOf(pid: number): Promise<readonly [number, number]> {
  for (let tries = 0; tries < 1000; tries++) {
    const { stdout } = await new Deno.Command("ss", { args: ["-Hltnp"] }).output();
    const lines = new TextDecoder().decode(stdout).split("\n");
    const ports = lines.filter((line) => line.includes(`pid=${pid},`))
      .map((line) => Number(line.match(/:(\d+) /)![1]));
    if (ports.length === 2) return await inOrder(ports[0]!, ports[1]!);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("the server does not listen");
}

async function inOrder(a: number, b: number): Promise<readonly [number, number]> {
  try {
    (await openWebSocket(b)).close();
    return [a, b];
  } catch {
    return [b, a];
  }
}

/** Runs `act`, which moves `megabytes`, and measures it. */
async function measured(pid: number, megabytes: number, act: () => Promise<void>): Promise<Sample> {
  const [cpu, wall] = [cpuOf(pid), performance.now()];
  await act();
  return {
    cpu: (cpuOf(pid) - cpu) / megabytes,
    wall: (performance.now() - wall) / megabytes,
  };
}

if (import.meta.main) {
  const options = parseArgs(Deno.args, { string: ["megabytes", "rounds"] });
  const megabytes = Number(options.megabytes ?? 128);
  const rounds = Number(options.rounds ?? 5);
  // deno-lint-ignore no-console -- a bench is there to print
  const print = console.log;
  const command = [Deno.execPath(), "run", "-A", "--quiet", MAIN, "serve", "0"];
  try {
    await using server = new Process([...command, "--log", "none", "--web", "0"]);
    const [tcpPort, webPort] = await portsOf(server.pid);
    for (const [title, text] of Object.entries(describeMachine())) print(`${title}: ${text}`);
    print(`ms a megabyte, medians of ${rounds} rounds of ${megabytes} MB [least-most]; ratio:`);
    print("WebSocket divided by TCP in the same round\n");
    const rows = [["", "TCP CPU", "WebSocket CPU", "ratio", "ratio in all"]];
    for (const [title, text, copies] of KINDS) {
      const request = concat(Array<Uint8Array>(copies).fill(text.request));
      const reply = concat(Array<Uint8Array>(copies).fill(text.reply));
      const frame = frameOf(request);
      const expected = await framedLength(webPort, frame, reply);
      const count = Math.ceil(megabytes * 1e6 / request.length);
      const moved = count * request.length / 1e6;
      const [tcp, web]: [Sample[], Sample[]] = [[], []];
      for (let round = 0; round <= rounds; round++) {
        const overTcp = async () => {
          using conn = await Deno.connect({ hostname: "127.0.0.1", port: tcpPort });
          await exchange(conn, request, { count, expected: reply.length, reply });
        };
        const overWeb = async () => {
          using conn = await openWebSocket(webPort);
          await exchange(conn, frame, { count, expected, reply });
        };
        tcp.push(await measured(server.pid, moved, overTcp));
        web.push(await measured(server.pid, moved, overWeb));
      }
      tcp.shift(); // the first round warms up
      web.shift();
      const spread = (values: readonly number[]) => formatSpread(spreadOf(values)!);
      rows.push([
        title,
        spread(tcp.map(({ cpu }) => cpu)),
        spread(web.map(({ cpu }) => cpu)),
        spread(web.map(({ cpu }, i) => cpu / tcp[i]!.cpu)),
        spread(web.map(({ wall }, i) => wall / tcp[i]!.wall)),
      ]);
    }
    print(formatTable(rows));
  } finally {
    killAll();
  }
}
