import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes/concat";
import { readPackets } from "../capture/packet_source.ts";
import { pcapHeader, pcapRecord } from "../capture/pcap.ts";
import { fragmentsOf } from "../frame/fragments.ts";
import type { CapturedPacket } from "../packet/captured_packet.ts";
import { trace } from "../trace.ts";
import { fakeIo, run } from "./fakes.ts";
import { capturing } from "./live_capture.ts";
import { needs } from "./needs.ts";
import { netkit } from "./processes.ts";

const DATA = new URL("./testdata/tcp/", import.meta.url);
const CAPTURING = await capturing();

/** The longest fragment: the header of IP, that of TCP without its options, and a little more. */
const LONGEST = 48;
const ETHERNET = Uint8Array.fromHex("00005e00530200005e0053010800");

/** Returns the packets of a capture in `testdata/tcp/`, which begin with IP. */
async function packetsOf(name: string): Promise<CapturedPacket[]> {
  const file = await Deno.readFile(new URL(name, DATA));
  const packets: CapturedPacket[] = [];
  for await (const packet of readPackets(ReadableStream.from([file]))) {
    packets.push({ ...packet, bytes: packet.bytes.slice() });
  }
  return packets;
}

/** Returns a capture of Ethernet; `cut` makes the frames of each. */
function captureOf(
  packets: readonly CapturedPacket[],
  cut: (frame: Uint8Array) => readonly Uint8Array[],
): Uint8Array {
  const frames = packets.flatMap(({ time, bytes }) =>
    cut(concat([ETHERNET, bytes])).map((frame) => ({ time, bytes: frame }))
  );
  return concat([
    pcapHeader(1),
    ...frames.map((frame) => pcapRecord({ ...frame, length: frame.bytes.length })),
  ]);
}

/** Resolves to what `trace` shows of captures, without the numbers of the packets and of IP. */
async function shown(...files: readonly Uint8Array[]): Promise<string> {
  const names = files.map((_, i) => `${i}.pcap`);
  const io = fakeIo({ files: Object.fromEntries(names.map((name, i) => [name, files[i]!])) });
  const args = names.flatMap((name) => ["-r", name]);
  assertEquals(await run(trace, [...args, "--json"], io), 0);
  return io.out().replace(/"(number|ip_id)":\d+,/g, "");
}

const whole = (frame: Uint8Array) => [frame];
const fragmented = (frame: Uint8Array) => fragmentsOf(frame, LONGEST);

Deno.test("trace joins IP fragments, in any order, and shows the segments that they were", async () => {
  const packets = await packetsOf("normal4.a.pcap");
  const expected = await shown(captureOf(packets, whole));
  const count = packets.flatMap(({ bytes }) => fragmented(concat([ETHERNET, bytes]))).length;
  assert(count >= 2 * packets.length, `only ${count} fragments`);
  assertEquals(await shown(captureOf(packets, fragmented)), expected);
  const backwards = (frame: Uint8Array) => fragmented(frame).toReversed();
  assertEquals(await shown(captureOf(packets, backwards)), expected);
});

Deno.test("trace -r a -r b joins the IP fragments of each capture", async () => {
  const [a, b] = await Promise.all(["normal4.a.pcap", "normal4.b.pcap"].map(packetsOf));
  assertEquals(
    await shown(captureOf(a!, whole), captureOf(b!, fragmented)),
    await shown(captureOf(a!, whole), captureOf(b!, whole)),
  );
});

Deno.test("trace takes no fragment for a segment whose other fragments are missing", async () => {
  const packets = await packetsOf("normal4.a.pcap");
  let index = 0;
  const file = captureOf(packets, (frame) => fragmented(frame).slice(0, index++ === 3 ? 1 : 9));
  const all = packets.filter((_, i) => i !== 3);
  assertEquals(await shown(file), await shown(captureOf(all, whole)));
});

/** Puts what is behind the Ethernet addresses behind a header. */
function behind(header: string): (frame: Uint8Array) => Uint8Array {
  return (frame) =>
    concat([
      frame.subarray(0, 12),
      Uint8Array.fromHex(header.replaceAll(" ", "")),
      frame.subarray(header === "" || header.endsWith("8100 0007") ? 12 : 14),
    ]);
}

/** Frames of PPPoE say how long they are. */
function pppoe(tags: string): (frame: Uint8Array) => Uint8Array {
  return (frame) => {
    const size = (frame.length - 12).toString(16).padStart(4, "0"); // IP and 2 bytes of PPP
    return behind(`${tags} 8864 1100 0001 ${size} 0021`)(frame);
  };
}

