import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { UserError } from "../cli/errors.ts";
import { trace } from "../trace.ts";
import { fakeIo, run } from "./fakes.ts";
import { needs } from "./needs.ts";
import { editPackets, type PcapPacket } from "./pcap_edit.ts";
import { randomTalks } from "./conversations.ts";
import { closedBehindData } from "./kernel_agreement.ts";
import { canMakeWire, compare, record } from "./wire.ts";
import { SEED } from "./seed.ts";

const DATA = new URL("./testdata/tcp/", import.meta.url);
const KERNEL: Record<string, Record<string, string[]>> = JSON.parse(
  await Deno.readTextFile(new URL("kernel-states.json", DATA)),
);

// deno-lint-ignore no-explicit-any -- its fields are what the tests look at
type JsonRecord = Record<string, any>;

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What `trace -r` of two captures prints. */
async function both(
  one: Uint8Array,
  other: Uint8Array,
  args: readonly string[] = [],
): Promise<Result> {
  const io = fakeIo({ files: { "a.pcap": one, "b.pcap": other } });
  const code = await run(trace, ["-r", "a.pcap", "-r", "b.pcap", ...args], io);
  return { code, out: io.out(), err: io.err() };
}

async function recordsOf(one: Uint8Array, other: Uint8Array): Promise<JsonRecord[]> {
  const { code, out, err } = await both(one, other, ["--json"]);
  assertEquals(code, 0, err);
  return out.trimEnd().split("\n").map((line) => JSON.parse(line));
}

async function pair(name: string): Promise<[Uint8Array, Uint8Array]> {
  const [a, b] = ["a", "b"].map((place) => Deno.readFile(new URL(`${name}.${place}.pcap`, DATA)));
  return [await a!, await b!];
}

/** A clock that is `offset` ns ahead and gains `ppm`. */
function skewed(file: Uint8Array, offset: bigint, ppm = 0): Uint8Array<ArrayBuffer> {
  let start: bigint | null = null;
  return editPackets(file, ({ time, bytes }) => {
    start ??= time;
    const gained = BigInt(Math.round(Number(time - start) * ppm / 1e6));
    return { time: time + offset + gained, bytes };
  });
}

for (const [name, kernel] of Object.entries(KERNEL)) {
  if (name === "blackhole") continue; // nothing has arrived
  Deno.test(`trace -r a -r b agrees with both kernels, in either order: ${name}`, async () => {
    const [a, b] = await pair(name);
    const late = skewed(b, 1_500_000_000n);
    const all = await recordsOf(a, late);
    const connection = all.findLast(({ type }) => type === "connection")!;
    const told = connection.paths.map((path: string[]) =>
      path[0] === "CLOSED" || path[0] === "LISTEN" ? path.slice(1) : path
    );
    const hosts = [connection.client, connection.server].map((end: string) => end.split(":")[0]!);
    hosts.forEach((host, side) => assertEquals(told[side], kernel[host] ?? [], host));
    assertEquals(connection.presumed, [[], []]);
    const turned = await recordsOf(late, a);
    assertEquals(turned.slice(1), all.slice(1), "the order of the files does not matter");
    const [clocks] = all;
    const off = Math.abs(Number(clocks!.offset) - 1.5e9);
    assert(off <= clocks!.uncertainty + 1, `${off} ns off, not ${clocks!.uncertainty}`);
    assertEquals(clocks!.files, hosts[0] === "10.9.0.1" ? [1, 2] : [2, 1]);
    for (const each of all) {
      if (each.type !== "segment" || each.sent_at === null || each.arrived_at === null) continue;
      assert(each.sent_at < each.arrived_at, "no segment arrives before it was sent");
    }
  });
}

Deno.test("trace -r a -r b draws what was lost as an arrow that ends in the middle", async () => {
  const [a, b] = await pair("finlost");
  const { out, err } = await both(a, b);
  assertMatch(out, /├─+ FIN,ACK seq=\d+ ack=\d+ ─+✗ +│/);
  assertStringIncludes(out, "lost on the way");
  assertMatch(
    err,
    /^a\.pcap is from 10\.9\.0\.1, b\.pcap from 10\.9\.0\.2\nthe clock at 10\.9\.0\.2 is \d+\.\d{3} ms (ahead|behind) \(± \d+\.\d{3} ms\)\n$/,
  );
  const ascii = await both(a, b, ["--ascii"]);
  assertMatch(ascii.out, /\|-+ FIN,ACK seq=\d+ ack=\d+ -+x +\|/);
});

