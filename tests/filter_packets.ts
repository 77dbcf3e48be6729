/**
 * The packets that display filters are tried on: those of each protocol, and captures of real connections.
 *
 * @module
 */
import { concat } from "@std/bytes/concat";
import { captureWriter } from "../capture/capture_writer.ts";
import { readPackets } from "../capture/packet_source.ts";
import type { CapturedPacket } from "../packet/captured_packet.ts";
import { type DissectedPacket, dissectPacket } from "../packet/dissect.ts";
import { loadProtocols } from "../packet/protocols.ts";
import { SAMPLES } from "./protocol_samples.ts";
import { MORE_SAMPLES } from "./protocol_samples_more.ts";

const EXAMPLES = new URL("../examples/", import.meta.url);

/** Resolves to the packets, a second apart. */
export async function filterPackets(): Promise<DissectedPacket[]> {
  await loadProtocols();
  const packets: Omit<CapturedPacket, "number" | "time">[] = [...SAMPLES, ...MORE_SAMPLES].map(
    ({ hex, link }) => {
      const bytes = Uint8Array.fromHex(hex);
      return { linkType: link, bytes, length: bytes.length };
    },
  );
  const names = (await Array.fromAsync(Deno.readDir(EXAMPLES))).map(({ name }) => name);
  for (const name of names.filter((each) => each.endsWith(".pcap")).sort()) {
    const source = ReadableStream.from([await Deno.readFile(new URL(name, EXAMPLES))]);
    for await (const { linkType, bytes, length } of readPackets(source)) {
      packets.push({ linkType, bytes: bytes.slice(), length });
    }
  }
  return packets.map((packet, i) =>
    dissectPacket({ ...packet, number: i + 1, time: BigInt(1_000_000_000 + i) * 1_000_000_000n })
  );
}

/** Returns a pcapng file of `packets`. */
export function pcapngOf(packets: readonly CapturedPacket[]): Uint8Array {
  const writer = captureWriter("x.pcapng");
  return concat(packets.map((each) => writer.packet(each)));
}
