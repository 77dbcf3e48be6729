/**
 * A soak: an hour's worth of conversations, long ones and short ones, with faults at random, pressed
 * into seconds. Nothing may be lost or mixed up, and the server must end as it began.
 *
 *     deno task soak [--seconds N] [--seed N]
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { TextLineStream } from "@std/streams/text-line-stream";
import { writeAll } from "../net/stream.ts";
import { RUN } from "./processes.ts";
import { connectAndReset, exchange, readAll } from "./servers.ts";
import { vitals } from "./vitals.ts";
import { endProcess } from "./waiting.ts";

/** Conversations under way at once. */
const WORKERS = 24;

/** Bytes through each mode of the client. */
const BULK = 64 * 2 ** 20;

/** Resident memory that the server may have gained at the end, in KiB. */
const GAIN = 128 * 1024;

/** Numbers that look random and are the same for the same seed (mulberry32). */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Returns an integer from 0 up to but not including `end`. */
  below(end: number): number {
    this.#state = this.#state + 0x6d2b79f5 >>> 0;
    let t = Math.imul(this.#state ^ this.#state >>> 15, this.#state | 1);
    t = t + Math.imul(t ^ t >>> 7, t | 61) ^ t;
    return Math.floor((t ^ t >>> 14) / 2 ** 32 * end + end) % end;
  }
}

/** A server process whose log is counted as it comes. */
class Server {
  readonly child: Deno.ChildProcess;
  /** Connections that were accepted and have not ended, and those that ended twice. */
  readonly open = new Set<number>();
  accepted = 0;
  readonly wrong: string[] = [];
  port = 0;
  readonly #logged: Promise<void>;
  readonly #listening = Promise.withResolvers<void>();

  constructor() {
    this.child = new Deno.Command(Deno.execPath(), {
      args: [...RUN, "serve", "0", "--log=json", "--idle-timeout=20"],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#logged = this.#count();
  }

  async #count(): Promise<void> {
    const lines = this.child.stderr.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    for await (const line of lines) {
      if (!line.startsWith("{")) {
        this.wrong.push(line);
        continue;
      }
      const { event, connection, address } = JSON.parse(line);
      if (event === "accept") {
        this.accepted++;
        this.open.add(connection);
      }
      const ended = ["close", "reset", "error"].includes(event);
      if (ended && !this.open.delete(connection)) this.wrong.push(line);
      if (event === "error") this.wrong.push(line);
      if (event === "listen") {
        this.port = Number(address.split(":").at(-1));
        this.#listening.resolve();
      }
    }
  }

  async listens(): Promise<void> {
    await this.#listening.promise;
  }

  async end(): Promise<number> {
    endProcess(this.child, "SIGTERM");
    const { code } = await this.child.status;
    await this.#logged;
    return code;
  }
}

const LETTERS = ["a", "Z", "ß", "é", "你", "ŉ", "ﬁ", "ς", "🙂", "𐐨", "\n", " "];

/** Returns text of about `length` bytes that no other conversation has. */
function textFor(random: Random, name: string, length: number): string {
  let text = `${name}: `;
  while (text.length < length) {
    text += LETTERS[random.below(LETTERS.length)]!.repeat(1 + random.below(9));
  }
  return text;
}

/** Cuts `bytes` at random. */
function cut(bytes: Uint8Array, random: Random, longest: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    pieces.push(bytes.subarray(at, at += 1 + random.below(longest)));
  }
  return pieces;
}

/** One conversation: of a kind and with a content that `random` chooses. Throws when it goes wrong. */
async function converse(port: number, name: string, random: Random): Promise<void> {
  const kind = random.below(20);
  if (kind === 0) return await connectAndReset(port);
  if (kind === 1) return await connectAndReset(port, "until the answer");
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  if (kind === 2) return conn.close();
  const length = kind < 5 ? random.below(1_000_000) : random.below(3000);
  const text = textFor(random, name, length);
  const bytes = new TextEncoder().encode(text);
  if (kind === 3) { // goes away in the middle, with answers unread
    await conn.write(bytes);
    return conn.close();
  }
  const pieces = cut(bytes, random, kind < 5 ? 100_000 : 500);
  const answer = await exchange(conn, pieces);
  if (new TextDecoder("utf-8", { ignoreBOM: true }).decode(answer) !== text.toUpperCase()) {
    throw new Error(`${name}: ${text.length} characters came back changed`);
  }
}