Deno.test("trace -r a -r b shows that the FINs of a simultaneous close cross", async () => {
  const [a, b] = await pair("simclose");
  const { out } = await both(a, b);
  assertMatch(out, /├─+ FIN,ACK seq=\d+ ack=\d+ ╌+│/);
  assertMatch(out, /│╌+ FIN,ACK seq=\d+ ack=\d+ ─+▶│ CLOSING/);
  const io = fakeIo({ files: { "a.pcap": a, "b.pcap": b } });
  for (const scale of ["rows", "time"]) {
    const args = ["-r", "a.pcap", "-r", "b.pcap", "--svg", "x.svg", "--scale", scale];
    assertEquals(await run(trace, args, io), 0);
    assertStringIncludes(new TextDecoder().decode(io.written("x.svg")!), "simultaneous close");
  }
});

Deno.test("trace -r a -r b: a drift of the clocks is found where one offset does not fit", async () => {
  const [a, b] = await pair("zerowin");
  // Two milliseconds of delay, and a clock that gains more than that.
  const all = await recordsOf(a, skewed(b, -3_000_000_000n, 20_000 * 0.05));
  for (const { sent_at, arrived_at } of all) {
    if (sent_at && arrived_at) assert(sent_at < arrived_at);
  }
});

/** Changes in the header of IPv4 of a raw packet. */
function withAddress(from: string, to: string): (packet: PcapPacket) => PcapPacket {
  const bytesOf = (text: string) => text.split(".").map(Number);
  const [old, fresh] = [bytesOf(from), bytesOf(to)];
  return ({ time, bytes }) => {
    const edited = bytes.slice();
    for (const at of [12, 16]) {
      if (old.every((byte, i) => edited[at + i] === byte)) edited.set(fresh, at);
    }
    return { time, bytes: edited };
  };
}

