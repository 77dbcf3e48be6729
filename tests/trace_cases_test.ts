import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { trace } from "../trace.ts";
import { fakeIo, run } from "./fakes.ts";
import { editPackets } from "./pcap_edit.ts";

const FOLDER = new URL("./testdata/trace/", import.meta.url);

/** What `trace -r` prints of a case, with `\n` and blanks of wrapped lines as one blank. */
async function text(name: string, args: readonly string[] = []): Promise<string> {
  const io = fakeIo({ files: { x: await Deno.readFile(new URL(name, FOLDER)) } });
  assertEquals(await run(trace, ["-r", "x", ...args], io), 0);
  return io.out().replace(/\s+/g, " ");
}

/** A record of `--json`. */
// deno-lint-ignore no-explicit-any -- its fields are what the tests look at
type JsonRecord = Record<string, any>;

async function records(name: string, args: readonly string[] = []): Promise<JsonRecord[]> {
  const io = fakeIo({ files: { x: await Deno.readFile(new URL(name, FOLDER)) } });
  assertEquals(await run(trace, ["-r", "x", "--json", ...args], io), 0);
  return io.out().trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** The paths of both ends of the last connection, presumed states in parentheses. */
function pathsOf(all: readonly JsonRecord[]): string[] {
  const { paths, presumed } = all.findLast(({ type }) => type === "connection")!;
  return paths.map((path: string[], side: number) =>
    [...path, ...presumed[side].map((state: string) => `(${state})`)].join(" ")
  );
}

/** The payload in both directions, the client's first. */
function bytesOf({ bytes_in: fromClient, bytes_out: fromServer }: JsonRecord): number[] {
  return [fromClient, fromServer];
}

const CLIENT = "CLOSED SYN-SENT ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT";

Deno.test("trace revises a refusal that a SYN,ACK follows, with both readings", async () => {
  const all = await records("refused-then-accepted.pcap");
  const connection = all.at(-1)!;
  assertEquals([connection.refused, connection.reset], [false, null]);
  assertEquals([connection.bytes_in, connection.bytes_out], [10, 500]);
  assertEquals(connection.close, { by: "client", segments: 3 });
  assertEquals(pathsOf(all), [
    CLIENT,
    "CLOSED LISTEN SYN-RECEIVED ESTABLISHED CLOSE-WAIT LAST-ACK (CLOSED)",
  ]);
  const revision = all.find(({ type }) => type === "revision")!;
  assertEquals([revision.number, revision.verdict, revision.resets], [4, "refused before", 1]);
  const out = await text("refused-then-accepted.pcap");
  assertStringIncludes(
    out,
    "192.0.2.9:80 accepts now (it refused before, or 1 reset is not its own)",
  );
  assert(!out.includes("nothing listens"), out);
});

Deno.test("trace knows the ACK and the RST of a half-open connection (RFC 9293, figure 9)", async () => {
  const all = await records("half-open-figure9.pcap");
  assertEquals(pathsOf(all), [
    "CLOSED SYN-SENT ESTABLISHED",
    "LISTEN SYN-RECEIVED (ESTABLISHED)",
  ]);
  assertEquals(bytesOf(all.at(-1)!), [0, 0]);
  assertEquals(all[1]!.notes, ["not of this connection"]);
  assertEquals([all[1]!.moves, all[2]!.moves], [[[], []], [[], []]]);
  const out = await text("half-open-figure9.pcap");
  assertStringIncludes(out, "ACK ack=-300");
  assertStringIncludes(out, "RST seq=-300");
});

Deno.test("trace tells injected resets by a later segment with another TTL", async () => {
  const all = await records("injected-resets-after-syn.pcap");
  const connection = all.at(-1)!;
  assertEquals([connection.refused, connection.reset], [false, "client"]);
  assertEquals(all.find(({ type }) => type === "revision"), {
    type: "revision",
    connection: 1,
    number: 5,
    verdict: "not its own",
    side: "server",
    resets: 3,
    reset_ttl: [200, 202],
    own_ttl: 50,
    reset_id: [1, 1],
    own_id: 1,
    reset_window: [1, 1],
    own_window: 65535,
  });
  const sentence =
    "3 resets with TTL 200 to 202; 192.0.2.9 goes on with TTL 50: they are not its own";
  const out = await text("injected-resets-after-syn.pcap");
  assertEquals(out.split(sentence).length, 3, "at the segment and at the end");
});

Deno.test("trace follows a connection through a blind RST that the kernel has not believed", async () => {
  const all = await records("blind_rst.b.pcap", ["--at", "10.9.0.2"]);
  assertEquals(pathsOf(all), [
    CLIENT,
    "LISTEN SYN-RECEIVED ESTABLISHED CLOSE-WAIT LAST-ACK CLOSED",
  ]);
  assertEquals([all.at(-1)!.reset, bytesOf(all.at(-1)!)], [null, [10, 10]]);
  assert(
    all.every(({ notes }) => !`${notes}`.includes("retransmission")),
    "nothing was sent again",
  );
  const out = await text("blind_rst.b.pcap", ["--at", "10.9.0.2"]);
  assertStringIncludes(
    out,
    "1 reset; 10.9.0.1 goes on: it is not its own; IP ID 1, its own 2775; window 512, its own 63",
  );
});

Deno.test("trace counts nothing of a SYN,ACK that answers a delayed duplicate SYN", async () => {
  const all = await records("dup_syn_after.a.pcap", ["--at", "10.9.0.1"]);
  assertEquals(bytesOf(all.at(-1)!), [5, 5]);
  assertEquals(pathsOf(all)[0], `${CLIENT} CLOSED`);
  const out = await text("dup_syn_after.a.pcap", ["--at", "10.9.0.1"]);
  assertStringIncludes(out, "TIME-WAIT ─RST→ CLOSED");
  assert(!out.includes("─2 MSL→"), out);
});

Deno.test("trace knows by its answer that a FIN met no socket any more", async () => {
  const all = await records("user_timeout.a.pcap", ["--at", "10.9.0.1"]);
  assertEquals(pathsOf(all)[0], "CLOSED SYN-SENT ESTABLISHED CLOSED");
  assertEquals([all.at(-1)!.reset, bytesOf(all.at(-1)!)], ["client", [18, 5]]);
  const out = await text("user_timeout.a.pcap", ["--at", "10.9.0.1", "--explain"]);
  assert(!out.includes("read() returns 0"), out);
});

Deno.test("trace knows a client that answers SYN,ACKs with a reset in SYN-SENT", async () => {
  const all = await records("syn-ack-again-then-reset.pcap");
  assertEquals([all.at(-1)!.reset, all.at(-1)!.open], ["client", null]);
  const out = await text("syn-ack-again-then-reset.pcap");
  assertStringIncludes(out, "not opened; reset by the client");
  assert(!out.includes("still open"), out);
});

Deno.test("trace -c counts a connection once that is taken up again after its end", async () => {
  const line = (time: number, port: number, back: boolean, rest: string) => {
    const [one, other] = [`192.0.2.1.${port}`, "192.0.2.9.80"];
    const [from, to] = back ? [other, one] : [one, other];
    return `00:00:0${time}.000000 IP ${from} > ${to}: Flags ${rest}, length 0\n`;
  };
  const pasted = line(0, 5000, false, "[S], seq 100, win 512") +
    line(1, 5000, true, "[R.], seq 0, ack 101, win 0") +
    line(3, 5001, false, "[S], seq 900, win 512") + // the first is over
    line(4, 5000, false, "[S], seq 100, win 512") +
    line(5, 5000, true, "[S.], seq 700, ack 101, win 512") +
    line(6, 5000, false, "[R.], seq 101, ack 1, win 0") +
    line(8, 5002, false, "[S], seq 300, win 512") +
    line(9, 5001, true, "[R.], seq 0, ack 901, win 0");
  const io = fakeIo({ files: { x: new TextEncoder().encode(pasted) } });
  assertEquals(await run(trace, ["-r", "x", "--json", "-c", "2"], io), 0);
  const all: JsonRecord[] = io.out().trimEnd().split("\n").map((each) => JSON.parse(each));
  const ends = all.filter(({ type }) => type === "connection");
  assertEquals(ends.map(({ connection, refused }) => [connection, refused]), [
    [1, true],
    [1, false],
    [2, true],
    [3, false],
  ]);
});

Deno.test("trace counts no negative bytes of a FIN before the SYN,ACK", async () => {
  const all = await records("fin-before-syn-ack.pcap");
  assertEquals([bytesOf(all.at(-1)!), all.at(-1)!.reset], [[0, 0], "server"]);
});

Deno.test("trace --svg writes XML whatever the payload", async () => {
  const bytes = await Deno.readFile(new URL("svg-uffff.pcap", FOLDER));
  const io = fakeIo({ files: { x: bytes } });
  await run(trace, ["-r", "x", "--svg", "x.svg"], io);
  const svg = new TextDecoder("utf-8", { fatal: true }).decode(io.written("x.svg")!);
  // XML 1.0, section 2.2: the characters of a document.
  const wrong = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
  assertEquals(svg.match(wrong)?.[0].codePointAt(0)?.toString(16), undefined);
  assertStringIncludes(svg, "\\uffff");
});

Deno.test("trace shows both readings where a FIN was sent again with the ACK of the other", async () => {
  const line = (time: number, isBack: boolean, rest: string) =>
    `00:00:0${time}.000000 IP ${
      isBack ? "192.0.2.9.80 > 192.0.2.1.5000" : "192.0.2.1.5000 > 192.0.2.9.80"
    }: Flags ${rest}, length 0\n`;
  const pasted = line(0, false, "[S], seq 100, win 512") +
    line(1, true, "[S.], seq 700, ack 101, win 512") +
    line(2, false, "[.], seq 101, ack 701, win 512") +
    line(3, false, "[F.], seq 101, ack 701, win 512") +
    line(4, true, "[F.], seq 701, ack 101, win 512") +
    line(5, false, "[F.], seq 101, ack 702, win 512") +
    line(6, true, "[.], seq 702, ack 102, win 512");
  const io = fakeIo({ files: { x: new TextEncoder().encode(pasted) } });
  assertEquals(await run(trace, ["-r", "x"], io), 0);
  assertStringIncludes(io.out(), "─ACK of FIN→ (FIN-WAIT-2)");
  assertStringIncludes(
    io.out(),
    "or      FIN-WAIT-1 ─FIN / ACK→ (CLOSING) ─ACK of FIN→ (TIME-WAIT)",
  );
});

Deno.test("trace takes CLOSE-WAIT back where the capture lacks the FIN that may have been before", async () => {
  const bytes = await Deno.readFile(new URL("../tcp/simclose.a.pcap", FOLDER));
  // Its own FIN and the segment before it are cut out.
  const cut = editPackets(bytes, (packet, i) => i === 6 || i === 7 ? null : packet);
  const io = fakeIo({ files: { x: cut } });
  assertEquals(await run(trace, ["-r", "x", "--json", "--at", "10.9.0.1"], io), 0);
  const all: JsonRecord[] = io.out().trimEnd().split("\n").map((each) => JSON.parse(each));
  assertEquals(all.find(({ type }) => type === "revision")!.verdict, "hole");
  assertEquals(all.at(-1)!.paths[0], ["CLOSED", "SYN-SENT", "ESTABLISHED"]);
});

Deno.test("trace says of a handshake that a SYN was sent again: its time has a time-out in it", async () => {
  const file = await Deno.readFile(new URL("../tcp/synlost.a.pcap", FOLDER));
  const io = fakeIo({ files: { x: file } });
  assertEquals(await run(trace, ["-r", "x"], io), 0);
  assertStringIncludes(io.out(), "opened in 3 segments (1 sent again), 1028.880 ms");
});
