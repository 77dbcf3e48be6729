import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { main } from "../main.ts";
import { readPackets } from "../capture/packet_source.ts";
import { frameCheckSequence, sctpChecksum } from "../packet/crc.ts";
import { dissectFully } from "../packet/dissect.ts";
import { buildTable, wrap } from "../packet/encode.ts";
import { explain } from "../packet/explain.ts";
import { loadedProtocols, loadProtocols } from "../packet/protocols.ts";
import { fakeIo } from "./fakes.ts";
import { captureOf } from "./frames.ts";
import { needs } from "./needs.ts";
import { askTshark, disagreements } from "./tshark.ts";

/** Runs `netkit frame`; resolves to its exit code and what it wrote. */
async function frame(...args: readonly string[]) {
  const io = fakeIo({ columns: 100 });
  const code = await main(["frame", ...args], io);
  return { code, out: io.out(), err: io.err(), file: io.written("x.pcap") };
}

/** Runs it with `--json`; returns the layers. */
async function layersOf(...args: readonly string[]) {
  const { code, out, err } = await frame(...args, "--json");
  assertEquals(code, 0, err);
  return JSON.parse(out).layers as {
    name: string;
    pdu?: string;
    size: number;
    fields: { name: string; show: string; status?: string }[];
  }[];
}

/** Returns the fields of the layers by name, as people write them. */
async function valuesOf(...args: readonly string[]): Promise<Record<string, string>> {
  const layers = await layersOf(...args);
  return Object.fromEntries(
    layers.flatMap(({ fields }) => fields).map((each) => [each.name, each.show]),
  );
}

Deno.test("frame --fcs is the frame on the wire: 60 bytes and the check sequence", async () => {
  const layers = await layersOf("--fcs", "hello");
  assertEquals(layers.map(({ name, size }) => `${name} ${size}`), [
    "eth 14",
    "ip 20",
    "tcp 20",
    "data 5",
    "padding 1",
    "fcs 4",
  ]);
  const [check] = layers.at(-1)!.fields;
  assertEquals([check!.name, check!.status], ["eth.fcs", "good"]);
  assertEquals((await layersOf("--pad", "hello")).map(({ name }) => name).at(-1), "padding");
  // What is long enough is not filled up.
  assertEquals((await layersOf("--fcs", "x".repeat(6))).map(({ name }) => name).at(-2), "data");
  const { out } = await frame("--fcs", "hello");
  assertStringIncludes(out, "| padding +1 | FCS +4  |  64 B  frame\n");
});

Deno.test("frame -w and -r keep that packets end with a check sequence, and say if it is wrong", async () => {
  const { file } = await frame("--fcs", "hello", "-w", "x.pcap");
  for (const [bytes, says] of [[file!, "correct"], [broken(file!), "wrong"]] as const) {
    const io = fakeIo({ files: { x: bytes }, columns: 100 });
    assertEquals(await main(["frame", "-r", "x", "-w", "y"], io), 0);
    assertEquals(io.written("y")!.slice(20, 24), bytes.slice(20, 24));
    const shown = fakeIo({ files: { x: io.written("y")! }, columns: 100 });
    await main(["frame", "-r", "x"], shown);
    assertStringIncludes(shown.out(), `eth.fcs`);
    assertStringIncludes(shown.out(), `(${says})`);
  }
});

/** Returns a copy with another last byte but one of the packet's data. */
function broken(file: Uint8Array): Uint8Array {
  const copy = file.slice();
  copy[copy.length - 7]! ^= 1;
  return copy;
}

Deno.test({
  name: "frame --fcs: tshark finds the check sequence good, and at its place",
  ...needs("tshark"),
  async fn() {
    const { file } = await frame("--fcs", "hello", "-w", "x.pcap");
    const path = await Deno.makeTempFile({ suffix: ".pcap" });
    await Deno.writeFile(path, file!);
    const [theirs] = await askTshark(path, ["eth.check_fcs:TRUE"]);
    await Deno.remove(path);
    assertEquals(theirs!.find(({ name }) => name === "eth.fcs.status")?.show, "1");
    for await (const packet of readPackets(new Blob([file!.slice()]).stream())) {
      assertEquals(disagreements(explain(await dissectFully(packet)), theirs!), []);
    }
  },
});

