import { assert, assertEquals } from "@std/assert";
import { writeAll } from "../net/stream.ts";
import { certificateFiles } from "./certificates.ts";
import { installed, LINUX, type Need, needs } from "./needs.ts";
import { Netkit } from "./processes.ts";
import { connectAndReset, exchange, exchangeText } from "./servers.ts";
import { type Vitals, vitals } from "./vitals.ts";
import { until, untilSteady } from "./waiting.ts";

const encoder = new TextEncoder();

/** A server process with its log in JSON. */
interface SlowReader {
  readonly process: Netkit;
  readonly port: number;
  connect(): Promise<Deno.TcpConn>;
}

async function startSlowReader(args: readonly string[] = []): Promise<SlowReader> {
  const process = new Netkit(["serve", "0", "--log=json", ...args]);
  const [, port] = await process.says(/"listen".*"address":"127\.0\.0\.1:(\d+)"/);
  const connect = () => Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  return { process, port: Number(port), connect };
}

/** Resident memory that a server may have gained when all is over, in KiB: what the engine keeps for later. */
const GAIN = 96 * 1024;

/**
 * Ill-treats a server process, then examines it: it still serves, has no descriptor more than before
 * and about the memory of before, and its log accounts for every connection.
 */
function survives(
  what: string,
  illTreat: (patient: SlowReader) => Promise<void>,
  { args = [], takes = [], serves = plainly }: {
    args?: readonly string[];
    takes?: readonly Need[];
    serves?: (patient: SlowReader) => Promise<void>;
  } = {},
): void {
  Deno.test({
    name: `netkit serve survives ${what}`,
    ...needs(LINUX, ...takes),
    async fn() {
      const patient = await startSlowReader(args);
      await using process = patient.process;
      await serves(patient);
      const before = await vitals(process.child.pid);
      await illTreat(patient);
      await serves(patient);
      await recovers(process.child.pid, before);
      process.signal("SIGTERM");
      const { code, err } = await process.end();
      assertEquals(code, 0);
      assertEquals(unaccounted(err), []);
    },
  });
}

async function plainly({ connect }: SlowReader): Promise<void> {
  assertEquals(await exchangeText(await connect(), "straße"), "STRASSE");
}

/** Resolves when the process has the descriptors of `before`, and checks its memory. */
async function recovers(pid: number, before: Vitals): Promise<void> {
  let now = before;
  await until(
    async () => (now = await vitals(pid)).descriptors <= before.descriptors,
    () => `${now.descriptors - before.descriptors} descriptors are left open`,
  );
  const gain = now.residentKib - before.residentKib;
  assert(gain < GAIN, `it has ${gain} KiB more than before`);
}

/** Returns the numbers of connections that the log opens and does not close exactly once. */
function unaccounted(log: string): number[] {
  const ends = new Map<number, number>();
  for (const line of log.trimEnd().split("\n")) {
    const { event, connection } = JSON.parse(line);
    if (event === "accept") ends.set(connection, 0);
    if (["close", "reset", "error"].includes(event)) {
      ends.set(connection, (ends.get(connection) ?? NaN) + 1);
    }
  }
  return [...ends].filter(([, count]) => count !== 1).map(([connection]) => connection);
}

survives("random bytes", async ({ connect }) => {
  for (let i = 0; i < 50; i++) {
    const bytes = crypto.getRandomValues(new Uint8Array(1 + i * 1000));
    await exchange(await connect(), [bytes]);
  }
});

survives("segments of one byte", async ({ connect }) => {
  const conn = await connect();
  conn.setNoDelay(true);
  const bytes = encoder.encode("straße 你好 🙂 ".repeat(50));
  const answer = await exchange(conn, Array.from(bytes, (byte) => Uint8Array.of(byte)));
  assertEquals(new TextDecoder().decode(answer), "STRASSE 你好 🙂 ".repeat(50));
});

survives("resets at every point of a conversation", async ({ connect, port }) => {
  for (let i = 0; i < 100; i++) {
    await connectAndReset(port); // before or right after accept
    await connectAndReset(port, "some text"); // after the first answer
  }
  for (let i = 0; i < 30; i++) {
    const conn = await connect(); // with an answer unread: close() resets
    await writeAll(conn, new Uint8Array(100_000));
    conn.close();
    const half = await connect();
    await writeAll(half, new Uint8Array(200_000));
    await half.closeWrite();
    half.close();
  }
});

survives("slow clients, with an idle time-out", async ({ connect }) => {
  const conns = await Promise.all(Array.from({ length: 100 }, connect));
  await Promise.all(conns.map(async (conn, i) => {
    if (i % 2 === 0) await conn.write(encoder.encode("h"));
    while (await conn.read(new Uint8Array(8)) !== null);
    conn.close();
  }));
}, { args: ["--idle-timeout", "2"] });

survives("three thousand connections in a second or two", async ({ connect }) => {
  for (let i = 0; i < 30; i++) {
    await Promise.all(Array.from({ length: 100 }, async () => {
      assertEquals(await exchangeText(await connect(), "x"), "X");
    }));
  }
});

survives("clients that flood and never read", async ({ connect }) => {
  const conns = await Promise.all(Array.from({ length: 20 }, connect));
  const megabyte = new Uint8Array(1024 * 1024).fill(0x61);
  let sent = 0;
  const floods = conns.map(async (conn) => {
    for (;;) sent += await conn.write(megabyte);
  });
  for (const flood of floods) flood.catch(() => {}); // until it is closed
  await untilSteady(() => sent);
  for (const conn of conns) conn.close();
});

/** The certificate of the server that speaks TLS, in files. */
const TLS = installed("openssl") ? await certificateFiles() : null;

survives("garbage instead of TLS", async ({ connect }) => {
  for (const garbage of ["GET / HTTP/1.0\r\n\r\n", "\x16\x03\x01", "\0".repeat(1000), ""]) {
    const conn = await connect();
    await exchange(conn, [encoder.encode(garbage)]).catch(() => {}); // it is closed or reset, as it pleases
  }
  (await connect()).close(); // in the middle of the handshake
}, {
  takes: ["openssl"],
  args: TLS?.args ?? [],
  serves: async ({ port }) => {
    const conn = await Deno.connectTls({
      hostname: "localhost",
      port,
      caCerts: [TLS!.authority],
    });
    assertEquals(await exchangeText(conn, "straße"), "STRASSE");
  },
});

survives("PROXY headers cut at every byte", async ({ connect }) => {
  const header = "PROXY TCP4 192.0.2.1 192.0.2.2 51478 8000\r\n";
  for (let cut = 0; cut < header.length; cut++) {
    const conn = await connect();
    assertEquals(await exchangeText(conn, header.slice(0, cut)).catch(() => ""), "");
  }
}, {
  args: ["--proxy-protocol"],
  serves: async ({ connect }) => {
    const header = "PROXY TCP6 2001:db8::1 2001:db8::2 51478 8000\r\n";
    assertEquals(await exchangeText(await connect(), `${header}straße`), "STRASSE");
  },
});
