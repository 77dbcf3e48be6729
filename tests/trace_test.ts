import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { delay } from "@std/async/delay";
import fc from "fast-check";
import { UserError } from "../cli/errors.ts";
import type { Running } from "../cli/io.ts";
import { width } from "../text/layout.ts";
import { trace } from "../trace.ts";
import { type FakeIo, fakeIo, type FakeOptions, missing, run } from "./fakes.ts";
import { until } from "./waiting.ts";

async function example(name: string): Promise<Uint8Array> {
  return await Deno.readFile(new URL(`../examples/${name}.pcap`, import.meta.url));
}

const NAMES = [
  "four-segment-close",
  "half-close",
  "hello",
  "lost-syn",
  "refused",
  "reset",
  "simultaneous-close",
  "simultaneous-open",
  "three-segment-close",
  "zero-window",
] as const;

/** Traces an example; returns what was printed. */
async function read(
  name: string,
  args: readonly string[] = [],
  options: FakeOptions = {},
): Promise<FakeIo> {
  const io = fakeIo({ files: { "x.pcap": await example(name) }, columns: 80, ...options });
  assertEquals(await run(trace, ["-r", "x.pcap", ...args], io), 0);
  return io;
}

Deno.test("trace -r draws a simultaneous close of two kernels, captured at one of them", async () => {
  const io = await read("simultaneous-close", ["--at", "10.9.0.1"]);
  assertEquals(
    io.out(),
    `#1  10.9.0.1:38320 → 10.9.0.2:9404
   seconds  client                                                  server
            CLOSED       │                                        │
  0.000000  SYN-SENT     ├────────── SYN seq=0 mss=1460 ─────────▶│
  0.100848  ESTABLISHED  │◀──── SYN,ACK seq=0 ack=1 mss=1460 ─────┤ SYN-RECEIVED
  0.100889               ├────────────── ACK ack=1 ──────────────▶│
  0.151714               ├─── PSH,ACK seq=1 ack=1 5 B "hello" ───▶│
  0.252612               │◀────────────── ACK ack=6 ──────────────┤ ESTABLISHED
  0.254814               │◀─── PSH,ACK seq=1 ack=6 5 B "HELLO" ───┤
  0.254835               ├────────────── ACK ack=6 ──────────────▶│
  0.455457  FIN-WAIT-1   ├───────── FIN,ACK seq=6 ack=6 ─────────▶│
  0.506010  CLOSING      │◀───────── FIN,ACK seq=6 ack=6 ─────────┤ FIN-WAIT-1
                         │           simultaneous close           │
  0.506026               ├────────────── ACK ack=7 ──────────────▶│
  0.557168  TIME-WAIT    │◀────────────── ACK ack=7 ──────────────┤ CLOSING
                         │      if the last segments arrived      │ (TIME-WAIT)
opened in 3 segments, 100.889 ms; 5 B →, 5 B ←; closed by both ends at once in 4
segments
client  CLOSED ─open / SYN→ SYN-SENT ─SYN,ACK / ACK→ ESTABLISHED
        ─close / FIN→ FIN-WAIT-1 ─FIN / ACK→ CLOSING ─ACK of FIN→ TIME-WAIT
server  LISTEN ─SYN / SYN,ACK→ SYN-RECEIVED ─ACK of SYN→ ESTABLISHED
        ─close / FIN→ FIN-WAIT-1 ─FIN / ACK→ CLOSING ─ACK of FIN→ (TIME-WAIT)
`,
  );
});

Deno.test("trace -r cuts no note about the handshake from 110 columns on", async () => {
  for (const columns of [110, 115, 119]) {
    const out = (await read("four-segment-close", ["--at", "both"], { columns })).out();
    for (const note of ["the client asks to open", "connect() returns", "accept() can return"]) {
      assertStringIncludes(out, note);
    }
  }
});

Deno.test("trace -r teaches in a note column where the terminal is wide", async () => {
  const out = (await read("four-segment-close", ["--at", "both"], { columns: 120 })).out();
  for (
    const note of [
      "handshake 1/3: the client asks to open",
      "handshake 2/3: connect() returns",
      "handshake 3/3: accept() can return",
      '"hello"',
      "close 1/4: server's read() returns 0",
      "close 2/4: the client's half is closed",
      "close 3/4: client's read() returns 0",
      "close 4/4: the client waits for 2 MSL",
    ]
  ) assertStringIncludes(out, note);
});

