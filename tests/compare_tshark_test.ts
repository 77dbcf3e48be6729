import { assert, assertEquals } from "@std/assert";
import { readPackets } from "../capture/packet_source.ts";
import type { CapturedPacket } from "../packet/captured_packet.ts";
import { filterPackets, pcapngOf } from "./filter_packets.ts";
import { needs } from "./needs.ts";
import { compareFile, Comparison } from "./tshark_comparison.ts";

/**
 * Folders with captures of real connections; those in examples/ are among the packets of filters.
 * testdata/frame/real-programs.pcap was recorded in network namespaces on 2026-11-29: dnsmasq 2.90 (DHCP, DNS, router
 * advertisements), BusyBox 1.35.0 (udhcpc, nslookup), lldpd 1.0.16, a bridge with STP of Linux 6.18.
 */
const FOLDERS = ["./testdata/frame/", "./testdata/tcp/", "./testdata/trace/"];

/** The fields that agreed with tshark 4.0.17 when this was last raised: fewer are a step back. */
const FLOOR = 30_671;
/** The protocols that had some. */
const PROTOCOLS = 73;

Deno.test({
  name:
    `compare-tshark: at least ${FLOOR} fields of the captures and samples of this project agree`,
  ...needs("tshark"),
  async fn() {
    const packets: CapturedPacket[] = await filterPackets();
    for (const folder of FOLDERS) {
      const url = new URL(folder, import.meta.url);
      const names = (await Array.fromAsync(Deno.readDir(url))).map(({ name }) => name);
      for (const name of names.filter((each) => each.endsWith(".pcap")).sort()) {
        const source = ReadableStream.from([await Deno.readFile(new URL(name, url))]);
        for await (const packet of readPackets(source)) {
          packets.push({ ...packet, bytes: packet.bytes.slice() });
        }
      }
    }
    const comparison = new Comparison();
    const path = await Deno.makeTempFile({ suffix: ".pcapng" });
    try {
      await Deno.writeFile(path, pcapngOf(packets));
      await compareFile(path, comparison);
    } finally {
      await Deno.remove(path);
    }
    assertEquals([...comparison.differences], []);
    const agreed = [...comparison.fields.values()].reduce((sum, { agreed }) => sum + agreed, 0);
    assert(agreed >= FLOOR, `${agreed} fields agree`);
    assert(comparison.fields.size >= PROTOCOLS, `${comparison.fields.size} protocols`);
  },
});