/** Headers behind which a connection comes; what captures it beside the VLAN is `--tunnels`. */
const LINKS: Readonly<Record<string, (frame: Uint8Array) => readonly Uint8Array[]>> = {
  "a VLAN": (frame) => [behind("8100 0007")(frame)],
  "two VLANs": (frame) => [behind("88a8 0001 8100 0007")(frame)],
  "PPPoE": (frame) => [pppoe("")(frame)],
  "PPPoE in a VLAN": (frame) => [pppoe("8100 0007")(frame)],
  "PPPoE in two VLANs": (frame) => [pppoe("88a8 0001 8100 0007")(frame)],
  "MPLS in a VLAN": (frame) => [behind("8100 0007 8847 000641ff")(frame)],
  "IP fragments": fragmented,
  "IP fragments in a VLAN": (frame) => fragmented(frame).map(behind("8100 0007")),
};

/** Returns what puts the packet, or with `isFrame` the whole frame, into IP between two other hosts. */
function inIp(
  protocol: number,
  header: (size: number) => string,
  isFrame = false,
): (frame: Uint8Array) => readonly Uint8Array[] {
  return (frame) => {
    const inner = frame.subarray(isFrame ? 0 : ETHERNET.length);
    const between = Uint8Array.fromHex(header(inner.length));
    const length = hex16(20 + between.length + inner.length);
    const ip = Uint8Array.fromHex(
      `4500${length}00010000ff${protocol.toString(16).padStart(2, "0")}0000c6336401c6336402`,
    );
    return [concat([ETHERNET, ip, between, inner])];
  };
}

function hex16(number: number): string {
  return number.toString(16).padStart(4, "0");
}

/** The header of UDP and `header` behind it, which is `more` bytes long. */
function udp(port: string, header: string, more: number): (size: number) => string {
  return (size) => `c000${port}${hex16(8 + more + size)}0000${header}`;
}

/** Tunnels in IP. */
const TUNNELS: typeof LINKS = {
  "MPLS": (frame) => [behind("8847 000641ff")(frame)],
  "FabricPath": (frame) => [
    concat([ETHERNET.subarray(0, 12), Uint8Array.fromHex("89030062"), frame, new Uint8Array(4)]),
  ],
  "IP in IP": inIp(4, () => ""),
  "GRE": inIp(47, () => "00000800"),
  "GRE with Ethernet": inIp(47, () => "00006558", true),
  "VXLAN": inIp(17, udp("12b5", "0800000000000500", 8), true),
  "GTP": inIp(17, (size) => udp("0868", `30ff${hex16(size)}00000001`, 8)(size)),
};

for (const [name, carry] of Object.entries({ ...LINKS, ...TUNNELS })) {
  Deno.test(`trace -r finds the segments in ${name}`, async () => {
    const packets = await packetsOf("normal4.a.pcap");
    assertEquals(await shown(captureOf(packets, carry)), await shown(captureOf(packets, whole)));
  });
}

/** Sends the frames that stand in lines of a file, in hexadecimal, from the interface far. */
const SENDER = `
import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("far", 0))
for line in open(sys.argv[1]):
    s.send(bytes.fromhex(line))
`;

const SETUP = `
  ip link add near type veth peer name far
  ip link set near up
  ip link set far up
  exec "$@"`;

const ROOT = { what: "root", isHere: Deno.build.os === "linux" && Deno.uid() === 0 };

for (const [args, names] of [[["--tunnels"], Object.keys(LINKS)], [[], ["a VLAN"]]] as const) {
  Deno.test({
    name: `${["trace", ...args].join(" ")} captures segments in ${names.join(", ")}`,
    ...needs("ip", "python3", "unshare", CAPTURING, ROOT),
    async fn() {
      const packets = await packetsOf("normal4.a.pcap");
      const port = new DataView(packets[0]!.bytes.buffer).getUint16(22);
      const frames = names.flatMap((name, i) =>
        packets.flatMap(({ bytes }) => {
          const own = bytes.slice();
          own[14] = own[18] = i; // 10.9.i.1 and 10.9.i.2
          return LINKS[name]!(concat([ETHERNET, own]));
        })
      );
      const folder = await Deno.makeTempDir();
      try {
        const lines = frames.map((frame) => `${frame.toHex()}\n`).join("");
        await Deno.writeTextFile(`${folder}/frames`, lines);
        await Deno.writeTextFile(`${folder}/send.py`, SENDER);
        const sender = ["python3", `${folder}/send.py`, `${folder}/frames`];
        const { code, out, err } = await netkit(
          ["trace", `${port}`, "-i", "near", ...args, "--json", "--", ...sender],
          "",
          { wrap: (words) => ["unshare", "-n", "sh", "-ec", SETUP, "sh", ...words] },
        );
        assertEquals(code, 0, err);
        const records = out.trimEnd().split("\n").map((line) => JSON.parse(line));
        names.forEach((name, i) => {
          const { connection } = records.find(({ type, client }) =>
            type === "connection" && `${client}`.startsWith(`10.9.${i}.`)
          ) ?? {};
          const segments = records.filter((each) =>
            each.type === "segment" && each.connection === connection
          );
          assertEquals(segments.length, packets.length, name);
        });
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}