Deno.test("readPackets() takes the length of the check sequence from an interface of pcapng", async () => {
  const section = "0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000";
  for (const [length, fcs] of [["04", 4], ["20", 4], ["00", 0]] as const) {
    const about = `01000000200000000100000000000000` + `0d000100${length}000000` +
      `0000000020000000`;
    const packet = "060000002400000000000000000000000000000004000000040000000102030424000000";
    const bytes = Uint8Array.fromHex(section + about + packet);
    for await (const each of readPackets(new Blob([bytes]).stream())) assertEquals(each.fcs, fcs);
  }
});

Deno.test("frameCheckSequence() and sctpChecksum() give the check values of their polynomials", () => {
  // The catalogue of CRCs: CRC-32/ISO-HDLC is cbf43926, CRC-32/ISCSI is e3069283.
  const digits = new TextEncoder().encode("123456789");
  assertEquals(frameCheckSequence(digits).toString(16), "2639f4cb");
  assertEquals(sctpChecksum(digits).toString(16), "839206e3");
});

Deno.test("frame names what header and content are together", async () => {
  const { out } = await frame("hello");
  const [picture] = out.split("\n\n");
  assertEquals(picture!.split("\n").map((line) => line.replace(/.*\| +/, "")), [
    "5 B",
    "25 B  segment",
    "45 B  packet",
    "59 B  frame",
  ]);
  const pdus = async (...args: string[]) =>
    (await layersOf(...args)).map(({ name, pdu }) => `${name} ${pdu}`);
  assertEquals(await pdus("--udp"), ["eth frame", "ip packet", "udp datagram"]);
  assertEquals(await pdus("--icmp"), ["eth frame", "ip packet", "icmp message"]);
});

Deno.test("frame --ipv6-ext puts extension headers into the packet, each of which announces the next", async () => {
  const values = await layersOf("--ipv6-ext", "hop-by-hop,destination,routing,fragment", "hello");
  assertEquals(values.map(({ name }) => name), [
    ...[
      "eth",
      "ipv6",
      "ipv6.hopopts",
      "ipv6.dstopts",
      "ipv6.routing",
      "ipv6.fraghdr",
      "tcp",
      "data",
    ],
  ]);
  const { err, code } = await frame("--ipv6-ext", "destination,hop-by-hop");
  assertEquals(code, 2);
  assertStringIncludes(err, "hop-by-hop options come first");
  assertStringIncludes(
    (await frame("--ipv6-ext", "mobility")).err,
    "choose hop-by-hop, destination",
  );
  assertStringIncludes(
    (await frame("--ipv6-ext", "routing", "--to", "192.0.2.1")).err,
    "is about IPv6",
  );
  assertStringIncludes((await frame("--ipv6-ext", "routing", "--arp")).err, "leave --ipv6-ext out");
  assertStringIncludes(
    (await frame("--ipv6-ext", "fragment", "--fragment", "200", "x".repeat(300))).err,
    "the packet has a fragment header",
  );
});

