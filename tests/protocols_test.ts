import { assert, assertEquals } from "@std/assert";
import { PacketListing } from "../frame/listing.ts";
import { dissectFully } from "../packet/dissect.ts";
import { explain } from "../packet/explain.ts";
import { captureOf } from "./frames.ts";
import { needs } from "./needs.ts";
import { type Sample, SAMPLES } from "./protocol_samples.ts";
import { askTshark, disagreements } from "./tshark.ts";

/** Not so wide that numbers of TCP are shown. */
const COLUMNS = 109;

function packetOf({ hex, link }: Pick<Sample, "hex" | "link">) {
  const bytes = Uint8Array.fromHex(hex);
  return { number: 1, time: 0n, linkType: link, bytes, length: bytes.length };
}

function plain(text: string): string {
  return text;
}

/** Resolves to what the line of a packet says behind number, time and addresses. */
async function lineOf(sample: Sample): Promise<string> {
  const style = { columns: COLUMNS, bold: plain, dim: plain, red: plain };
  const listing = new PacketListing("auto", style, JSON.stringify);
  const packet = await dissectFully(packetOf(sample));
  listing.add(packet);
  const [line] = listing.add(packet).split("\n");
  return line!.replace(/^ *\d+ +[\d.]+ +(?:\S+ → \S+)? *(.*)$/, "$1");
}

for (const sample of SAMPLES) {
  const { layers, says } = sample;

  Deno.test(`frame reads ${layers}: ${says}`, async () => {
    const { layers: found } = await dissectFully(packetOf(sample));
    assertEquals(found.map(({ name }) => name).join(" "), layers);
    assertEquals(found.filter(({ whole }) => !whole), []);
    assertEquals(await lineOf(sample), says);
  });
}

Deno.test({
  name: "explain() agrees with tshark on every field of the samples of protocols",
  ...needs("tshark"),
  async fn() {
    let compared = 0;
    for (const link of new Set(SAMPLES.map((each) => each.link))) {
      const samples = SAMPLES.filter((each) => each.link === link);
      const path = await Deno.makeTempFile({ suffix: ".pcap" });
      await Deno.writeFile(
        path,
        captureOf(samples.map(({ hex }) => Uint8Array.fromHex(hex)), link),
      );
      const answers = await askTshark(path);
      await Deno.remove(path);
      for (const [i, sample] of samples.entries()) {
        const layers = explain(await dissectFully(packetOf(sample)));
        assertEquals(disagreements(layers, answers[i]!), [], sample.layers);
        compared += layers.flatMap(({ fields }) => fields).length;
      }
    }
    assert(compared > 20 * SAMPLES.length, `only ${compared} fields were compared`);
  },
});
