import { assert, assertEquals, assertMatch } from "@std/assert";
import { concat } from "@std/bytes/concat";
import { connect as connectNode } from "node:net";
import { writeAll } from "../net/stream.ts";
import { LINUX, needs } from "./needs.ts";
import { Netkit, netkit } from "./processes.ts";
import { readAll, resetBehind } from "./servers.ts";
import { vitals } from "./vitals.ts";
import { until, untilSteady } from "./waiting.ts";

const encoder = new TextEncoder();

const MIB = 1024 * 1024;

/** KiB that a listening side may have more than before, whatever a client sends and does not read. */
const MOST_KIB = 96 * 1024;

/** A listening side that talks with one client after the other, and has no input. */
class Talker {
  readonly process: Netkit;
  readonly port: number;
  /** Its standard output so far. */
  out: Uint8Array = new Uint8Array();
  readonly #reading: Promise<void>;

  private constructor(process: Netkit, port: number, reads: boolean) {
    this.process = process;
    this.port = port;
    this.#reading = reads ? this.#read() : Promise.resolve();
  }

  /** Starts one; nobody reads its standard output unless `reads`. */
  static async start(args: readonly string[] = [], reads = true): Promise<Talker> {
    const process = new Netkit(["serve", "0", "--talk", "--keep", "--keep-open", ...args]);
    const [, port] = await process.says(/ listen +127\.0\.0\.1:(\d+),/);
    return new Talker(process, Number(port), reads);
  }

  async #read(): Promise<void> {
    for await (const part of this.process.child.stdout) this.out = concat([this.out, part]);
  }

  connect(): Promise<Deno.TcpConn> {
    return Deno.connect({ hostname: "127.0.0.1", port: this.port });
  }

  vitals() {
    return vitals(this.process.child.pid);
  }

  /** Talks with it as the next client; resolves when the text has come out behind what was there. */
  async hears(text: string): Promise<void> {
    const conn = await this.connect();
    await writeAll(conn, encoder.encode(text));
    await conn.closeWrite();
    await readAll(conn);
    conn.close();
    await until(() => this.text.endsWith(text), () => JSON.stringify(this.text.slice(-200)));
  }

  get text(): string {
    return new TextDecoder("latin1").decode(this.out.subarray(-1000));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.signal("SIGKILL");
    await this.#reading;
    await this.process[Symbol.asyncDispose]();
  }
}

/** The text of a client that ends in good order: it comes out as it is. */
const TEXTS: Readonly<Record<string, Uint8Array>> = {
  "nothing": new Uint8Array(),
  "NULs": new Uint8Array(1000),
  "every byte": Uint8Array.from({ length: 256 }, (_, i) => i),
  "characters that are cut": Uint8Array.fromHex("c3e282f09f98ff80c0af"),
  "commands for a terminal": encoder.encode("\x1b[2J\x1b]0;x\x07\x1b[6n\x9b5n\x1bc\x0e\b\b\r"),
  "a line without an end": new Uint8Array(4 * MIB).fill(0x61),
  "lines without a text": new Uint8Array(MIB).fill(0x0a),
  "Telnet's options": Uint8Array.of(0xff, 0xfb, 0x1f, 0xff, 0xfd, 0x03, 0xff, 0xff),
  "a TLS hello": Uint8Array.of(0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0),
};

for (const args of [[], ["-v"], ["--hex"]]) {
  const name = ["serve --talk", ...args].join(" ");
  Deno.test(`${name} puts out what a client says as it is, and hears the next one`, {
    ...needs(LINUX),
  }, async (t) => {
    await using talker = await Talker.start(args);
    const before = await talker.vitals();
    for (const [what, bytes] of Object.entries(TEXTS)) {
      if (args.length > 0 && bytes.length > 1000) continue; // all of it is shown
      await t.step(what, async () => {
        const start = talker.out.length;
        const conn = await talker.connect();
        await writeAll(conn, bytes);
        await conn.closeWrite();
        await readAll(conn);
        conn.close();
        const next = `behind ${what}\n`; // what was heard before is not taken for it
        await talker.hears(next);
        assertEquals(talker.out.subarray(start), concat([bytes, encoder.encode(next)]));
      });
    }
    await until(async () => (await talker.vitals()).descriptors <= before.descriptors);
    const gain = (await talker.vitals()).peakKib - before.residentKib;
    assert(gain <= MOST_KIB, `${gain} KiB more`);
    assert(!/[^\P{Cc}\n]/u.test(talker.process.err), "what it shows commands a terminal");
  });
}

Deno.test("serve --talk is whole for a client that sends a byte at a time", {
  ...needs(LINUX),
}, async () => {
  await using talker = await Talker.start();
  const text = "straße 你好 🙂\n".repeat(20);
  const conn = await talker.connect();
  conn.setNoDelay(true);
  for (const byte of encoder.encode(text)) await conn.write(Uint8Array.of(byte));
  await conn.closeWrite();
  await readAll(conn);
  conn.close();
  await talker.hears("next\n");
  assertEquals(new TextDecoder().decode(talker.out), `${text}next\n`);
});

Deno.test("serve --talk hears the next client behind resets at every point", {
  ...needs(LINUX),
}, async () => {
  await using talker = await Talker.start();
  const { descriptors } = await talker.vitals();
  const bytes = encoder.encode("straße\r\n\x1b[0m");
  for (let length = 0; length <= bytes.length; length++) {
    await resetBehind(talker.port, bytes.subarray(0, length));
    await talker.hears(`behind ${length}\n`);
  }
  await until(async () => (await talker.vitals()).descriptors <= descriptors);
  assert(!/ bug |\n {4}at /.test(talker.process.err), talker.process.err);
});