Deno.test("trace -r a -r b follows a connection through an address translation", async () => {
  const [a, b] = await pair("normal4");
  const far = editPackets(b, withAddress("10.9.0.1", "203.0.113.7"));
  for (const [one, other] of [[a, far], [far, a]] as const) {
    const { code, out, err } = await both(one, other);
    assertEquals(code, 0, err);
    const file = one === a ? "b.pcap" : "a.pcap";
    assertMatch(
      err,
      RegExp(
        `\n10\\.9\\.0\\.1:\\d+ → 10\\.9\\.0\\.2:\\d+ is 203\\.0\\.113\\.7:\\d+ → 10\\.9\\.0\\.2:\\d+ ` +
          `in ${file}: an address translation \\(NAT\\) is between\n$`,
      ),
    );
    assertMatch(out, /^#1 {2}10\.9\.0\.1:\d+ → 10\.9\.0\.2:\d+\n/);
    assert(!out.includes("lost"), out);
  }
});

/** Inputs that do not go together, and what is said. */
const REFUSED: readonly (readonly [
  what: string,
  edit: (a: Uint8Array, b: Uint8Array, other: Uint8Array) => readonly [Uint8Array, Uint8Array],
  says: string,
])[] = [
  [
    "captures of one host",
    (a) => [a, skewed(a, 7000n)],
    "a.pcap and b.pcap were taken at one place: what both have takes the same time in both " +
    "directions; read one of them",
  ],
  [
    "captures without a common connection",
    (a, _, other) => [a, other],
    "no connection is in both a.pcap and b.pcap",
  ],
  [
    "one direction only",
    (a, b) => [a, editPackets(b, (packet) => packet.bytes[15] === 1 ? packet : null)],
    "a.pcap and b.pcap have segments of one direction only in common: they do not tell the " +
    "offset of the clocks",
  ],
  [
    "a clock that was set",
    (a, b) => [
      a,
      editPackets(
        b,
        ({ time, bytes }, i) => ({ time: time + (i > 4 ? 60_000_000_000n : 0n), bytes }),
      ),
    ],
    "the clocks of a.pcap and b.pcap do not go together: one was set during the capture",
  ],
  [
    "a capture without packets",
    (a, b) => [a, b.subarray(0, 24)],
    "no TCP segments in b.pcap (0 packets)",
  ],
];

for (const [what, edit, says] of REFUSED) {
  Deno.test(`trace -r a -r b refuses ${what} with a word`, async () => {
    const [a, b] = await pair("normal4");
    const [, other] = await pair("refused");
    const [one, two] = edit(a, b, other);
    const error = await assertRejects(() => both(one, two), UserError, says);
    assertEquals(error.exit, 1);
  });
}

Deno.test("trace -r takes two captures at most, and each once", async () => {
  for (
    const [args, says] of [
      [["-r", "a", "-r", "b", "-r", "c"], "two captures at most"],
      [["-r", "a", "-r", "a"], "a is named twice"],
      [["-r", "a", "-r", "b", "--at", "both"], "--at and two captures do not go together"],
    ] as const
  ) {
    const io = fakeIo({});
    await assertRejects(async () => await run(trace, args, io), UserError, says);
  }
});

Deno.test("trace -r a -r b: a reset that its sender's capture does not have is a third party's", async () => {
  const [a, b] = await pair("halfclose");
  let forged: PcapPacket | null = null;
  // The server gets the client's first payload once more, as a reset.
  const injected = editPackets(b, (packet) => {
    if (forged === null && packet.bytes[15] === 1 && packet.bytes[33] === 0x18) {
      const bytes = packet.bytes.slice(0, 40);
      bytes[3] = 40;
      bytes[8] = 17; // TTL
      bytes[32] = 0x50;
      bytes[33] = 0x14; // RST,ACK
      forged = { time: packet.time, bytes };
      return forged;
    }
    return packet;
  });
  const all = await recordsOf(a, injected);
  const connection = all.findLast(({ type }) => type === "connection")!;
  assertEquals(connection.reset, "third party");
  const reset = all.find(({ flags }) => flags?.includes("RST"))!;
  assertEquals([reset.fate, reset.sent_at, reset.leg], ["foreign", null, "arrived"]);
  const { out } = await both(a, injected);
  assertStringIncludes(out, "reset by a third party");
});

const WIRE = { what: "root, TUN devices and tracefs", isHere: await canMakeWire() };

Deno.test({
  name:
    "trace -r a -r b knows each loss, each copy and each state of two kernels with a bad wire between",
  ...needs("python3", "ip", WIRE),
  async fn() {
    const seed = SEED;
    const wire = { delay: 15, loss: 0.08, twice: 0.04, late: 0.1, jitter: 25 };
    const talks = randomTalks(seed, 40);
    const { captures: [a, b], carried, sockets } = await record({ seed, wire, talks, silence: 2 });
    try {
      const all = await recordsOf(skewed(a, 0n), skewed(b, 86_400_000_000_000n, 40));
      const clocks = all[0]!;
      assert(clocks.uncertainty < 40e6, `± ${clocks.uncertainty} ns`);
      // Segments that cannot be told apart count together.
      const copies = new Map<string, { lost: number; doubled: number }>();
      for (const each of carried) {
        const name = `${each.ports.join(" ")} ${each.seq} ${each.flags & 0x17}`;
        const sum = copies.get(name) ?? { lost: 0, doubled: 0 };
        if (each.copies === 0) sum.lost++;
        else sum.doubled += each.copies - 1;
        copies.set(name, sum);
      }
      const lost = [...copies.values()].reduce((sum, each) => sum + each.lost, 0);
      const fates = all.filter(({ type }) => type === "segment");
      const told = fates.filter(({ fate }) => fate === "lost").length;
      const open = fates.filter(({ fate }) => fate === "unknown").length;
      // Where one of two that look alike is lost and the other one doubled, nobody can tell.
      const alike = [...copies.values()].reduce(
        (sum, { lost, doubled }) => sum + Math.min(lost, doubled),
        0,
      );
      const says = `${lost} lost, ${told} told, ${open} open, ${alike} alike`;
      assert(told <= lost && lost <= told + open + alike, says);
      assertEquals(fates.filter(({ fate }) => fate === "foreign" || fate === "missed").length, 0);
      let compared = 0;
      for (const { client, server, paths } of all.filter(({ type }) => type === "connection")) {
        const ports = [client, server].map((end: string) => end.split(":")[1]!);
        for (const [side, end] of [client, server].entries()) {
          const host = end.split(":")[0]!;
          const [one, other] = [`${host} ${ports[1]} ${ports[0]}`, `${host} ${ports.join(" ")}`];
          const key = sockets.has(one) ? one : other; // of a simultaneous open either end is the client
          const kernel = sockets.get(key);
          if (kernel?.length !== 1) continue; // ports that were used again
          const gaveUp = kernel[0]!.at(-1) === "CLOSE" && paths[side].length >= kernel[0]!.length;
          const says = `${key}: ${paths[side].join(" ")}; the kernel: ${kernel[0]!.join(" ")}`;
          if (closedBehindData(paths[side], kernel[0]!, paths[side].includes("LAST-ACK"))) continue;
          const verdict = compare(paths[side], kernel[0]!);
          assert(verdict === "equal" || (verdict === "behind" && gaveUp), says);
          compared++;
        }
      }
      assert(compared > 40, `only ${compared} ends were compared`);
    } catch (error) {
      throw new Error(`with NETKIT_SEED=${seed}: ${(error as Error).message}`, { cause: error });
    }
  },
});
