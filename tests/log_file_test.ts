import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { EventLog } from "../cli/event_log.ts";
import { describe } from "../server/event_text.ts";
import { withTotals } from "../server/event_totals.ts";
import type { ServerEvent } from "../server/events.ts";
import { fakeIo } from "./fakes.ts";
import { needs, UNIX } from "./needs.ts";
import { RUN } from "./processes.ts";
import { endProcess, until } from "./waiting.ts";

/** An event as a line of the log in JSON has it. */
type Line = Readonly<Record<string, unknown>> & { readonly event: string };

function parseLines(text: string): Line[] {
  assert(text.endsWith("\n"), "the last line is whole");
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** Starts `netkit serve --log json` with standard error as `stderr` says. */
function startServer(args: readonly string[], stderr = ""): Deno.ChildProcess {
  const words = [Deno.execPath(), ...RUN, "serve", "0", "--log", "json", ...args];
  return new Deno.Command("sh", {
    args: ["-c", `exec "$0" "$@" ${stderr}`, ...words],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

function portIn(log: string): number | null {
  const port = log.match(/"listen".*"address":"127\.0\.0\.1:(\d+)"/)?.[1];
  return port === undefined ? null : Number(port);
}

/** Starts a process that keeps a core busy until it is disposed of. */
function busyLoop(): AsyncDisposable {
  const child = new Deno.Command("sh", { args: ["-c", "while :; do :; done"] }).spawn();
  return {
    async [Symbol.asyncDispose]() {
      endProcess(child);
      await child.status;
    },
  };
}

/** What a client does: goes at once, has its answer, or goes before it has read it. */
const CLIENTS = ["goes", "talks", "breaks off"] as const;

async function connect(port: number, does: typeof CLIENTS[number]): Promise<void> {
  using conn = await Deno.connect({ port });
  if (does === "goes") return;
  await conn.write(new TextEncoder().encode("hello"));
  if (does === "breaks off") return;
  await conn.closeWrite();
  const buffer = new Uint8Array(16);
  while (await conn.read(buffer) !== null);
}

/** Asserts that the last line of a log says what the lines before it say; returns it. */
function assertComplete(log: readonly Line[]): Line {
  const lines = log.slice(0, -1);
  const count = (event: string) => lines.filter((line) => line.event === event).length;
  const sum = (name: string) => lines.reduce((all, line) => all + (line[name] as number ?? 0), 0);
  const { time: _time, ...totals } = log.at(-1)!;
  assertEquals(totals, {
    event: "totals",
    accepted: count("accept"),
    closed: count("close"),
    reset: count("reset"),
    errors: count("error"),
    refused: count("refuse"),
    requests: count("request"),
    bytes_in: sum("bytes_in"),
    bytes_out: sum("bytes_out"),
    lines_dropped: 0,
  });
  assertEquals(totals.accepted, count("close") + count("reset") + count("error"));
  return totals;
}

Deno.test({
  name:
    "netkit serve loses no line of a burst into a file on a busy machine, and its totals add up",
  ...needs(UNIX),
  async fn() {
    const path = await Deno.makeTempFile();
    const server = startServer([], `2>"${path}"`);
    await server.stderr.cancel();
    try {
      await using _one = busyLoop();
      await using _two = busyLoop();
      let port: number | null = null;
      await until(async () => (port = portIn(await Deno.readTextFile(path))) !== null);
      const [plan] = fc.sample(
        fc.array(fc.constantFrom(...CLIENTS), { minLength: 3000, maxLength: 3000 }),
        1,
      );
      const left = [...plan!];
      await Promise.all(Array.from({ length: 20 }, async () => {
        for (let does; (does = left.pop()) !== undefined;) await connect(port!, does);
      }));
      // Those that the kernel has accepted are accepted by the server sooner or later.
      await until(async () =>
        (await Deno.readTextFile(path)).split('"event":"accept"').length > plan!.length
      );
    } finally {
      endProcess(server, "SIGTERM");
      await server.status;
    }
    const totals = assertComplete(parseLines(await Deno.readTextFile(path)));
    assertEquals(totals.accepted, 3000);
    await Deno.remove(path);
  },
});

Deno.test({
  name: "netkit serve goes on while nobody reads its log, tells what it dropped, and how it ended",
  ...needs(UNIX),
  async fn() {
    const server = startServer(["-v"]);
    const reader = server.stderr.pipeThrough(new TextDecoderStream()).getReader();
    let log = "";
    let port: number | null = null;
    while ((port = portIn(log)) === null) log += (await reader.read()).value ?? "";
    using conn = await Deno.connect({ port });
    const message = new Uint8Array(256).fill(1); // each byte six characters of the log
    const buffer = new Uint8Array(256);
    for (let i = 0; i < 4000; i++) {
      await conn.write(message);
      for (let count = 0; count < 256;) count += (await conn.read(buffer))!;
    }
    // What waits is read before the end: there the server gives a reader that takes nothing one second.
    const notice = '"event":"dropped"';
    for (let tail = ""; !tail.includes(notice);) {
      const { value } = await reader.read();
      assert(value !== undefined, "it has ended");
      log += value;
      tail = tail.slice(-notice.length) + value;
    }
    conn.close();
    endProcess(server, "SIGTERM");
    for (let part; (part = await reader.read()).value !== undefined;) log += part.value;
    await server.status;
    const lines = parseLines(log);
    const dropped = lines.filter(({ event }) => event === "dropped");
    assert(dropped.length > 0);
    const sum = dropped.reduce((all, { lines }) => all + (lines as number), 0);
    const { event, lines_dropped, bytes_in, accepted } = lines.at(-1)!;
    assertEquals({ event, lines_dropped }, { event: "totals", lines_dropped: sum });
    assertEquals({ bytes_in, accepted }, { bytes_in: 4000 * 256, accepted: 1 });
    const reads = lines.filter(({ event }) => event === "read" || event === "write").length;
    assert(reads + sum >= 8000, "every event is there or counted");
  },
});

/** A file on a disk with room for `room` bytes. */
function fullDisk(room: number) {
  let text = "";
  const file = {
    writeSync(bytes: Uint8Array): number {
      const part = bytes.subarray(0, Math.min(room, 7));
      if (part.length === 0) throw new Error("No space left on device");
      room -= part.length;
      text += new TextDecoder().decode(part);
      return part.length;
    },
  };
  return { file, text: () => text, makeRoom: (more: number) => room += more };
}

Deno.test("EventLog goes on when the disk is full, and tells what it cost when there is room", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.nat(400), { minLength: 1, maxLength: 30 }),
    async (rooms) => {
      const disk = fullDisk(100);
      const io = { ...fakeIo(), stderrFile: () => Promise.resolve(disk.file) };
      const log = await EventLog.open<{ event: string; number: number }>(io, "json", () => "");
      let number = 0;
      for (const room of rooms) {
        for (let i = 0; i < 5; i++) log.write({ event: "event", number: number++ });
        disk.makeRoom(room);
      }
      disk.makeRoom(10_000);
      await log.end({ event: "end", number });
      let next = 0;
      for (const line of parseLines(disk.text())) { // in order, and nothing is missing
        if (line.event === "dropped") next += line.lines as number;
        else assertEquals(line.number, next++);
      }
      assertEquals(next, number + 1);
    },
  ));
});