Deno.test("serve --talk hears the next client when a hundred have come and gone while one talks", {
  ...needs(LINUX),
}, async () => {
  await using talker = await Talker.start();
  const { descriptors } = await talker.vitals();
  const first = await talker.connect();
  await writeAll(first, encoder.encode("first\n"));
  await until(() => talker.text.endsWith("first\n"));
  for (let i = 0; i < 100; i++) {
    if (i % 2 === 0) await resetBehind(talker.port, encoder.encode("x"));
    else (await talker.connect()).close();
  }
  first.close();
  await talker.hears("next\n");
  await until(async () => (await talker.vitals()).descriptors <= descriptors);
});

Deno.test(
  "serve --talk keeps little of what a client floods it with while nobody takes its output",
  {
    ...needs(LINUX),
  },
  async () => {
    await using talker = await Talker.start([], false);
    const before = await talker.vitals();
    const conn = await talker.connect();
    const part = new Uint8Array(65_536).fill(0x61);
    let sent = 0;
    const sending = (async () => {
      for (;;) sent += await conn.write(part);
    })().catch(() => {}); // it is closed
    await untilSteady(() => sent, 256 * MIB);
    const gain = (await talker.vitals()).peakKib - before.residentKib;
    conn.close();
    await sending;
    assert(gain <= MOST_KIB, `${gain} KiB more`);
  },
);

Deno.test(
  "serve --talk takes no more input than a client reads, and ends with 1 when that resets",
  {
    ...needs(LINUX),
  },
  async () => {
    await using server = new Netkit(["serve", "0", "--talk"], { stdin: "piped" });
    const [, port] = await server.says(/ listen +127\.0\.0\.1:(\d+),/);
    const before = await vitals(server.child.pid);
    const socket = connectNode({ host: "127.0.0.1", port: Number(port), allowHalfOpen: true });
    socket.on("error", () => {}); // the end comes all the same
    socket.pause();
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await new Promise((resolve) => socket.once("connect", resolve));
    const writer = server.child.stdin.getWriter();
    await server.says(/ accept /); // one that is reset before that is no client
    const part = new Uint8Array(65_536).fill(0x61);
    let typed = 0;
    const typing = (async () => {
      for (;;) {
        await writer.write(part);
        typed += part.length;
      }
    })().catch(() => {}); // it has ended
    await untilSteady(() => typed, 256 * MIB);
    const gain = (await vitals(server.child.pid)).peakKib - before.residentKib;
    socket.resetAndDestroy();
    await closed;
    const { code, err } = await server.end();
    await typing;
    assertEquals(code, 1);
    assertMatch(err, /connection reset by peer\n$/);
    assert(gain <= MOST_KIB, `${gain} KiB more`);
  },
);

Deno.test("serve --talk on a terminal shows commands for it as text", {
  ...needs(LINUX, "script"),
}, async () => {
  // Its log goes to the standard error of `script`.
  const wrap = (words: readonly string[]) => [
    ...["script", "-qec", `${words.join(" ")} 2>/proc/$PPID/fd/2`, "/dev/null"],
  ];
  const args = ["serve", "0", "--talk", "--mode", "receive"];
  await using server = new Netkit(args, { wrap, env: { TERM: "xterm" } });
  const [, port] = await server.says(/ listen +127\.0\.0\.1:(\d+),/);
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  const texts = Object.values(TEXTS).filter((bytes) => bytes.length <= 1000);
  for (const bytes of texts) await writeAll(conn, bytes);
  await writeAll(conn, encoder.encode("\nthe end\n"));
  await conn.closeWrite();
  await readAll(conn);
  conn.close();
  const { out } = await server.end();
  assertMatch(out, /\\x1b\[2J\\x1b\]0;x\\x07\\x1b\[6n\\x9b5n\\x1bc\\x0e\\x08\\x08\\x0d/);
  assertMatch(out, /the end\r\n/);
  assert(
    !/[^\P{Cc}\r\n\t]/u.test(out),
    JSON.stringify(out.match(/.{0,20}[^\P{Cc}\r\n\t].{0,20}/u)),
  );
});

/** The bytes that clients send where TLS is to begin, before they wait. */
const HELLOS: Readonly<Record<string, Uint8Array>> = {
  "nothing": new Uint8Array(),
  "the first byte of a hello": Uint8Array.of(0x16),
  "half a hello": Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3),
  "a record of another type": Uint8Array.of(0x17, 3, 3, 0, 1, 0),
  "HTTP": encoder.encode("GET / HTTP/1.1\r\n\r\n"),
  "text": encoder.encode("hello\n"),
  "alerts": Uint8Array.of(21, 3, 3, 0, 2, 1, 90, 21, 3, 3, 0, 2, 1, 90),
  "a record of NULs": new Uint8Array(20_000),
};

Deno.test(
  "serve --talk --tls talks with the next client beside each that never finishes its handshake",
  {
    ...needs(LINUX, "openssl"),
  },
  async (t) => {
    await using talker = await Talker.start(["--tls"]);
    for (const [what, bytes] of Object.entries(HELLOS)) {
      await t.step(what, async () => {
        const waiting = await Promise.all(Array.from({ length: 5 }, () => talker.connect()));
        for (const conn of waiting) await writeAll(conn, bytes).catch(() => {}); // it may be refused
        await resetBehind(talker.port, bytes);
        const text = `beside ${what}\n`;
        const words = ["client", "--tls", "--insecure", `${talker.port}`];
        const { code, err } = await netkit(words, text);
        assertEquals([code, err.replace(/^.*certificate.*\n/gm, "")], [0, ""]);
        await until(() => talker.text.endsWith(text), () => JSON.stringify(talker.text));
        for (const conn of waiting) conn.close();
      });
    }
    assert(!/[^\P{Cc}\n]/u.test(talker.process.err), "what it shows commands a terminal");
  },
);
