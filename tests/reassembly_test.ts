import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as fc from "fast-check";
import { main } from "../main.ts";
import { fragmentsOf } from "../frame/fragments.ts";
import { dissect, type DissectedPacket, dissectPacket } from "../packet/dissect.ts";
import { wrap } from "../packet/encode.ts";
import { formatValue } from "../packet/field.ts";
import { explain } from "../packet/explain.ts";
import { loadProtocols } from "../packet/protocols.ts";
import { isFragment } from "../packet/fragment.ts";
import { Reassembler } from "../packet/reassembly.ts";
import { fakeIo } from "./fakes.ts";
import { captureOf, frames } from "./frames.ts";
import { assertLinear } from "./linear.ts";
import { needs } from "./needs.ts";
import { askTshark } from "./tshark.ts";
import { SEED } from "./seed.ts";

function packetOf(bytes: Uint8Array, number = 1, time = 0n): DissectedPacket {
  return dissectPacket({ number, time, linkType: 1, bytes, length: bytes.length });
}

/** Bytes of content that differ from place to place. */
function content(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => i * 7 + (i >> 8));
}

/** A datagram of UDP in IPv4, or in IPv6, and its fragments. */
function datagram(size: number, name: "ip" | "ipv6" = "ip", longest = 200) {
  const whole = wrap(
    ["eth", name, "udp"].map((each) => ({
      name: each,
      set: new Map(each === "udp" ? [["udp.srcport", 5000], ["udp.dstport", 4000]] : []),
    })),
    content(size),
  );
  return { whole, fragments: fragmentsOf(whole, longest) };
}

/** A fragment of IPv4 made by hand. */
function piece(offset: number, bytes: Uint8Array, more: boolean, id = 1): Uint8Array {
  const set = new Map([
    ["ip.id", id],
    ["ip.proto", 17],
    ["ip.flags.df", 0],
    ["ip.flags.mf", more ? 1 : 0],
    ["ip.frag_offset", offset / 8],
  ]);
  return wrap([{ name: "eth", set: new Map() }, { name: "ip", set }], bytes);
}

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

Deno.test("Reassembler.add() takes linear time for the fragments of one packet, and of many", async () => {
  const small = Array.from({ length: 8000 }, (_, i) => packetOf(piece(8 * i, content(8), true)));
  await assertLinear((size) => small.slice(0, size), (packets) => {
    const reassembler = new Reassembler();
    for (const packet of packets) reassembler.add(packet);
  }, { name: "one", limit: 8000 });
  const same = packetOf(piece(0, content(1400), true));
  await assertLinear((size) => size, (size) => {
    const reassembler = new Reassembler();
    for (let i = 0; i < size; i++) reassembler.add(same);
  }, { name: "the same" });
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

/** A question of DNS that is long enough to be cut, in a datagram. */
async function question(name: "ip" | "ipv6"): Promise<Uint8Array[]> {
  await loadProtocols();
  const labels = ["a", "b", "c"].map((letter) =>
    `3f${letter.charCodeAt(0).toString(16).repeat(63)}`
  );
  const dns = Uint8Array.fromHex(
    `000701000001000000000000${labels.join("")}076578616d706c650000010001`,
  );
  const set = new Map([["udp.srcport", 4000], ["udp.dstport", 53]]);
  const layers = ["eth", name, "udp"].map((each) => ({
    name: each,
    set: each === "udp" ? set : new Map(),
  }));
  return fragmentsOf(wrap(layers, dns), 120);
}

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

Deno.test({
  name: "frame -r joins what tshark joins, with its names, and reads the same above",
  ...needs("tshark"),
  async fn() {
    const sets = [
      await question("ip"),
      await question("ipv6"),
      datagram(3000, "ip", 600).fragments.toReversed(),
      datagram(3000, "ipv6", 600).fragments,
      [piece(0, content(16), true), piece(0, content(16), true), piece(16, content(4), false)],
      [piece(0, content(16), true), piece(8, content(8), true), piece(16, content(4), false)],
    ];
    for (const packets of sets) {
      const path = await Deno.makeTempFile({ suffix: ".pcap" });
      await Deno.writeFile(path, captureOf(packets));
      const answers = await askTshark(path, ["ip.defragment:TRUE", "ipv6.defragment:TRUE"]);
      await Deno.remove(path);
      const theirs = answers.at(-1)!;
      const reassembler = new Reassembler();
      const results = [];
      for (const [i, bytes] of packets.entries()) {
        results.push(await reassembler.join(packetOf(bytes, i + 1)));
      }
      assertEquals(results.slice(0, -1), packets.slice(1).map(() => null));
      const whole = results.at(-1)!;
      const name = whole.layers[0]!.name;
      const shown = (row: string) =>
        theirs.filter((each) => each.name === `${name}.${row}`).map(({ show }) => show);
      // tshark lists them by offset, netkit as they came.
      for (const [row, isError] of [["fragment", false], ["fragment.error", true]] as const) {
        const own = whole.fragments.filter(({ overlap }) => (overlap === "different") === isError);
        assertEquals(shown(row).map(Number).sort(), own.map(({ packet }) => packet).sort());
      }
      assertEquals(shown("fragment.count"), [`${whole.fragments.length}`]);
      assertEquals(shown("reassembled.length"), [`${whole.bytes.length - whole.layers[0]!.body}`]);
      assertEquals(shown("fragment.overlap").length > 0, whole.overlap !== "none");
      assertEquals(shown("fragment.overlap.conflict").length > 0, whole.overlap === "different");
      const above = explain(whole).slice(1).filter((layer) => layer.name !== "data");
      for (const field of above.flatMap(({ fields }) => fields)) {
        const pos = field.pos - whole.layers[0]!.body; // tshark counts from the content's first byte
        const found = theirs.some((each) =>
          each.name === field.name && each.pos === pos && each.size === field.size &&
          (each.show === formatValue(field) || Number(each.show) === field.value)
        );
        assert(found, `${field.name} at ${pos}: ${formatValue(field)}`);
      }
    }
  },
});