for (const columns of [40, 60, 79, 80, 100, 120, 200]) {
  Deno.test(`trace -r is never wider than ${columns} columns, and aligned`, async () => {
    for (const name of NAMES) {
      for (const more of [[], ["--ascii"], ["--at", "both"]]) {
        const out = (await read(name, more, { columns })).out();
        for (const line of out.split("\n")) {
          assert(width(line) <= columns, `${name}: ${line}`);
          if (more[0] === "--ascii") assert(/^[\x20-\x7e]*$/.test(line), `${name}: ${line}`);
        }
        if (columns < 60) continue;
        const ends = out.split("\n").filter((line) => /^ +[\d.]+ {2}.*[│├|]/.test(line))
          .map((line) => line.search(/[│├|]/));
        assertEquals(new Set(ends).size, 1, `${name}: ${out}`);
      }
    }
  });
}

Deno.test("trace draws with ASCII where the locale or the terminal has nothing else", async () => {
  for (const env of [{ LC_ALL: "C" }, { LANG: "de_DE.ISO-8859-1" }, { TERM: "linux" }]) {
    const out = (await read("hello", [], { env })).out();
    assert(/^[\n\x20-\x7e]*$/.test(out), out);
  }
  assertStringIncludes((await read("hello", [], { env: { LANG: "zh_CN.UTF-8" } })).out(), "▶");
});

Deno.test("trace --json has a record for each segment and one for the connection", async () => {
  const lines = (await read("hello", ["--json"])).out().trimEnd().split("\n");
  const records = lines.map((line) => JSON.parse(line));
  const [first] = records;
  assertEquals(
    [first.type, first.connection, first.number, first.from],
    ["segment", 1, 1, "client"],
  );
  assertEquals([first.flags, first.seq, first.ack, first.bytes], [["SYN"], 0, null, 0]);
  assertEquals(first.before, ["CLOSED", "LISTEN"]);
  assertEquals(first.moves, [["SYN-SENT"], ["SYN-RECEIVED"]]);
  assert(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/.test(first.time), first.time);
  const last = records.at(-1);
  assertEquals(last.type, "connection");
  assertEquals([last.bytes_in, last.bytes_out], [6, 6]);
  assertEquals(last.close.by, "client");
  assertEquals(last.paths[0].at(-1), "TIME-WAIT");
  assertEquals(last.paths[1].at(-1), "CLOSED");
  assertEquals(last.presumed, [[], []]);
  // Every field is documented.
  const known = new Set((await trace.fields!()).flatMap(({ name }) => name.split(", ")));
  for (const record of records) {
    for (const name of Object.keys(record)) assert(known.has(name), name);
  }
});

Deno.test("trace folds many segments of data into one rung, and not with --all", async () => {
  const folded = (await read("zero-window")).out();
  assert(folded.split("\n").length < 40, folded);
  assert(/⋮ +│ +\d+→ +[\d.]+ KiB +\d+← +│/.test(folded), folded);
  const whole = (await read("zero-window", ["--all"])).out();
  assertEquals(whole.match(/^ +\d+\.\d+ {2}/gm)!.length, 105);
});

Deno.test("trace -r shows only the wanted port or connection", async () => {
  assertStringIncludes((await read("hello", ["8000"])).out(), "#1");
  const other = fakeIo({ files: { "x.pcap": await example("hello") } });
  const error = await assertRejects(() => run(trace, ["-r", "x.pcap", "81"], other), UserError);
  assertEquals(error.message, "no TCP segments at port 81 in x.pcap (10 packets: 10 TCP)");
  assertEquals(error.exit, 1);
  const missing = fakeIo({ files: { "x.pcap": await example("hello") } });
  const none = await assertRejects(
    () => run(trace, ["-r", "x.pcap", "--conn", "2"], missing),
    UserError,
  );
  assertEquals(
    [none.message, none.exit, missing.out()],
    ["there is no connection 2 in x.pcap: it has 1", 1, ""],
  );
});

Deno.test("trace -r counts a packet that ICMP quotes as ICMP", async () => {
  const io = fakeIo({ files: { "x.pcap": await example("first-contact") } });
  const error = await assertRejects(() => run(trace, ["-r", "x.pcap", "81"], io), UserError);
  assertStringIncludes(error.message, "(16 packets: 2 ARP, 3 ICMP, 10 TCP, 1 UDP)");
});

Deno.test("trace --svg draws the same as a picture", async () => {
  for (const name of NAMES) {
    const io = await read(name, ["--svg", "x.svg", "--at", "both"]);
    const svg = new TextDecoder().decode(io.written("x.svg")!);
    assert(svg.startsWith("<svg ") && svg.endsWith("</svg>\n"), svg.slice(0, 80));
    assertStringIncludes(svg, "SYN-SENT");
    assertStringIncludes(svg, "prefers-color-scheme: dark");
    assertEquals(svg.match(/<text\b/g)!.length, svg.match(/<\/text>/g)!.length);
    assertEquals(svg.includes("undefined") || svg.includes("NaN"), false);
  }
});

