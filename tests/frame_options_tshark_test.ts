/**
 * Packets that `frame` builds with options that change many layers, beside tshark.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { main } from "../main.ts";
import { readPackets } from "../capture/packet_source.ts";
import { dissectFully } from "../packet/dissect.ts";
import { explain } from "../packet/explain.ts";
import { fakeIo } from "./fakes.ts";
import { needs } from "./needs.ts";
import { askTshark, disagreements } from "./tshark.ts";

/** Runs `netkit frame`; resolves to what it wrote. */
async function frame(args: readonly string[], columns = 100) {
  const io = fakeIo({ columns });
  await main(["frame", ...args], io);
  return { out: io.out(), err: io.err(), file: io.written("x.pcap") };
}

for (
  const args of [
    ["--udp"],
    ["--to", "[2001:db8::7]:9"],
    ["--in", "pppoe", "--icmp"],
    ["--in", "vxlan", "--vlan", "7"],
  ]
) {
  Deno.test({
    name: `frame --fragment ${args.join(" ")}: tshark joins the fragments to the whole packet`,
    ...needs("tshark"),
    async fn() {
      const payload = "0123456789".repeat(30);
      const path = await Deno.makeTempFile({ suffix: ".pcap" });
      const { file, err } = await frame([...args, "--fragment", "200", payload, "-w", "x.pcap"]);
      await Deno.writeFile(path, file!);
      const { stdout } = await new Deno.Command("tshark", {
        args: [
          ...["-r", path, "-n", "-T", "fields", "-e", "data.data", "-e", "frame.len"],
          ...[
            "-o",
            "ip.defragment:TRUE",
            "-o",
            "ipv6.defragment:TRUE",
            "-o",
            "ip.check_checksum:TRUE",
          ],
        ],
        stderr: "null",
      }).output();
      await Deno.remove(path);
      const text = new TextDecoder().decode(stdout);
      assertStringIncludes(text, new TextEncoder().encode(payload).toHex());
      assertStringIncludes(err, "fragments: each has an IP header");
      const { out } = await frame([...args, "--fragment", "200", payload], 200);
      const lines = out.trimEnd().split("\n");
      assert(
        lines.length >= 2 && lines.slice(1).every((line) => line.includes("fragment at")),
        out,
      );
    },
  });
}

for (
  const [args, last] of [
    [["--udp", "--ipv6-ext", "hop-by-hop,destination,routing,fragment,destination"], "hello"],
    [["--ipv6-ext", "hop-by-hop,routing,destination", "--fragment", "200"], "x".repeat(400)],
    [["--icmp", "--ipv6-ext", "hop-by-hop"], "hello"],
    [["--ipv6-ext", "destination", "--set", "ipv6.dstopts.nxt=59"], ""],
  ] as const
) {
  Deno.test({
    name: `frame ${args.join(" ")}: tshark reads the same, and every checksum is good`,
    ...needs("tshark"),
    async fn() {
      const { file, err } = await frame([...args, last, "-w", "x.pcap"]);
      const path = await Deno.makeTempFile({ suffix: ".pcap" });
      await Deno.writeFile(path, file!);
      const answers = await askTshark(path);
      const joined = await askTshark(path, ["ipv6.defragment:TRUE"]);
      await Deno.remove(path);
      for await (const packet of readPackets(new Blob([file!.slice()]).stream())) {
        const theirs = answers[packet.number - 1]!;
        const layers = explain(await dissectFully(packet)).filter(({ name }) => name !== "data");
        assertEquals(disagreements(layers, theirs), [], err);
      }
      const bad = joined.at(-1)!.filter(({ name, show }) =>
        name.endsWith("checksum.status") && show !== "1"
      );
      assertEquals(bad, []);
    },
  });
}