/** Runs `netkit client` with `args`; `feed` writes its input. Resolves to its output. */
async function client(
  args: readonly string[],
  feed: (input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>) => Promise<void>,
): Promise<Uint8Array> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...RUN, "client", ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const feeding = feed(writer).then(() => writer.close());
  feeding.catch(() => {}); // the exit code tells
  const { code, stdout, stderr } = await child.output();
  if (code !== 0) throw new Error(`client ${args}: ${code}: ${new TextDecoder().decode(stderr)}`);
  return stdout;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Sends and receives `BULK` bytes through each mode of the client, by `netkit serve` where it can. */
async function bulk(port: number): Promise<void> {
  const line = new TextEncoder().encode(`${"straße 你好 ".repeat(4000)}\n`);
  const upper = new TextEncoder().encode(`${"STRASSE 你好 ".repeat(4000)}\n`);
  const count = Math.ceil(BULK / line.length);
  for (const mode of ["full", "half"]) {
    const answer = await client([`${port}`, "--mode", mode], async (input) => {
      for (let i = 0; i < count; i++) await input.write(line);
    });
    for (let i = 0; i < count; i++) {
      if (!same(answer.subarray(i * upper.length, (i + 1) * upper.length), upper)) {
        throw new Error(`mode ${mode}: line ${i} of ${count} is wrong`);
      }
    }
    if (answer.length !== count * upper.length) throw new Error(`mode ${mode}: ${answer.length} B`);
  }
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const here = `${listener.addr.port}`;
  const receiving = listener.accept().then(async (conn) => {
    const received = await readAll(conn);
    conn.close();
    return received;
  });
  await client([here, "--mode", "send"], async (input) => {
    for (let i = 0; i < count; i++) await input.write(line);
  });
  if ((await receiving).length !== count * line.length) {
    throw new Error("mode send: bytes are lost");
  }
  const sending = listener.accept().then(async (conn) => {
    for (let i = 0; i < count; i++) await writeAll(conn, line);
    conn.close();
  });
  const received = await client([here, "--mode", "receive"], () => Promise.resolve());
  await sending;
  if (received.length !== count * line.length) throw new Error("mode receive: bytes are lost");
}

/** Soaks a server for `seconds`; throws when anything goes wrong. */
async function soak(seconds: number, seed: number): Promise<void> {
  const server = new Server();
  try {
    await server.listens();
    const warm = new Random(seed);
    for (let i = 0; i < 50; i++) await converse(server.port, "warm", warm);
    const before = await vitals(server.child.pid);
    const end = performance.now() + seconds * 1000;
    let conversations = 0;
    const workers = Array.from({ length: WORKERS }, async (_, worker) => {
      const random = new Random(seed + 1 + worker);
      for (let i = 0; performance.now() < end; i++) {
        await converse(server.port, `${worker}/${i}`, random);
        conversations++;
      }
    });
    await Promise.all([...workers, bulk(server.port)]);
    let now = await vitals(server.child.pid);
    for (let i = 0; now.descriptors > before.descriptors && i < 100; i++) {
      await new Promise((resolve) => setTimeout(resolve, 100)); // for the last ones to end
      now = await vitals(server.child.pid);
    }
    const gain = now.residentKib - before.residentKib;
    const left = now.descriptors - before.descriptors;
    const code = await server.end();
    const log = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
    log(`${conversations} conversations, ${server.accepted} connections, seed ${seed}`);
    log(`resident memory ${before.residentKib} KiB before, ${now.residentKib} KiB after`);
    log(`descriptors ${before.descriptors} before, ${now.descriptors} after`);
    if (code !== 0) throw new Error(`the server ended with ${code}`);
    if (left > 0) throw new Error(`${left} descriptors are left open`);
    if (gain > GAIN) throw new Error(`the server has ${gain} KiB more than before`);
    if (server.open.size > 0) throw new Error(`no end is logged of ${[...server.open]}`);
    if (server.wrong.length > 0) throw new Error(server.wrong.slice(0, 5).join("\n"));
  } finally {
    try {
      endProcess(server.child);
    } catch {
      // it has ended
    }
  }
}

if (import.meta.main) {
  const { seconds = "120", seed = `${Date.now() % 1_000_000}` } = parseArgs(Deno.args, {
    string: ["seconds", "seed"],
  });
  await soak(Number(seconds), Number(seed));
}
