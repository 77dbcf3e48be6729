import { assert, assertEquals } from "@std/assert";
import { readPackets } from "../capture/packet_source.ts";
import { checksumStatus } from "../packet/checksum_status.ts";
import { type DissectedPacket, dissectFully } from "../packet/dissect.ts";
import { explain } from "../packet/explain.ts";
import { MORE_SAMPLES } from "./protocol_samples_more.ts";

/** A bridge with spanning tree and VXLAN over it, captured at a Linux host that sends and receives. */
const BRIDGE = new URL("./testdata/frame/bridge-vxlan.pcap", import.meta.url);

async function packetsOf(bytes: Uint8Array<ArrayBuffer>): Promise<DissectedPacket[]> {
  const packets: DissectedPacket[] = [];
  for await (const packet of readPackets(ReadableStream.from([bytes]))) {
    packets.push(await dissectFully({ ...packet, bytes: packet.bytes.slice() }));
  }
  return packets;
}

/** Returns the statuses of all checksums of a packet. */
function statuses({ layers, bytes }: DissectedPacket): string[] {
  return layers.flatMap((_, i) => checksumStatus(layers, i, bytes)?.status ?? []);
}

Deno.test("checksumStatus() calls no checksum of a real tunnel wrong that the network card was to make", async () => {
  const packets = await packetsOf(await Deno.readFile(BRIDGE));
  assertEquals(packets.flatMap((each) => statuses(each).filter((status) => status === "bad")), []);
  const both = packets.filter((each) => statuses(each).join() === "good,offload,good,offload");
  assertEquals(both.map(({ number }) => number), [28, 30]);
  for (const { bytes, ...rest } of both) {
    const [, , udp] = explain({ ...rest, bytes });
    assert(udp!.problems[0]!.includes("once the network card has made the one inside"));
    const changed = bytes.slice();
    changed[54]! ^= 1; // an address of the frame inside, which only the outer checksum covers
    assertEquals(statuses({ ...rest, bytes: changed }), ["good", "bad", "good", "offload"]);
  }
});

Deno.test("checksumStatus() takes the home address of a mobile host for the sender", async () => {
  const { hex, link } = MORE_SAMPLES.find(({ layers }) => layers.includes("ipv6.dstopts"))!;
  const bytes = Uint8Array.fromHex(hex);
  const packet = { number: 1, time: 0n, linkType: link, bytes, length: bytes.length };
  assertEquals(statuses(await dissectFully(packet)), ["good"]);
  const other = bytes.slice();
  other[14 + 40 + 6] = 0xc8; // another option
  assertEquals(statuses(await dissectFully({ ...packet, bytes: other })), ["bad"]);
});
