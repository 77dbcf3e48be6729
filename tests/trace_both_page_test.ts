import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { concat } from "@std/bytes/concat";
import { pcapHeader, pcapRecord } from "../capture/pcap.ts";
import { main } from "../main.ts";
import { wrap } from "../packet/encode.ts";
import { FLAG } from "../tcp/segment.ts";
import { type EmbeddedRecording, parsePacket } from "../web/packet_text.ts";
import { ConnectionModel } from "../web/trace_page/connection_model.ts";
import { svgOf } from "../web/trace_page/keep.ts";
import { fakeIo } from "./fakes.ts";
import { editPackets } from "./pcap_edit.ts";

const DATA = new URL("./testdata/tcp/", import.meta.url);

/** The pairs of captures, by their names. */
const PAIRS: readonly string[] = (await Array.fromAsync(Deno.readDir(DATA)))
  .flatMap(({ name }) => name.endsWith(".a.pcap") ? [name.replace(".a.pcap", "")] : [])
  .filter((name) => name !== "blackhole").sort(); // nothing has arrived

/** The pair whose second capture is behind a translation of addresses (NAT): of another client's address. */
const TRANSLATED = "normal4, translated";

/** Returns a capture in which 203.0.113.7 stands where 10.9.0.1 was, in the headers of IPv4. */
function translated(capture: Uint8Array): Uint8Array {
  return editPackets(capture, ({ time, bytes }) => {
    const edited = bytes.slice();
    for (const at of [12, 16]) {
      if (edited.subarray(at, at + 4).join(".") === "10.9.0.1") edited.set([203, 0, 113, 7], at);
    }
    return { time, bytes: edited };
  });
}

/** Runs `trace` with two captures; resolves to what it leaves. */
async function both(name: string, ...args: readonly string[]) {
  const [file] = name.split(",");
  const [one, far] = await Promise.all(
    ["a", "b"].map((place) => Deno.readFile(new URL(`${file}.${place}.pcap`, DATA))),
  );
  const other = name === TRANSLATED ? translated(far!) : far!;
  const io = fakeIo({ files: { "a.pcap": one!, "b.pcap": other } });
  const code = await main(["trace", "-r", "a.pcap", "-r", "b.pcap", ...args], io);
  assertEquals(code, 0, io.err());
  return io;
}

/** Resolves to the recording in the page that two captures make. */
async function recordingOf(name: string, ...args: readonly string[]): Promise<EmbeddedRecording> {
  const io = await both(name, "--html", "out.html", ...args);
  const html = new TextDecoder().decode(io.written("out.html")!);
  return JSON.parse(html.match(/id="recording">(.*?)<\/script>/)![1]!);
}

for (const name of [...PAIRS, TRANSLATED]) {
  Deno.test(`the page of two captures has the steps that --json has: ${name}`, async () => {
    const { title, connections } = await recordingOf(name);
    assertEquals(title, "a.pcap and b.pcap");
    const records = (await both(name, "--json")).out().trimEnd().split("\n")
      .map((line) => JSON.parse(line)).filter(({ type }) => type === "segment");
    if (name === TRANSLATED) {
      const { row, packets } = connections[0]!;
      assertMatch(row.client, /^10\.9\.0\.1:/);
      assertEquals([connections.length, row.verdict], [1, "closed by the client"]);
      const hosts = packets.map(([, , , , bytes]) => Uint8Array.fromBase64(bytes).subarray(12, 20));
      // Its bytes stay as they were on the wire.
      assert(hosts.some((each) => each.join(".").includes("203.0.113.7")));
    }
    for (const { row, packets } of connections) {
      const model = new ConnectionModel(row);
      await model.add(packets.map(parsePacket));
      model.release(true);
      const wanted = records.filter(({ connection }) => connection === row.number);
      assertEquals(
        model.steps.map(({ from, before, moves, passage }) => ({
          from: from === 0 ? "client" : "server",
          before,
          moves,
          leg: passage?.leg,
          fate: passage?.flight.fate,
        })),
        wanted.map(({ from, before, moves, leg, fate }) => ({ from, before, moves, leg, fate })),
      );
      const marks = new Set(model.steps.flatMap(({ marks }) => marks));
      for (const mark of marks) assert(wanted.some(({ notes }) => notes.includes(mark)), mark);
      const svg = await svgOf(model, true, true).text();
      assertEquals(/lost on the way/.test(svg), marks.has("lost on the way"));
      // Each packet of a capture is kept once.
      assertEquals(
        model.packets().length,
        new Set(model.steps.map(({ segment }) => segment.number)).size,
      );
    }
  });
}

Deno.test("the page of two captures leaves the payload out if it is asked to", async () => {
  const { connections: [{ packets } = { packets: [] }] } = await recordingOf(
    "normal4",
    "--no-payload",
  );
  assert(packets.length > 0 && packets.every(([, , , , , passage]) => passage !== undefined));
  assert(!packets.some(([, , , , bytes]) => /hello/i.test(atob(bytes))));
});

Deno.test("a recording is the same in every language: the page translates", async () => {
  const { connections: [{ row } = { row: null }] } = await recordingOf("normal4", "--lang", "zh");
  assertEquals(row?.verdict, "closed by the client");
  assertMatch((await both("normal4", "--list", "--lang", "zh")).out(), /由客户端关闭/);
  await both("normal4", "--list"); // what follows speaks English
});

/** Returns a capture of `count` connections, each with 4 MiB of data of its client. */
function largeCapture(count: number): Uint8Array {
  const parts: Uint8Array[] = [pcapHeader(101)];
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 66; k++) {
      const bytes = wrap([
        { name: "ip", set: new Map([["ip.src", 0xc0000201], ["ip.dst", 0xc0000202]]) },
        {
          name: "tcp",
          set: new Map([
            ["tcp.srcport", 50000 + i],
            ["tcp.dstport", 80],
            ["tcp.seq_raw", 1 + 64_000 * k],
            ["tcp.ack_raw", 1],
            ["tcp.flags", FLAG.psh | FLAG.ack],
          ]),
        },
      ], new Uint8Array(64_000));
      parts.push(pcapRecord({ time: BigInt(k) * 1_000_000n, bytes, length: bytes.length }));
    }
  }
  return concat(parts);
}

Deno.test("trace --html refuses more than 10 MiB, with the size and the way to less", async () => {
  const capture = largeCapture(3);
  const run = async (...args: readonly string[]) => {
    const io = fakeIo({ files: { "it.pcap": capture } });
    const code = await main(["trace", "-r", "it.pcap", "--html", "out.html", ...args], io);
    return { code, err: io.err(), written: io.written("out.html") };
  };
  const { code, err, written } = await run();
  assertEquals(code, 1);
  assertMatch(err, /out\.html would have 16\.\d MiB; 10\.0 MiB are the most\n/);
  assertStringIncludes(err, "--conn N takes one connection");
  assertEquals(written, null);
  for (const less of [["--conn", "2"], ["--no-payload"]]) {
    const { code, err, written } = await run(...less);
    assertEquals(code, 0, err);
    assert(written!.length < 10 * 1024 * 1024);
  }
});
