import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { concat } from "@std/bytes/concat";
import { main } from "../main.ts";
import { pcapHeader, pcapRecord } from "../capture/pcap.ts";
import { width } from "../text/layout.ts";
import { fakeIo, type FakeOptions } from "./fakes.ts";
import { captureOf } from "./frames.ts";
import { needs, UNIX } from "./needs.ts";
import { Netkit, netkit, RUN } from "./processes.ts";

/** Runs `netkit frame`; resolves to its exit code and what it wrote. */
async function frame(args: readonly string[], options: FakeOptions = {}) {
  const io = fakeIo({ columns: 80, ...options });
  const code = await main(["frame", ...args], io);
  return { code, out: io.out(), err: io.err(), io };
}

/** Runs it with `--json`; returns the fields of all layers by name, as people write them. */
async function fieldsOf(args: readonly string[]): Promise<Record<string, string>> {
  const { code, out, err } = await frame([...args, "--json"]);
  assertEquals(code, 0, err);
  const { layers } = JSON.parse(out);
  return Object.fromEntries(
    layers.flatMap(({ fields }: { fields: { name: string; show: string }[] }) =>
      fields.map(({ name, show }) => [name, show])
    ),
  );
}

Deno.test("frame shows the layers as a staircase, and each field with its bytes", async () => {
  const { code, out, err } = await frame(["hello"]);
  assertEquals([code, err], [0, ""]);
  const [picture, ...layers] = out.split("\n\n");
  assertEquals(picture!.split("\n"), [
    "application                                     | hello   |   5 B",
    "transport                             | TCP +20 | hello   |  25 B  segment",
    "network                    | IPv4 +20 | TCP     | hello   |  45 B  packet",
    "link        | Ethernet +14 | IPv4     | TCP     | hello   |  59 B  frame",
  ]);
  assertEquals(layers.map((layer) => layer.split("\n")[0]), [
    "Ethernet II  bytes 0–13",
    "IPv4  bytes 14–33",
    "TCP  bytes 34–53",
    "data  bytes 54–58",
  ]);
  assertStringIncludes(out, "   24  b6 c7              ip.checksum             0xb6c7 (correct)\n");
  assertStringIncludes(out, "   14  .5                 ip.hdr_len              20\n");
});

for (const columns of [40, 60, 80, 100, 120, 200]) {
  Deno.test(`frame prints no line longer than ${columns} columns`, async () => {
    for (const args of [["你好，世界"], ["--udp", "--to", "[2001:db8::53]:53", "--vlan", "7"]]) {
      const { out } = await frame(args, { columns });
      for (const line of out.split("\n")) assert(width(line) <= columns, line);
    }
  });
}

Deno.test("frame says what fields are for where there is room", async () => {
  const { out } = await frame(["hello"], { columns: 120 });
  assertStringIncludes(out, "hops left; each router takes one");
  assert(!(await frame(["hello"])).out.includes("hops left"));
});

Deno.test("frame --set sets fields, flags, parts of fields and options by their names", async () => {
  const settings = {
    "ip.ttl": "1",
    "ip.dsfield.dscp": "46",
    "tcp.seq_raw": "4294967295",
    "tcp.checksum": "0xdead",
    "eth.dst": "01:80:c2:00:00:00",
    "ip.src": "198.51.100.7",
    "tcp.options.mss_val": "1460",
    "tcp.options.wscale.shift": "7",
  };
  const set = Object.entries(settings).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  const fields = await fieldsOf([...set, "--set", "tcp.flags=SYN,ACK", "--set", "tcp.flags.ece=1"]);
  for (const [name, value] of Object.entries(settings)) assertEquals(fields[name], value, name);
  assertEquals(fields["tcp.flags"], "0x0052");
  assertEquals(fields["tcp.hdr_len"], "28");
});

Deno.test("frame sends packets for groups to the MAC addresses of groups", async () => {
  const macOf = async (...args: string[]) => (await fieldsOf(args))["eth.dst"];
  assertEquals(await macOf("--udp", "--to", "224.0.0.251:5353"), "01:00:5e:00:00:fb");
  assertEquals(await macOf("--udp", "--to", "239.255.255.250"), "01:00:5e:7f:ff:fa");
  assertEquals(await macOf("--udp", "--to", "[ff02::1:ff00:1]:9"), "33:33:ff:00:00:01");
  assertEquals(await macOf("--udp", "--to", "255.255.255.255:67"), "ff:ff:ff:ff:ff:ff");
  assertEquals(await macOf("--arp"), "ff:ff:ff:ff:ff:ff");
});

