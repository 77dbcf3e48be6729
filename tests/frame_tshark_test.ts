import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { dissect } from "../packet/dissect.ts";
import { wrap } from "../packet/encode.ts";
import { explain } from "../packet/explain.ts";
import { captureOf, frames } from "./frames.ts";
import { needs } from "./needs.ts";
import { askTshark, disagreements } from "./tshark.ts";
import { SEED } from "./seed.ts";

const COUNT = 1000;

Deno.test({
  name: `explain() agrees with tshark on every field of ${COUNT} random frames (seed ${SEED})`,
  ...needs("tshark"),
  async fn() {
    const samples = fc.sample(frames, { numRuns: COUNT, seed: SEED });
    const packets = samples.map(({ layers, payload }) => wrap(layers, payload));
    const path = await Deno.makeTempFile({ suffix: ".pcap" });
    await Deno.writeFile(path, captureOf(packets));
    const answers = await askTshark(path);
    await Deno.remove(path);
    assertEquals(answers.length, COUNT);
    let compared = 0;
    packets.forEach((bytes, i) => {
      const theirs = answers[i]!;
      const layers = explain({ bytes, length: bytes.length, layers: dissect(bytes) });
      assertEquals(disagreements(layers, theirs), [], `packet ${i + 1} (${bytes.toHex()})`);
      for (const { fields, checksum, problems } of layers) {
        compared += fields.length;
        assert(checksum === null || checksum.status === "good", `packet ${i + 1}: ${problems}`);
      }
      const bad = theirs.filter(({ name, show }) =>
        name.endsWith(".checksum.status") && show !== "1"
      );
      assertEquals(bad, [], `packet ${i + 1} (${bytes.toHex()})`);
    });
    assert(compared > 20 * COUNT, `only ${compared} fields were compared`);
  },
});

Deno.test({
  name: `tcpdump finds every checksum of ${COUNT} random frames correct (seed ${SEED})`,
  ...needs("tcpdump"),
  async fn() {
    const samples = fc.sample(frames, { numRuns: COUNT, seed: SEED });
    const path = await Deno.makeTempFile({ suffix: ".pcap" });
    await Deno.writeFile(
      path,
      captureOf(samples.map(({ layers, payload }) => wrap(layers, payload))),
    );
    const { stdout } = await new Deno.Command("tcpdump", {
      args: ["-n", "-vv", "-r", path],
      stderr: "null",
    }).output();
    await Deno.remove(path);
    const text = new TextDecoder().decode(stdout);
    const good = text.match(/udp sum ok|cksum 0x[0-9a-f]{4} \(correct\)|icmp6 sum ok/g) ?? [];
    assert(good.length > COUNT / 3, `only ${good.length} checksums`);
    const complaints = text.match(
      /.*(incorrect ->|bad (udp )?cksum|wrong icmp cksum|bad icmp6 cksum).*/g,
    );
    assertEquals(complaints, null);
  },
});
