import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as fc from "fast-check";
import { main } from "../main.ts";
import { fragmentsOf } from "../frame/fragments.ts";
import { dissect, dissectPacket } from "../packet/dissect.ts";
import { wrap } from "../packet/encode.ts";
import { explain } from "../packet/explain.ts";
import { isFragment } from "../packet/fragment.ts";
import { Reassembler } from "../packet/reassembly.ts";
import { fakeIo } from "./fakes.ts";
import { content, datagram, packetOf, piece, question } from "./fragments.ts";
import { captureOf, frames } from "./frames.ts";
import { SEED } from "./seed.ts";

/** Returns what the reassembler says of packets, one after the other. */
function joined(packets: readonly Uint8Array[]) {
  const reassembler = new Reassembler();
  return packets.map((bytes, i) => reassembler.add(packetOf(bytes, i + 1)));
}

Deno.test(`Reassembler.add() gives back what was cut up, in any order and with any twice (seed ${SEED})`, () => {
  fc.assert(
    fc.property(
      frames.filter(({ layers }) => layers.every(({ name }) => name !== "arp")),
      fc.integer({ min: 68, max: 120 }),
      fc.infiniteStream(fc.nat()),
      ({ layers, payload }, longest, numbers) => {
        const whole = wrap(layers, payload);
        const fragments = fragmentsOf(whole, longest);
        if (fragments.length === 1) return;
        const order = fragments.map((bytes) => ({ bytes, key: numbers.next().value! }))
          .sort((one, other) => one.key - other.key).map(({ bytes }) => bytes);
        const [first] = order;
        const results = joined([first!, ...order]);
        const found = results.filter((each) => each !== null);
        assertEquals(found.length, 1);
        const { bytes, overlap } = found[0]!;
        assertEquals(results.at(-1), found[0]);
        assertEquals(overlap, "same");
        const ip = dissect(whole).find(({ name }) => name === "ip" || name === "ipv6")!;
        const size = ip.body - ip.start;
        assertEquals(bytes.subarray(size), whole.subarray(ip.body));
        // The number of an IPv4 packet, and with it the checksum, was made up for the fragments if it was 0.
        const own = explain({ bytes, length: bytes.length, layers: dissect(bytes, 101) });
        assertEquals(own[0]!.problems, []);
        assertEquals(own.map(({ checksum }) => checksum?.status ?? "good").includes("bad"), false);
      },
    ),
    { seed: SEED, numRuns: 300 },
  );
});

Deno.test("Reassembler.add() counts the fragments and names those that overlap", () => {
  const [first, second, third] = [content(16), content(16).fill(9), content(5)];
  const [, , whole] = joined([
    piece(0, first, true),
    piece(16, second, true),
    piece(32, third, false),
  ]);
  assertEquals(whole?.fragments, [
    { packet: 1, offset: 0, size: 16, overlap: "none" },
    { packet: 2, offset: 16, size: 16, overlap: "none" },
    { packet: 3, offset: 32, size: 5, overlap: "none" },
  ]);
  assertEquals([whole?.overlap, whole?.number, whole?.bytes.length], ["none", 3, 57]);

  const twice = joined([piece(0, first, true), piece(0, first, true), piece(16, third, false)])[2];
  assertEquals(twice?.overlap, "same");
  // The first bytes are taken: a later fragment cannot replace a header that was looked at already.
  const other = joined([piece(0, first, true), piece(0, second, true), piece(16, third, false)])[2];
  assertEquals(other?.overlap, "different");
  assertEquals(other?.bytes.subarray(20, 36), first);
});

Deno.test("Reassembler.add() takes no byte behind the end of a packet, and no second end", () => {
  const tail = piece(16, content(4), false);
  const [, , whole] = joined([tail, piece(24, content(8), true), piece(0, content(16), true)]);
  assertEquals([whole?.bytes.length, whole?.overlap], [40, "different"]);
  const [, , other] = joined([tail, piece(8, content(4), false), piece(0, content(16), true)]);
  assertEquals([other?.bytes.length, other?.overlap], [40, "different"]);
});

Deno.test("Reassembler.add() joins nothing that is no packet: too long, with gaps, cut by the capture", () => {
  assertEquals(joined([piece(0, content(16), true), piece(65528, content(8), false)]), [
    null,
    null,
  ]);
  assertEquals(joined([piece(0, content(16), true), piece(24, content(8), false)]), [null, null]);
  assertEquals(joined([piece(0, content(13), true), piece(16, content(8), false)]), [null, null]);
  // 65,528 bytes of content and a header are more than a length can say.
  const many = Array.from({ length: 7 }, (_, i) => piece(i * 9360, content(9360), true));
  assertEquals(joined([...many, piece(65520, content(8), false)]).at(-1), null);
  const { fragments: [first, second] } = datagram(300);
  const reassembler = new Reassembler();
  assertEquals(reassembler.add(packetOf(first!)), null);
  const cut = second!.slice(0, -1);
  const packet = { number: 2, time: 0n, linkType: 1, bytes: cut, length: second!.length };
  assertEquals(reassembler.add(dissectPacket(packet)), null);
});