Deno.test("frame reads addresses and ports of both ends", async () => {
  const fields = await fieldsOf(["--from", "[2001:db8::7]:1", "--to", "443", "--udp"]);
  assertEquals(
    ["ipv6.src", "ipv6.dst", "udp.srcport", "udp.dstport"].map((name) => fields[name]),
    ["2001:db8::7", "2001:db8::2", "1", "443"],
  );
});

const AROUND: readonly (readonly [args: readonly string[], layers: string, note: string])[] = [
  [["--in", "vxlan", "--vni", "5"], "eth ip udp vxlan eth ip tcp data", "take 50 bytes"],
  [["--in", "gre"], "eth ip gre ip tcp data", "take 24 bytes"],
  [["--in", "ip", "--to", "[2001:db8::7]:9"], "eth ip ipv6 tcp data", "take 20 bytes"],
  [["--in", "pppoe", "--udp"], "eth pppoes ppp ip udp data", "take 8 bytes"],
  [["--in", "etherip", "--icmp"], "eth ip etherip eth ip icmp data", "take 36 bytes"],
  [["--mpls", "100,200"], "eth mpls mpls ip tcp data", "take 8 bytes"],
  [
    ["--vlan", "7", "--mpls", "16", "--in", "vxlan"],
    "eth vlan mpls ip udp vxlan eth ip tcp data",
    "take 54 bytes",
  ],
];

for (const [args, layers, note] of AROUND) {
  Deno.test(`frame ${args.join(" ")} makes ${layers}, right in each checksum`, async () => {
    const { code, out, err } = await frame([...args, "hello", "--json"]);
    assertEquals(code, 0, err);
    const packet = JSON.parse(out);
    assertEquals(packet.layers.map(({ name }: { name: string }) => name).join(" "), layers);
    assertEquals(packet.layers.flatMap((each: { problems: string[] }) => each.problems), []);
    assertStringIncludes(err, note);
  });
}

Deno.test("frame --in sets fields of the tunnel, and of the packet inside", async () => {
  const { out } = await frame([
    ...["--in", "vxlan", "--vni", "77", "--set", "vxlan.gbp=3", "--set", "ip.ttl=9"],
    ...["x", "--json"],
  ]);
  const values = (name: string) =>
    JSON.parse(out).layers.flatMap(({ fields }: { fields: { name: string; show: string }[] }) =>
      fields.filter((each) => each.name === name).map(({ show }) => show)
    );
  assertEquals(values("vxlan.vni"), ["77"]);
  assertEquals(values("vxlan.gbp"), ["3"]);
  assertEquals(values("ip.ttl"), ["64", "9"]);
  assertEquals(values("ip.src"), ["198.51.100.1", "192.0.2.1"]);
});

Deno.test("frame shows the layers in one row where the staircase is too wide", async () => {
  const { out } = await frame(["--in", "vxlan", "hello"], { columns: 80 });
  assertEquals(out.split("\n").slice(0, 2), [
    "|Ethernet|IPv4|UDP|VXLAN|Ethernet|IPv4|TCP|hello|  109 B",
    "|      14|  20|  8|    8|      14|  20| 20|    5|",
  ]);
});