for (
  const [what, bytes, message] of [
    ["no capture", new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]), /cannot read x\.pcap: /],
    ["nothing", new Uint8Array(), /cannot read x\.pcap: /],
  ] as const
) {
  Deno.test(`trace -r says what is wrong with ${what}`, async () => {
    const io = fakeIo({ files: { "x.pcap": bytes } });
    const error = await assertRejects(() => run(trace, ["-r", "x.pcap"], io), UserError);
    assert(message.test(error.message), error.message);
    assertEquals(error.exit, 1);
  });
}

Deno.test("trace -r shows what there is of a damaged capture, then says where it ends", async () => {
  const bytes = (await example("hello")).subarray(0, 500);
  const io = fakeIo({ files: { "x.pcap": bytes } });
  const error = await assertRejects(() => run(trace, ["-r", "x.pcap"], io), UserError);
  assert(/packet \d+ at byte \d+ is cut short/.test(error.message), error.message);
  assertStringIncludes(io.out(), "still open when the capture ended");
});

Deno.test("trace -r survives every damage to a capture", async () => {
  const captures = await Promise.all(NAMES.slice(0, -1).map(example));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...captures),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 }),
      fc.nat(),
      fc.constantFrom<readonly string[]>([], ["--json"], [
        "--at",
        "both",
        "--all",
        "--svg",
        "x.svg",
      ]),
      async (capture, flips, end, args) => {
        const bytes = capture.slice(
          0,
          end % 3 === 0 ? 24 + end % (capture.length - 24) : undefined,
        );
        // The file's header stays, so that something is read.
        for (const [at, value] of flips) bytes[24 + at % (bytes.length - 24 || 1)] = value;
        const io = fakeIo({ files: { "x.pcap": bytes }, columns: 80 });
        try {
          await run(trace, ["-r", "x.pcap", ...args], io);
        } catch (error) {
          assert(error instanceof UserError, `${(error as Error).stack}`);
        }
        for (const line of args.length === 1 ? [] : io.out().split("\n")) {
          assert(
            width(line) <= 80,
            line,
          );
        }
      },
    ),
    { numRuns: 1500 },
  );
});

for (
  const [args, message] of [
    [["-r", "x", "-i", "lo"], "-r and -i do not go together"],
    [["-r", "x", "--serve"], "-r and --serve do not go together"],
    [["-r", "x", "-w", "y"], "-r and -w do not go together"],
    [["-r", "x", "--", "true"], "-r and a command do not go together"],
    [["--full"], "--full means nothing without -w FILE"],
    [["-w", "-"], "standard output is for the ladder: name a file"],
    [["-c", "0"], "--count: "],
    [["--at", "here"], "--at: "],
    [["0"], "no connection has port 0: name one of 1 to 65535"],
    [["-r", "x", "0"], "no connection has port 0"],
    [["70000"], '"70000" is not a port: ports are 16 bits, 0-65535'],
    [["abc"], '"abc" is not a port: no service is known by that name'],
  ] as const
) {
  Deno.test(`trace ${args.join(" ")} is refused`, async () => {
    const error = await assertRejects(async () => await run(trace, args, fakeIo()), Error);
    assertStringIncludes(error.message, message);
  });
}

/** A tcpdump that says and writes what is given, and ends when it is told to, or at once. */
function fakeTcpdump(
  stderr: string,
  stdout: Uint8Array,
  { stays = true, last = "", code = 0 }: { stays?: boolean; last?: string; code?: number } = {},
): Running {
  const { promise: killed, resolve } = Promise.withResolvers<void>();
  if (!stays) resolve();
  async function* out(): AsyncGenerator<Uint8Array> {
    if (stdout.length > 0) yield stdout;
    await killed;
  }
  async function* err(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(stderr);
    await killed;
    yield new TextEncoder().encode(last);
  }
  return { stdout: out(), stderr: err(), ended: killed.then(() => code), kill: () => resolve() };
}

const LISTENING =
  "tcpdump: listening on lo, link-type EN10MB (Ethernet), snapshot length 256 bytes\n";

Deno.test("trace says what is missing: the program, or the right to capture", async () => {
  const without = fakeIo({ spawns: (program) => missing(program) });
  const none = await assertRejects(() => run(trace, [], without), UserError);
  assertEquals([none.message, none.exit], ["tcpdump is not installed", 2]);
  assertStringIncludes(none.hint!, "netkit trace -r FILE works without it");
  const denied = "tcpdump: lo: You don't have permission to perform this capture on that device\n" +
    "(socket: Operation not permitted)\n";
  const io = fakeIo({
    spawns: () => fakeTcpdump(denied, new Uint8Array(), { stays: false }),
  });
  const error = await assertRejects(() => run(trace, ["80"], io), UserError);
  assertEquals([error.message, error.exit], ["capturing on lo needs root", 2]);
  assertStringIncludes(error.hint!, "sudo netkit trace 80");
  assertStringIncludes(error.hint!, "setcap cap_net_raw+ep");
});