Deno.test("Reassembler.add() keeps packets apart: by number, addresses, protocol and VLAN", () => {
  const [one, other] = [1, 2].map((
    id,
  ) => [piece(0, content(8), true, id), piece(8, content(3), false, id)]);
  const results = joined([one![0]!, other![1]!, one![1]!, other![0]!]);
  assertEquals(results.map((each) => each?.number ?? 0), [0, 0, 3, 4]);
  const tagged = (id: number) => {
    const [first, second] = [piece(0, content(8), true), piece(8, content(3), false)].map(
      (bytes) => {
        const tag = Uint8Array.of(0x81, 0, 0, id);
        return new Uint8Array([...bytes.subarray(0, 12), ...tag, ...bytes.subarray(12)]);
      },
    );
    return [first!, second!];
  };
  const [a, b] = [tagged(7), tagged(8)];
  assertEquals(joined([a[0]!, b[1]!, a[1]!]).map((each) => each?.number ?? 0), [0, 0, 3]);
});

Deno.test("Reassembler.add() gives up what is 60 s old, and the oldest beyond 16 MiB", () => {
  const { fragments: [first, ...rest] } = datagram(300);
  const second = 1_000_000_000n;
  for (const [time, isWhole] of [[60n * second, true], [60n * second + 1n, false]] as const) {
    const reassembler = new Reassembler();
    reassembler.add(packetOf(first!));
    const results = rest.map((bytes) => reassembler.add(packetOf(bytes, 2, time)));
    assertEquals(results.at(-1) !== null, isWhole);
  }
  const reassembler = new Reassembler();
  reassembler.add(packetOf(first!));
  // A fragment at the far end takes all the bytes before it.
  for (let id = 2; id < 400; id++) reassembler.add(packetOf(piece(64_000, content(8), true, id)));
  assertEquals(rest.map((bytes) => reassembler.add(packetOf(bytes))).at(-1), null);
});

Deno.test("isFragment() is about the packet, not about one that an ICMP message quotes", () => {
  const { fragments: [first] } = datagram(300);
  assertEquals(isFragment(packetOf(first!)), true);
  const quoting = wrap(
    [{ name: "eth", set: new Map() }, { name: "ip", set: new Map() }, {
      name: "icmp",
      set: new Map([["icmp.type", 11]]),
    }],
    first!.subarray(14, 14 + 28),
  );
  assertEquals(packetOf(quoting).layers.map(({ name }) => name), [
    "eth",
    "ip",
    "icmp",
    "ip",
    "udp",
  ]);
  assertEquals(isFragment(packetOf(quoting)), false);
});

async function frame(packets: readonly Uint8Array[], ...args: readonly string[]) {
  const io = fakeIo({ files: { x: captureOf(packets) }, columns: 400 });
  const code = await main(["frame", "-r", "x", ...args], io);
  assertEquals([code, io.err()], [0, ""]);
  return io.out();
}

Deno.test("frame -r says in the packet that completes the others what is above IP", async () => {
  for (const name of ["ip", "ipv6"] as const) {
    const packets = await question(name);
    const lines = (await frame(packets)).trimEnd().split("\n");
    assertEquals(lines.length, packets.length);
    const says = `${packets.length} fragments, DNS A aaaa`;
    assertStringIncludes(lines.at(-1)!, says);
    assert(
      lines.slice(0, -1).every((line) => line.includes("fragment") && !line.includes("DNS A")),
      lines.join("\n"),
    );
    const text = await frame(packets, "-n", `${packets.length}`);
    assertStringIncludes(text, `${name}.fragment`);
    assertStringIncludes(text, "packet 1, bytes 0–");
    assertStringIncludes(text, `reassembled from ${packets.length} fragments`);
    assertStringIncludes(text, "dns.qry.name");
    assert(!text.includes("not reassembled"), text);
    const records = (await frame(packets, "--json")).trimEnd().split("\n").map((line) =>
      JSON.parse(line)
    );
    assertEquals(records.map(({ reassembled }) => reassembled === undefined), [
      ...packets.slice(1).map(() => true),
      false,
    ]);
    const { reassembled } = records.at(-1);
    assertEquals(reassembled.layers.map((each: { name: string }) => each.name), [
      name,
      "udp",
      "dns",
    ]);
  }
});

Deno.test("frame -r joins the fragments of a tunnel, and those of the packet inside", async () => {
  const inner = datagram(1000, "ip", 400).fragments.map((bytes) => bytes.subarray(14));
  const outer = inner.flatMap((packet, i) => {
    const set = new Map([["ip.id", 100 + i], ["ip.flags.df", 0], ["ip.proto", 4]]);
    const whole = wrap([{ name: "eth", set: new Map() }, { name: "ip", set }], packet);
    return fragmentsOf(whole, 300);
  });
  const lines = (await frame(outer)).trimEnd().split("\n");
  assertStringIncludes(lines.at(-1)!, "UDP");
  assertStringIncludes(lines.at(-1)!, "1000 B");
});

Deno.test("frame -r names fragments that contradict each other", async () => {
  const packets = [
    piece(0, content(16), true),
    piece(8, content(8), true),
    piece(16, content(4), false),
  ];
  const text = await frame(packets, "-n", "3");
  assertStringIncludes(
    text,
    "! fragments overlap and contradict each other: the first ones are taken",
  );
  assertStringIncludes(text, "ip.fragment.overlap.conflict");
  assertStringIncludes(await frame(packets), "! ip: fragments overlap and contradict each other");
});