const REFUSED: readonly (readonly [args: readonly string[], message: string])[] = [
  [["--to", "192.0.2.2:70000"], '--to: "70000" is not a port: ports are 16 bits, 0-65535'],
  [
    ["--from", "2001:db8::1", "--to", "192.0.2.1"],
    "--from is IPv6, --to is IPv4: a packet has one version of IP",
  ],
  [
    ["--from", "fe80::1%eth0", "--to", "fe80::2"],
    '--from: "fe80::1%eth0" is not an end of a packet: an address in a packet has no zone\n' +
    "  write fe80::1",
  ],
  [["--set", "ip.ttl=300"], '--set: "ip.ttl=300" is not a setting: ip.ttl has 8 bits: 0-255'],
  [["--set", "ip.tt=1"], '"ip.tt=1" is not a setting: no field ip.tt\n  did you mean ip.ttl?'],
  [
    ["--set", "udp.length=9"],
    '"udp.length=9" is not a setting: there is no UDP header in this frame',
  ],
  [
    ["--set", "ip.hdr_len=21"],
    '"ip.hdr_len=21" is not a setting: ip.hdr_len counts in 4s: 0, 4, 8 … 60',
  ],
  [
    ["--set", "ip.ttl"],
    '--set: "ip.ttl" is not a setting: there is no =\n  write it like ip.ttl=1',
  ],
  [["--set", "tcp.seq"], '--set: "tcp.seq" is not a setting: there is no =\n  write it like'],
  [["--set", "ip.src_host"], '--set: "ip.src_host" is not a setting: there is no ='],
  [["--set", "ip.flags"], '--set: "ip.flags" is not a setting: there is no ='],
  [["--set", "tcp.port"], '--set: "tcp.port" is not a setting: tcp.port cannot be set'],
  [["--set", "=5"], '--set: "=5" is not a setting: there is no name before the ='],
  [
    ["--set", "foo.bar=1"],
    '--set: "foo.bar=1" is not a setting: no field foo.bar\n  --set help lists the fields',
  ],
  [["--link", "foo", "-r", "-"], '--link: "foo" is not a link type: it is neither known'],
  [["-Y", "ip.src ==", "-r", "-"], '--filter: "ip.src ==" is not a display filter: it ends'],
  [["--set", "ip.src=::1"], '"ip.src=::1" is not a setting: it is IPv6'],
  [["--set", "tcp.flags=SIN"], '"tcp.flags=SIN" is not a setting: "SIN" is no flag'],
  [
    ["--set", `tcp.options=${"01".repeat(44)}`],
    "the options have 44 bytes; a TCP header has room for 40",
  ],
  [["--in", "l2tp"], '--in: "l2tp" is not a tunnel: it is not known'],
  [["--fragment", "20"], "it is from 68 to 65535 bytes"],
  [["--fragment", "100", "--arp"], "--fragment cuts up IP packets: there is none"],
  [["--vni", "5"], "--vni is the virtual network of VXLAN"],
  [["--in", "vxlan", "--vni", "16777216"], "it has 24 bits: 0-16777215"],
  [["--mpls", "1,x"], '"x" is not a label of MPLS'],
  [["--mpls", "1", "--in", "pppoe"], "--mpls and --in pppoe do not go together"],
  [["--in", "gre", "--arp"], "ARP is directly in Ethernet"],
  [["--vlan", "4096"], '--vlan: "4096" is not a VLAN ID: it has 12 bits: 0-4095'],
  [["--arp", "x"], "ARP carries no data: leave PAYLOAD out"],
  [["--arp", "--to", "2001:db8::1"], "ARP is for IPv4: IPv6 has neighbour solicitations"],
  [["--icmp", "--to", "192.0.2.1:7"], "ICMP has no ports: leave them out of --from and --to"],
  [["--udp", "--icmp"], "--udp and --icmp do not go together"],
  [["--hex", "123"], "PAYLOAD: odd number of hex digits, 3"],
  [["-n", "0", "-r", "-"], '-n: "0" is not a packet number'],
  [["-n", "9-7", "-r", "-"], '-n: "9-7" is not a range of packets: it ends before it begins'],
  [["-n", "7"], "-n is about packets that -r reads\n  give a file with -r"],
  [["-r", "x", "--udp"], "--udp makes a frame, -r reads one\n  leave one of them out"],
  [["--json", "-w", "-"], "--json and -w - both need standard output"],
  [
    ["x".repeat(65496)],
    "IPv4 holds 65515 bytes, 20 of them the TCP header: PAYLOAD has 65496, 65495 are the most",
  ],
];

for (const [args, message] of REFUSED) {
  Deno.test(`frame ${args.join(" ").slice(0, 60)} is refused`, async () => {
    const { code, out, err } = await frame(args);
    assertStringIncludes(err.replace("--number", "-n"), message);
    assertEquals([code, out], [2, ""]);
  });
}

Deno.test("frame takes the largest payload, and says that a real stack would send several segments", async () => {
  const { code, err } = await frame(["x".repeat(65495), "--json"]);
  assertEquals(code, 0);
  assertStringIncludes(
    err.replaceAll("\n", " "),
    "more than Ethernet's usual MTU of 1500: a real stack would send 45 segments",
  );
  // As Linux does: ping -s 4000 sends three fragments of at most 1480 bytes.
  assertStringIncludes((await frame(["--icmp", "x".repeat(4000)])).err, "would send 3 fragments");
  assertEquals((await frame(["x".repeat(1460)])).err, "");
});

Deno.test("frame -r reads what -w has written", async () => {
  const { io, err } = await frame(["hello", "--vlan", "5", "-w", "one.pcap"]);
  assertEquals(err, "wrote one.pcap (1 packet, 63 bytes); open it with: wireshark one.pcap\n");
  const files = { "one.pcap": io.written("one.pcap")! };
  const { code, out } = await frame(["-r", "one.pcap"], { files });
  assertEquals(code, 0);
  assertStringIncludes(out, "vlan.id                 5");
  assertStringIncludes(out, "hello");
});

