/**
 * Fragments of many kinds joined by netkit and by tshark, and as many as memory holds.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { explain } from "../packet/explain.ts";
import { formatValue } from "../packet/field.ts";
import { Reassembler } from "../packet/reassembly.ts";
import { content, datagram, packetOf, piece, question } from "./fragments.ts";
import { captureOf } from "./frames.ts";
import { assertLinear } from "./linear.ts";
import { needs } from "./needs.ts";
import { askTshark } from "./tshark.ts";

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
