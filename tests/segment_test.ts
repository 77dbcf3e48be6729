import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes/concat";
import { readPackets } from "../capture/packet_source.ts";
import type { CapturedPacket } from "../packet/captured_packet.ts";
import { dissectPacket } from "../packet/dissect.ts";
import { LINK } from "../packet/link.ts";
import { FLAG, hostAddressOf, portOf, type Segment, segmentOf as read } from "../tcp/segment.ts";

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

function segmentOf(packet: CapturedPacket): Segment | null {
  return read(dissectPacket(packet));
}

/** The packets of an Ethernet capture, each with its own bytes. */
const PACKETS: CapturedPacket[] = [];
const HELLO = await Deno.readFile(new URL("../examples/hello.pcap", import.meta.url));
for await (const packet of readPackets(chunks(HELLO))) {
  PACKETS.push({ ...packet, bytes: packet.bytes.slice() });
}
const SEGMENTS = PACKETS.map((packet) => segmentOf(packet)!);

/** Returns the packet with other bytes, all of them captured. */
function having(packet: CapturedPacket, bytes: Uint8Array, linkType: number): CapturedPacket {
  return { ...packet, bytes, linkType, length: bytes.length };
}

const ETHERNET = 14;

function hex(text: string): Uint8Array {
  return Uint8Array.fromHex(text.replaceAll(" ", ""));
}

Deno.test("segmentOf() reads addresses, numbers, flags, options and payload", () => {
  const [syn, answer, , data] = SEGMENTS as [Segment, Segment, Segment, Segment];
  assertEquals([syn.flags, answer.flags], [FLAG.syn, FLAG.syn | FLAG.ack]);
  assertEquals([hostAddressOf(syn.destination), portOf(syn.destination)], ["127.0.0.1", 8000]);
  assertEquals(syn.options.mss, 65495);
  assertEquals([syn.options.sackPermitted, syn.options.fastOpen], [true, null]);
  assertEquals(answer.ack, (syn.seq + 1) >>> 0);
  assertEquals(answer.options.timestamp?.echo, syn.options.timestamp?.value);
  assertEquals([data.length, new TextDecoder().decode(data.data)], [6, "hello\n"]);
});

for (
  const [name, linkType, header] of [
    ["raw IP", LINK.raw, ""],
    ["BSD loopback", LINK.null, "02 00 00 00"],
    ["a VLAN", LINK.ethernet, "00005e005302 00005e005301 8100 0007 0800"],
    ["two VLANs", LINK.ethernet, "00005e005302 00005e005301 88a8 0001 8100 0007 0800"],
    ["Linux cooked", LINK.sll, "0000 0304 0006 000000000000 0000 0800"],
    ["Linux cooked, version 2", LINK.sll2, "0800 0000 00000001 0304 00 06 0000000000000000"],
  ] as const
) {
  Deno.test(`segmentOf() finds the same in ${name}`, () => {
    const found = PACKETS.map((packet) =>
      segmentOf(having(packet, concat([hex(header), packet.bytes.subarray(ETHERNET)]), linkType))
    );
    assertEquals(found, SEGMENTS);
  });
}

Deno.test("segmentOf() finds the same in IPv6, with an extension header, too", () => {
  const addresses = "20010db8000000000000000000000001 20010db8000000000000000000000002";
  for (const [next, extension] of [["06", ""], ["00", "06 00 01 04 00 00 00 00"]] as const) {
    PACKETS.forEach((packet, i) => {
      const tcp = packet.bytes.subarray(ETHERNET + 20);
      const size = (tcp.length + hex(extension).length).toString(16).padStart(4, "0");
      const head = hex(`60000000 ${size} ${next} 40 ${addresses} ${extension}`);
      const found = segmentOf(having(packet, concat([head, tcp]), LINK.raw))!;
      const ports = [SEGMENTS[i]!.source, SEGMENTS[i]!.destination].map(portOf);
      assertEquals(found, {
        ...SEGMENTS[i]!,
        id: null,
        source: `[2001:db8::1]:${ports[0]}`,
        destination: `[2001:db8::2]:${ports[1]}`,
      });
    });
  }
});

Deno.test("segmentOf() knows the length where the total length is 0 (segmentation offload)", () => {
  PACKETS.forEach((packet, i) => {
    const bytes = packet.bytes.slice();
    bytes.fill(0, ETHERNET + 2, ETHERNET + 4);
    assertEquals(segmentOf({ ...packet, bytes }), SEGMENTS[i]);
  });
});

Deno.test("segmentOf() knows the length where the capture has cut the packet", () => {
  PACKETS.forEach((packet, i) => {
    for (let size = ETHERNET + 20; size < packet.bytes.length; size++) {
      const found = segmentOf({ ...packet, bytes: packet.bytes.subarray(0, size) });
      if (size < ETHERNET + 40) assertEquals(found, null);
      else assertEquals([found!.length, found!.seq], [SEGMENTS[i]!.length, SEGMENTS[i]!.seq]);
    }
  });
});

Deno.test("segmentOf() takes the smaller length where the total length says more than there was", () => {
  PACKETS.forEach((packet, i) => {
    const bytes = packet.bytes.slice();
    bytes.set([0x10, 0x00], ETHERNET + 2); // 4,096 bytes
    assertEquals(segmentOf({ ...packet, bytes }), SEGMENTS[i]);
  });
});

Deno.test("segmentOf() does not take the padding of a short frame for payload", () => {
  const packet = PACKETS[2]!; // an ACK
  const padded = concat([packet.bytes, new Uint8Array(9)]);
  assertEquals(segmentOf({ ...packet, bytes: padded, length: padded.length })!.length, 0);
});

Deno.test("segmentOf() finds none in UDP, in ICMP that quotes one, and in nothing", () => {
  const udp = PACKETS[0]!.bytes.slice();
  udp[ETHERNET + 9] = 17;
  const quote = PACKETS[0]!.bytes.subarray(ETHERNET, ETHERNET + 28);
  const icmp = concat([
    hex("45000038 00000000 40010000 c0000201 c0000202 0303 0000 00000000"),
    quote,
  ]);
  assertEquals(segmentOf({ ...PACKETS[0]!, bytes: udp }), null);
  assertEquals(segmentOf(having(PACKETS[0]!, icmp, LINK.raw)), null);
  assertEquals(segmentOf(having(PACKETS[0]!, new Uint8Array(), LINK.raw)), null);
});