Deno.test("frame -w - leaves standard output to the packets, but not on a terminal", async () => {
  const { io, out, err } = await frame(["hello", "-w", "-"]);
  assertEquals(io.outBytes().length, 24 + 16 + 59);
  assert(out.length > 0);
  assertStringIncludes(err, "TCP  bytes 34–53");
  const refused = await frame(["hello", "-w", "-"], { terminal: true });
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.err, "standard output is a terminal");
});

const THREE = captureOf(["one", "two", "three"].map((text, i) => {
  const bytes = new Uint8Array(34 + text.length);
  bytes.set(Uint8Array.fromHex("00005e00530200005e0053010800"));
  bytes.set(
    Uint8Array.of(0x45, 0, 0, 20 + text.length, 0, i, 0x40, 0, 64, 253, 0, 0, 192, 0, 2, 1),
    14,
  );
  bytes.set(Uint8Array.of(192, 0, 2, 2), 30);
  bytes.set(new TextEncoder().encode(text), 34);
  return bytes;
}));

Deno.test("frame -r is one line a packet; -n explains one, -v all", async () => {
  const files = { "3.pcap": THREE };
  const lines = (await frame(["-r", "3.pcap"], { files, columns: 120 })).out.split("\n");
  assertEquals(lines.length, 4);
  assertStringIncludes(lines[1]!, "192.0.2.1 → 192.0.2.2");
  assertStringIncludes(lines[1]!, 'IP protocol 253  3 B  "two"'); // a checksum of 0 is no error
  const second = (await frame(["-r", "3.pcap", "-n", "2"], { files })).out;
  assert(
    second.startsWith("packet 2\nEthernet II") && second.includes("two") && !second.includes("one"),
  );
  const range = (await frame(["-r", "3.pcap", "-n", "2-3"], { files })).out;
  assertEquals(range.match(/^packet \d$/gm), ["packet 2", "packet 3"]);
  const all = (await frame(["-r", "3.pcap", "-v"], { files })).out;
  assertEquals(all.match(/^packet \d$/gm)?.length, 3);
  const json = (await frame(["-r", "3.pcap", "--json"], { files })).out.trimEnd().split("\n");
  assertEquals(json.map((line) => JSON.parse(line).number), [1, 2, 3]);
});

Deno.test("frame -r says in the line of a packet that a checksum is wrong", async () => {
  const bytes = THREE.slice();
  bytes[bytes.length - "three".length - 10] = 1; // the first byte of the checksum of IP
  const { out } = await frame(["-r", "3.pcap"], { files: { "3.pcap": bytes }, columns: 120 });
  const lines = out.split("\n");
  assertEquals(lines.map((each) => each.includes("! ip: checksum 0x0100, should be")), [
    ...[false, false, true, false],
  ]);
});

Deno.test("frame -r -n tells how many packets there are if it has no such packet", async () => {
  const { code, err } = await frame(["-r", "3.pcap", "-n", "4"], { files: { "3.pcap": THREE } });
  assertEquals(err, "netkit frame: there is no packet 4 in 3.pcap: it has 3\n");
  assertEquals(code, 1);
});

Deno.test("frame -n takes the packets from the first to the last of its range, and no other", async () => {
  const files = { "3.pcap": THREE };
  for (const [range, numbers] of [["1-2", [1, 2]], ["2-3", [2, 3]], ["3", [3]]] as const) {
    const { code, out } = await frame(["-r", "3.pcap", "-n", range, "--json"], { files });
    assertEquals(code, 0);
    const lines = out.trimEnd().split("\n");
    assertEquals(lines.map((line) => JSON.parse(line).number), [...numbers]);
  }
});

/** Matches the first line of a packet in a list. */
const PACKET = /^ +\d+ +\d+\.\d{6} /gm;

Deno.test("frame -r prints what can be decoded before it says what is damaged", async () => {
  const { code, out, err } = await frame(["-r", "-"], { stdin: THREE.slice(0, -3) });
  assertEquals(out.match(PACKET)?.length, 2);
  assertEquals(
    err,
    "netkit frame: cannot read standard input: packet 3 at byte 130 is cut short: 36 of 39 bytes\n",
  );
  assertEquals(code, 1);
});

