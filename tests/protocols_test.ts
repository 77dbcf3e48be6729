import { assert, assertEquals } from "@std/assert";
import { PacketListing } from "../frame/listing.ts";
import { dissectFully, dissectPacket } from "../packet/dissect.ts";
import { explain } from "../packet/explain.ts";
import { loadProtocols } from "../packet/protocols.ts";
import { PLAIN } from "../cli/terminal.ts";
import { damaged, generator } from "./damage.ts";
import { trace } from "../trace.ts";
import { fakeIo, run } from "./fakes.ts";
import { captureOf } from "./frames.ts";
import { assertLinear } from "./linear.ts";
import { needs } from "./needs.ts";
import { type Sample, SAMPLES as FIRST_SAMPLES } from "./protocol_samples.ts";
import { MORE_SAMPLES } from "./protocol_samples_more.ts";
import { askTshark, disagreements } from "./tshark.ts";
import { SEED } from "./seed.ts";

const SAMPLES = [...FIRST_SAMPLES, ...MORE_SAMPLES];

/** Not so wide that numbers of TCP are shown. */
const COLUMNS = 109;

function packetOf({ hex, link }: Pick<Sample, "hex" | "link">) {
  const bytes = Uint8Array.fromHex(hex);
  return { number: 1, time: 0n, linkType: link, bytes, length: bytes.length };
}

/** Damaged packets of each sample. */
const RUNS = 400;

const STYLE = { columns: COLUMNS, ...PLAIN };

/** Resolves to what the line of a packet says behind number, time and addresses. */
async function lineOf(sample: Sample): Promise<string> {
  const listing = new PacketListing("auto", STYLE);
  const packet = await dissectFully(packetOf(sample));
  listing.add(packet);
  listing.add(packet);
  const [line] = listing.text.takeText().split("\n");
  return line!.replace(/^ *\d+ +[\d.]+ +(?:\S+ → \S+)? *(.*)$/, "$1");
}

Deno.test("a field of a header that was cut off shows the bytes that are there", async () => {
  const listing = new PacketListing("full", { ...STYLE, columns: Infinity });
  listing.add(await dissectFully(packetOf({ hex: "900000", link: 227 }))); // three of four bytes of CAN
  const row = listing.text.takeText().split("\n").find((line) => line.includes("can.flags.xtd"));
  assertEquals(row?.slice(0, 46).trimEnd(), "    0  9. .. ..                 can.flags.xtd");
});

for (const sample of SAMPLES) {
  const { layers, says } = sample;

  Deno.test(`frame reads ${layers}: ${says}`, async () => {
    const { layers: found } = await dissectFully(packetOf(sample));
    assertEquals(found.map(({ name }) => name).join(" "), layers);
    assertEquals(found.filter(({ whole }) => !whole), []);
    assertEquals(await lineOf(sample), says);
  });
}

for (const [i, { hex, link, says }] of SAMPLES.entries()) {
  Deno.test(`${RUNS} damaged packets are shown, whatever is wrong with them (seed ${SEED + i}): ${says}`, async () => {
    const random = generator(SEED + i);
    const whole = Uint8Array.fromHex(hex);
    for (let run = 0; run < RUNS; run++) {
      const bytes = damaged(whole, random);
      const packet = { ...packetOf({ hex, link }), bytes, length: bytes.length + random(2) * 9 };
      const shown = await dissectFully(packet);
      for (const form of ["auto", "full", "json"] as const) {
        const listing = new PacketListing(form, STYLE);
        listing.add(shown);
        listing.add(shown);
        listing.end();
        const text = listing.text.takeText();
        if (form === "json") continue; // escaped by formatJson
        // deno-lint-ignore no-control-regex -- none of these may reach a terminal
        assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(text), `${bytes.toHex()}: ${text}`);
      }
    }
  });

  Deno.test(`a packet takes linear time: ${says}`, async () => {
    await loadProtocols();
    const whole = Uint8Array.fromHex(hex);
    // Its second half again and again, behind its end.
    const half = whole.length >> 1;
    await assertLinear((size) => {
      const bytes = new Uint8Array(whole.length + size);
      for (let at = 0; at < bytes.length; at++) {
        bytes[at] = whole[at < half ? at : half + (at - half) % (whole.length - half)]!;
      }
      return bytes;
    }, (bytes) => {
      const packet = dissectPacket({ ...packetOf({ hex, link }), bytes, length: bytes.length });
      new PacketListing("full", STYLE).add(packet);
      new PacketListing("json", STYLE).add(packet);
    }, { limit: 60_000 });
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
        const layers = explain(await dissectFully(packetOf(sample)))
          .filter(({ name }) => name !== "data"); // tshark has other names for what is encrypted
        assertEquals(disagreements(layers, answers[i]!), [], sample.layers);
        compared += layers.flatMap(({ fields }) => fields).length;
      }
    }
    assert(compared > 20 * SAMPLES.length, `only ${compared} fields were compared`);
  },
});

Deno.test("trace finds the segment inside every tunnel, loading what it meets", async () => {
  const carriers = SAMPLES.filter(({ layers }) => layers.endsWith("ip tcp data"));
  assert(carriers.length > 10);
  for (const sample of carriers) {
    const io = fakeIo({ files: { x: captureOf([Uint8Array.fromHex(sample.hex)], sample.link) } });
    assertEquals(await run(trace, ["-r", "x", "--json"], io), 0, `${sample.says}: ${io.err()}`);
    assert(io.out().includes('"bytes":5'), sample.says);
  }
});