Deno.test("frame --set takes Wireshark's other names, and says what they set", async () => {
  for (
    const [setting, field, value, says] of [
      ["tcp.seq=7", "tcp.seq_raw", "7", "tcp.seq_raw is set"],
      ["tcp.ack=8", "tcp.ack_raw", "8", "tcp.ack_raw is set"],
      ["tcp.window_size=9", "tcp.window_size_value", "9", "tcp.window_size_value is set"],
      ["ip.flags=DF,MF", "ip.flags.mf", "1", ""],
      ["ip.flags=none", "ip.flags.df", "0", ""],
      ["ip.flags=0x1", "ip.flags.mf", "1", ""],
      ["ip.dsfield=0xb8", "ip.dsfield.dscp", "46", ""],
      ["ip.dsfield=1", "ip.dsfield.ecn", "1", ""],
      ["tcp.flags.syn=1", "tcp.flags", "0x001a", ""],
      ["ip.src=192.0.2.77", "ip.src", "192.0.2.77", ""],
      ["ip.src_host=192.0.2.77", "ip.src", "192.0.2.77", "ip.src is set"],
      ["tcp.options.mss=1400", "tcp.options.mss_val", "1400", "tcp.options.mss_val is set"],
      ["tcp.options.sack_le=5", "tcp.options.sack_le", "5", ""],
    ]
  ) {
    assertEquals((await valuesOf("--set", setting!))[field!], value, setting);
    const { err } = await frame("--set", setting!);
    assertEquals(err.includes(says!) && (says !== "" || err === ""), true, err);
  }
});

Deno.test("frame --set says why a name of Wireshark's cannot be set", async () => {
  for (
    const [setting, reason, hint] of [
      ["ip.addr=192.0.2.1", "it is the address of either end", "write ip.src or ip.dst"],
      ["eth.addr=00:00:5e:00:53:01", "it is the address of either end", "write eth.src or eth.dst"],
      ["tcp.port=80", "it is the port of either end", "write tcp.srcport or tcp.dstport"],
      ["tcp.len=5", "it follows from the data", "give PAYLOAD"],
      ["data.data=00", "it follows from the data", "give PAYLOAD"],
      ["ip.fragment=1", "it tells of several packets", "--fragment BYTES"],
      ["frame.len=60", "Wireshark computes it", ""],
      ["tcp.analysis.retransmission=1", "Wireshark computes it", ""],
      ["tcp.checksum.status=1", "Wireshark computes it", ""],
      ["tcp.stream=0", "Wireshark computes it", ""],
      ["ip.options=01", "netkit makes no options of IP", ""],
      ["eth.padding=00", "it is behind the packet", "write --pad"],
      ["ip.flags=8", "ip.flags has 3 bits: 0-7, or words: RB,DF,MF", ""],
      ["ip.flags=XX", "ip.flags has 3 bits", ""],
      ["ip.dsfield=256", "ip.dsfield has 8 bits: 0-255", ""],
      ["ip.nothing=1", "no field ip.nothing", ""],
      ["udp.length=8", "there is no UDP header in this frame", ""],
    ]
  ) {
    const { code, err } = await frame("--set", setting!);
    assertEquals(code, 2, setting);
    assertStringIncludes(err, reason!);
    assertStringIncludes(err, hint!);
  }
});

Deno.test("frame --set help lists the fields of the frame, and each of them can be set", async () => {
  for (
    const kind of [[], ["--udp", "--vlan", "7"], ["--icmp"], ["--arp"], [
      "--in",
      "vxlan",
      "--ipv6-ext",
      "routing",
    ]]
  ) {
    const { code, out, err } = await frame(...kind, "--set", "help");
    assertEquals([code, err], [0, ""]);
    const names = out.match(/^[a-z]\w+\.[\w.]+/gm) ?? [];
    assert(names.length > 10, out);
    for (const name of names) {
      const values = [
        "1",
        "00:00:5e:00:53:01",
        "192.0.2.1",
        "2001:db8::1",
        "40",
        "00",
        "0".repeat(16),
      ];
      const results = await Promise.all(
        values.map((value) => frame(...kind, "--set", `${name}=${value}`)),
      );
      assert(
        results.some((each) => each.code === 0),
        `${name}: ${results.map((each) => each.err).join("")}`,
      );
    }
  }
  const { out } = await frame("--set", "help");
  assertStringIncludes(out, "tcp.flags.syn");
  assertStringIncludes(out, "computed unless set");
  assertStringIncludes(out, "sets tcp.seq_raw");
  for (const line of out.split("\n")) assert(line.length <= 100, line);
  assertEquals((await frame("--set", "help", "--json")).code, 2);
});