Deno.test("frame -r -w makes a capture of a hex dump", async () => {
  const { io, err } = await frame(["-r", "-", "-w", "out.pcap", "--link", "ip"], {
    stdin: "45000014",
  });
  assertEquals(err, "wrote out.pcap (1 packet)\n");
  assertEquals(io.written("out.pcap")!.slice(-4).toHex(), "45000014");
});

Deno.test("frame -r says that a link type is not decoded", async () => {
  const { code, err } = await frame(["-r", "-"], { stdin: captureOf([new Uint8Array(20)], 147) });
  assertEquals([code, err], [
    0,
    "note: link type 147 is not decoded: its packets are shown as data\n",
  ]);
});

Deno.test("frame --json tells checksums that are wrong, and content that is text", async () => {
  const { out } = await frame(["grüße", "--set", "tcp.checksum=1", "--json"]);
  const { layers, hex, bytes } = JSON.parse(out);
  const field = (name: string) =>
    layers.flatMap(({ fields }: { fields: { name: string }[] }) => fields).find((
      each: { name: string },
    ) => each.name === name);
  assertEquals(field("tcp.checksum").status, "bad");
  assertEquals(field("ip.checksum").status, "good");
  assertEquals(field("data.data").text, "grüße");
  assertEquals(hex.length, 2 * bytes);
  assert(layers[2].problems[0].startsWith("checksum 0x0001, should be 0x"));
});

Deno.test({
  name: "frame's checksums are right for tcpdump, too",
  ...needs("tcpdump"),
  async fn() {
    for (const args of [["hello"], ["--udp", "odd", "--to", "2001:db8::9"], ["--icmp", "x"]]) {
      const path = await Deno.makeTempFile({ suffix: ".pcap" });
      assertEquals((await netkit(["frame", ...args, "-w", path])).code, 0);
      const { stdout } = await new Deno.Command("tcpdump", {
        args: ["-nvv", "-r", path],
        stderr: "null",
      }).output();
      const text = new TextDecoder().decode(stdout);
      assert(!/incorrect|bad|wrong/.test(text), text);
      await Deno.remove(path);
    }
  },
});

Deno.test({
  name: "frame ends quietly when nobody reads on",
  ...needs(UNIX),
  async fn() {
    const path = await Deno.makeTempFile({ suffix: ".pcap" });
    await Deno.writeFile(path, captureOf(Array.from({ length: 20_000 }, () => new Uint8Array(60))));
    const { stdout, stderr } = await new Deno.Command("bash", {
      args: [
        "-c",
        `"${Deno.execPath()}" ${RUN.join(" ")} frame -r ${path} | head -2; echo \${PIPESTATUS[0]}`,
      ],
    }).output();
    assertEquals(new TextDecoder().decode(stderr), "");
    assertEquals(new TextDecoder().decode(stdout).split("\n").slice(2), ["0", ""]);
    await Deno.remove(path);
  },
});

Deno.test("frame -r shows the packets of a live capture as they come", async () => {
  await using process = new Netkit(["frame", "-r", "-"], { stdin: "piped" });
  const reader = process.child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const writer = process.child.stdin.getWriter();
  await writer.write(captureOf([new Uint8Array(60), new Uint8Array(60)]));
  const { value } = await reader.read();
  assertEquals(value?.match(PACKET)?.length, 2);
  await writer.close();
  await reader.cancel();
});

/** Returns a capture of one packet, 100 bytes in UDP: `change` may damage it. */
async function captured(change: (bytes: Uint8Array) => Uint8Array): Promise<Uint8Array> {
  const { io } = await frame(["--udp", "x".repeat(100), "-w", "one.pcap"]);
  const bytes = io.written("one.pcap")!.subarray(24 + 16);
  const record = pcapRecord({ time: 0n, bytes: change(bytes), length: bytes.length });
  return concat([pcapHeader(1), record, record]);
}

Deno.test("frame -r tells in its list how large packets were, not how much of them was captured", async () => {
  const file = await captured((bytes) => bytes.subarray(0, 60));
  const { out } = await frame(["-r", "cut.pcap"], { files: { "cut.pcap": file } });
  assertStringIncludes(out, "UDP  100 B");
});

Deno.test("frame -r says that a fragment is one", async () => {
  const file = await captured((bytes) => {
    bytes[14 + 6] = 0x20; // more fragments (RFC 791, section 3.1)
    return bytes;
  });
  const { out } = await frame(["-r", "part.pcap", "-n", "1"], { files: { "part.pcap": file } });
  assertStringIncludes(out, "fragment, not reassembled");
});