Deno.test("trace -c ends after so many connections, and tells of packets that were dropped", async () => {
  const last = "10 packets captured\n20 packets received by filter\n3 packets dropped by kernel\n";
  const capture = await example("hello");
  const io = fakeIo({ spawns: () => fakeTcpdump(LISTENING, capture, { last }) });
  assertEquals(await run(trace, ["-c", "1"], io), 0);
  assertStringIncludes(io.out(), "closed by the client");
  assertStringIncludes(io.err(), "capturing on lo, tcp port 8000; Ctrl-C ends, or 1 connection\n");
  assertStringIncludes(io.err(), "warning: the kernel dropped 3 packets");
  const json = fakeIo({ spawns: () => fakeTcpdump(LISTENING, capture, { last }) });
  await run(trace, ["-c", "1", "--json"], json);
  const record = JSON.parse(json.out().trimEnd().split("\n").at(-1)!);
  assertEquals(record, { type: "capture", packets: 10, dropped: 3 });
});

Deno.test("trace ends with what it has seen when tcpdump dies, and says so", async () => {
  const capture = (await example("hello")).subarray(0, 500);
  const died = LISTENING + "tcpdump: pcap_loop: The interface disappeared\n";
  const io = fakeIo({ spawns: () => fakeTcpdump(died, capture, { stays: false, code: 1 }) });
  const error = await assertRejects(() => run(trace, [], io), UserError);
  assertEquals(
    error.message,
    "tcpdump has ended by itself: pcap_loop: The interface disappeared",
  );
  assertEquals(error.exit, 1);
  assertStringIncludes(io.out(), "still open when the capture ended");
});

Deno.test("trace ends well at Ctrl-C, also while tcpdump is still starting", async () => {
  const capture = (await example("hello")).subarray(0, 600);
  const io = fakeIo({ spawns: () => fakeTcpdump(LISTENING, capture) });
  const running = run(trace, [], io);
  await until(() => io.err().includes("capturing"));
  io.interrupt(new Error("SIGINT"));
  assertEquals(await running, 0);
  const early = fakeIo({ spawns: () => fakeTcpdump("", new Uint8Array()) });
  const starting = run(trace, [], early);
  early.interrupt(new Error("SIGINT"));
  await assertRejects(() => starting, Error, "SIGINT");
});

Deno.test("trace -w keeps what was captured", async () => {
  const capture = await example("hello");
  const io = fakeIo({ spawns: () => fakeTcpdump(LISTENING, capture) });
  await run(trace, ["-c", "1", "-w", "kept.pcap"], io);
  assertEquals(io.written("kept.pcap"), capture);
});

Deno.test("trace starts the command behind -- when the capture is ready, netkit as itself", async () => {
  const started: string[] = [];
  const capture = await example("hello");
  const io = fakeIo({
    spawns(program, args) {
      started.push([program, ...args].join(" "));
      if (program === "tcpdump") return fakeTcpdump(LISTENING, capture);
      return fakeTcpdump("", new TextEncoder().encode("HELLO\n"), { stays: false });
    },
  });
  assertEquals(await run(trace, ["--", "netkit", "client", "-x", "--help"], io), 0);
  assert(started[0]!.startsWith("tcpdump --immediate-mode -U -B 65536 -s 256 "), started[0]);
  assert(started[0]!.endsWith(" -n -i lo -w - tcp port 8000"), started[0]);
  assertEquals(started[1], "netkit client -x --help");
  assertStringIncludes(io.err(), "HELLO\n");
  const failing = fakeIo({
    spawns: (program) => program === "tcpdump" ? fakeTcpdump(LISTENING, capture) : missing(program),
  });
  const error = await assertRejects(() => run(trace, ["--", "nosuch"], failing), UserError);
  assertEquals([error.message, error.exit], ["cannot start nosuch: no such file or directory", 2]);
});

Deno.test("trace waits for packets that come after the end of a command that was silent for long", async () => {
  const capture = await example("hello");
  const over = Promise.withResolvers<void>();
  let isStopped = false;
  const io = fakeIo({
    spawns(program) {
      if (program !== "tcpdump") {
        const ended = fakeTcpdump("", new Uint8Array(), { stays: false });
        return { ...ended, ended: over.promise.then(() => 0) };
      }
      const tcpdump = fakeTcpdump(LISTENING, new Uint8Array());
      const packets = async function* () {
        await delay(1200); // longer than the silence behind a command without a connection
        over.resolve();
        await delay(100);
        if (!isStopped) yield capture;
        yield* tcpdump.stdout;
      };
      const kill = () => {
        isStopped = true;
        tcpdump.kill("SIGINT");
      };
      return { ...tcpdump, stdout: packets(), kill };
    },
  });
  assertEquals(await run(trace, ["--", "true"], io), 0);
  assertStringIncludes(io.out(), "HELLO");
});