/** A chunk of data of SCTP, and the body of a hello of OSPF. */
const CHUNK = Uint8Array.fromHex("00030015000000010000000000000000" + "68656c6c6f000000");
const HELLO = Uint8Array.fromHex("ffffff00000a02010000002800000000" + "00000000");

/** Packets of protocols with checksums of their own kind, made by `wrap`. */
async function checksummed(): Promise<Uint8Array[]> {
  await loadProtocols();
  const plain = (...names: string[]) => names.map((name) => ({ name, set: new Map() }));
  return [
    wrap(plain("eth", "ip", "sctp"), CHUNK),
    wrap(plain("eth", "ipv6", "sctp"), CHUNK),
    wrap(plain("eth", "ip", "ospf"), HELLO),
  ];
}

Deno.test("explain() verifies the CRC of SCTP and the checksum of OSPF, and wrap() makes them", async () => {
  for (const bytes of await checksummed()) {
    for (const [flip, status] of [[0, "good"], [1, "bad"]] as const) {
      const copy = bytes.slice();
      copy[copy.length - 1]! ^= flip;
      const packet = { number: 1, time: 0n, linkType: 1, bytes: copy, length: copy.length };
      const layers = explain(await dissectFully(packet));
      const layer = layers.find(({ name }) => name === "sctp" || name === "ospf")!;
      assertEquals(layer.checksum?.status, status);
      assertEquals(layer.problems.length, flip);
      if (flip === 1) assert(/checksum 0x[0-9a-f]+, should be 0x/.test(layer.problems[0]!));
    }
  }
  const [sctp] = await checksummed();
  sctp!.fill(0, 14 + 20 + 8, 14 + 20 + 12);
  const packet = { number: 1, time: 0n, linkType: 1, bytes: sctp!, length: sctp!.length };
  assertEquals(explain(await dissectFully(packet))[2]!.checksum?.status, "offload");
});

Deno.test({
  name: "wrap() makes checksums of SCTP and OSPF that tshark finds good",
  ...needs("tshark"),
  async fn() {
    const packets = await checksummed();
    const path = await Deno.makeTempFile({ suffix: ".pcap" });
    await Deno.writeFile(path, captureOf(packets));
    const { stdout } = await new Deno.Command("tshark", {
      args: ["-r", path, "-V", "-o", "sctp.checksum:CRC 32c"],
      stderr: "null",
    }).output();
    await Deno.remove(path);
    const text = new TextDecoder().decode(stdout);
    const good = text.match(/^ +(Checksum: 0x[0-9a-f]+ \[correct\]|\[Checksum Status: Good\])/gm);
    assertEquals(good?.length, 3, text);
  },
});

Deno.test("wrap() refuses names that are no fields of their layer, whose values would be lost", () => {
  const names = [["udp", "udp.scrport"], ["ip", "udp.srcport"], ["tcp", "tcp.seq"]] as const;
  for (const [layer, name] of names) {
    assertThrows(
      () => wrap([{ name: layer, set: new Map([[name, 1]]) }], new Uint8Array()),
      RangeError,
      `${layer} has no field ${name}`,
    );
  }
});

Deno.test("all that a protocol says of building itself is about fields that it has", async () => {
  await loadProtocols();
  const wrong: string[] = [];
  for (const { name, build } of loadedProtocols()) {
    if (build === undefined) continue;
    const fields = new Set(buildTable(name).fields.map((each) => each.name));
    const named = [
      ...Object.keys(build.defaults ?? {}),
      ...Object.keys(build.lengths?.(8, 0) ?? {}),
      ...build.announces === undefined ? [] : [build.announces.field],
    ];
    wrong.push(...named.filter((each) => !fields.has(each)).map((each) => `${name}: ${each}`));
  }
  assertEquals(wrong, []);
});