Deno.test("EventLog tells of dropped lines in its form, and always has room for the last event", async () => {
  for (const form of ["json", "text"] as const) {
    const started = Promise.withResolvers<void>();
    let text = "";
    const io = {
      ...fakeIo(),
      stderr: {
        async write(bytes: Uint8Array) {
          await started.promise;
          text += new TextDecoder().decode(bytes);
          return bytes.length;
        },
        isTerminal: () => false,
      },
    };
    const log = await EventLog.open<{ event: string; data: string }>(io, form, ({ data }) => data);
    for (let i = 0; i < 12; i++) log.write({ event: "read", data: "x".repeat(1_000_000) });
    assert(log.dropped > 0 && log.dropped < 12, `${log.dropped}`);
    const ended = log.end({ event: "end", data: "x" });
    started.resolve();
    await ended;
    const lines = text.trimEnd().split("\n");
    if (form === "json") {
      const { event, lines: count } = JSON.parse(lines.at(-2)!);
      assertEquals({ event, count }, { event: "dropped", count: log.dropped });
      assertEquals(JSON.parse(lines.at(-1)!).event, "end");
    } else {
      assertEquals(lines.at(-2)!.slice(14), `dropped ${log.dropped} lines of this log`);
      assertEquals(lines.at(-1)!.slice(14), "end     x");
    }
  }
});

Deno.test("withTotals() tells in the last event, and nowhere else, what has become of datagrams", async () => {
  const datagrams = { received: 9, answered: 4, refused: 0, failed: 0, lost: 5, dropped: 2 };
  const told: ServerEvent[] = [];
  const log = withTotals({
    dropped: 1,
    write: (event) => void told.push(event),
    end: (event) => Promise.resolve(void told.push(event)),
  });
  log.write({ event: "stop", open: 0, graceMs: 0, datagrams });
  await log.end();
  assertEquals(told[0], { event: "stop", open: 0, graceMs: 0 });
  assertEquals(told[1]?.event === "totals" && told[1].datagrams, datagrams);
  assertEquals(
    describe(told[1]!, 80),
    "9 received, 4 answered, 5 lost, 2 more dropped by the system, 1 line dropped",
  );
});
