import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ParseError } from "../address/parse_error.ts";
import { speak } from "../cli/language.ts";
import { width } from "../text/layout.ts";
import { trace } from "../trace.ts";
import { type FakeIo, fakeIo, run } from "./fakes.ts";

/** Lines of tcpdump: client port, seconds, and the rest, `<` in front of what the server sends. */
function pasted(rows: readonly (readonly [port: number, seconds: number, rest: string])[]): string {
  return rows.map(([port, seconds, rest]) => {
    const [one, other] = [`192.0.2.1.${port}`, "192.0.2.9.80"];
    const [from, to] = rest.startsWith("<") ? [other, one] : [one, other];
    const time = new Date(seconds * 1000).toISOString().slice(11, 23);
    const words = rest.replace(/^< /, "");
    return `${time} IP ${from} > ${to}: Flags ${words}${
      words.includes("length") ? "" : ", length 0"
    }\n`;
  }).join("");
}

/** Returns `line` without its colours. */
function plain(line: string): string {
  return line.replaceAll("\x1b[1m", "").replaceAll("\x1b[22m", "");
}

/** A refused connection, a reset one, one without an answer, and one whose answer comes after 1.5 s. */
const CAPTURE = pasted([
  [5001, 0, "[S], seq 100, win 512"],
  [5001, 0.001, "< [R.], seq 0, ack 101, win 0"],
  [5002, 0.1, "[S], seq 100, win 512"],
  [5002, 0.15, "< [S.], seq 700, ack 101, win 512"],
  [5002, 0.2, "[.], ack 1, win 512"],
  [5002, 0.25, "< [R.], seq 1, ack 1, win 0"],
  [5003, 0.3, "[S], seq 100, win 512"],
  [5004, 0.4, "[S], seq 100, win 512"],
  [5004, 0.45, "< [S.], seq 700, ack 101, win 512"],
  [5004, 0.5, "[.], ack 1, win 512"],
  [5004, 0.5, "[P.], seq 1:11, ack 1, win 512, length 10"],
  [5004, 0.6, "< [.], ack 11, win 512"],
  [5004, 2, "< [P.], seq 1:6, ack 11, win 512, length 5"],
  [5004, 2.01, "[.], ack 6, win 512"],
]);

async function read(args: readonly string[], columns = 120): Promise<FakeIo> {
  const io = fakeIo({ files: { x: new TextEncoder().encode(CAPTURE) }, columns, terminal: true });
  assertEquals(await run(trace, ["-r", "x", ...args], io), 0);
  return io;
}

Deno.test("trace --list has a row for each connection: ends, bytes, time, how it ended, states", async () => {
  const lines = (await read(["--list"])).out().trimEnd().split("\n").map((line) =>
    plain(line).split(/ {2,}/)
  );
  assertEquals(lines, [
    ["", "client", "server", "→", "←", "time", "end", "states"],
    ["#1", "192.0.2.1:5001", "192.0.2.9:80", "0 B", "0 B", "1 ms", "refused", "(CLOSED), CLOSED"],
    [
      "#2",
      "192.0.2.1:5002",
      "192.0.2.9:80",
      "0 B",
      "0 B",
      "150 ms",
      "reset by the server",
      "(CLOSED), CLOSED",
    ],
    [
      "#3",
      "192.0.2.1:5003",
      "192.0.2.9:80",
      "0 B",
      "0 B",
      "0.00 ms",
      "no answer to 1 SYN",
      "(CLOSED), ?",
    ],
    [
      "#4",
      "192.0.2.1:5004",
      "192.0.2.9:80",
      "10 B",
      "5 B",
      "1.61 s",
      "still open",
      "ESTABLISHED, ESTABLISHED",
    ],
  ]);
});

Deno.test("trace --list has Chinese headings above their columns, and says briefly that a connection is still open", async () => {
  await speak("zh");
  try {
    const out = (await read(["--list"])).out();
    assertStringIncludes(out, " 仍然打开 ");
    assertStringIncludes(
      out,
      "      客户端           服务器                  →          ←       用时  结束方式              状态",
    );
    assertStringIncludes(
      out,
      "#1    192.0.2.1:5001   192.0.2.9:80          0 B        0 B       1 ms  被拒绝                (CLOSED)",
    );
  } finally {
    await speak("en");
  }
});

Deno.test("trace --list is never wider than the terminal", async () => {
  for (const columns of [30, 60, 80, 100]) {
    for (const line of (await read(["--list"], columns)).out().split("\n")) {
      assert(width(plain(line)) <= columns, line);
    }
  }
});

for (
  const [kinds, shown] of [
    ["refused", [1]],
    ["reset", [2]],
    ["half-open", [3]],
    ["slow", [4]],
    ["reset,refused", [1, 2]],
  ] as const
) {
  Deno.test(`trace --only ${kinds} shows connections ${shown.join(" and ")}`, async () => {
    const records = (await read(["--only", kinds, "--json"])).out().trimEnd().split("\n")
      .map((line) => JSON.parse(line));
    assertEquals([...new Set(records.map(({ connection }) => connection))], [...shown]);
    const ladder = (await read(["--only", kinds])).out();
    for (const number of [1, 2, 3, 4]) {
      assertEquals(ladder.includes(`#${number} `), shown.some((each) => each === number), ladder);
    }
    const list = (await read(["--only", kinds, "--list"])).out();
    assertEquals(list.match(/^#\d/gm)?.length, shown.length);
  });
}

Deno.test("trace --only says that no connection is of the kind", async () => {
  const io = fakeIo({ files: { x: new TextEncoder().encode(CAPTURE) } });
  assertEquals(await run(trace, ["-r", "x", "--conn", "4", "--only", "reset"], io), 0);
  assertEquals([io.out(), io.err()], ["", "none of 4 connections is reset\n"]);
});

Deno.test("trace --only refuses a kind that is none", async () => {
  const error = await assertRejects(
    async () => await run(trace, ["-r", "x", "--only", "odd"], fakeIo()),
    Error,
  );
  assertStringIncludes(error.message, "reset, refused, half-open, slow");
  assert(error instanceof ParseError || error.message.startsWith("--only: "), error.message);
});

Deno.test("trace --stats tells round-trip times, retransmissions by kind, and waits", async () => {
  const out = (await read(["--stats", "--conn", "4"])).out();
  for (
    const text of [
      "round trip  50.000 to 100.000 ms, mean 75.000",
      "longest wait for an answer 1.50 s",
      "longest silence 1.40 s",
    ]
  ) assertStringIncludes(out, text);
  const io = fakeIo({
    files: { x: await Deno.readFile(new URL("../examples/lost-syn.pcap", import.meta.url)) },
  });
  await run(trace, ["-r", "x", "--json", "--list"], io);
  const record = JSON.parse(io.out());
  assertEquals(record.sent[0].retransmissions, { fast: 0, timeout: 1, spurious: 0, other: 0 });
});
