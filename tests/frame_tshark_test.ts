import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { dissect } from "../packet/dissect.ts";
import { wrap } from "../packet/encode.ts";
import { explain } from "../packet/explain.ts";
import { type Field, formatValue } from "../packet/field.ts";
import { askTshark, captureOf, frames, type TsharkField } from "./frames.ts";
import { needs } from "./needs.ts";

const COUNT = 1000;
const SEED = Date.now() & 0x7fffffff;

/** What tshark calls content: it may be dissected by its port, and a reset may say why. */
const CONTENT = ["data.data", "tcp.payload", "udp.payload", "tcp.segment_data", "tcp.reset_cause"];

/** Whether tshark has the field with the same place and value. */
function agrees(field: Field, theirs: readonly TsharkField[]): boolean {
  // It takes random data of a ping for the time that some programs put there, if that is near the packet's.
  const isTime = theirs.some(({ name }) => name.startsWith("icmp.data_time"));
  if (field.name === "data.data" && isTime) return true;
  const show = formatValue(field);
  const names = field.name === "data.data" ? CONTENT : [field.name];
  return theirs.some(({ name, pos, size, show: shown, value }) =>
    names.includes(name) && pos === field.pos && size === field.size &&
    (typeof field.value === "number" && field.spec.form !== "ipv4"
      ? Number(shown) === field.value * (field.spec.unit ?? 1)
      : shown === show || value === (field.value as Uint8Array).toHex())
  );
}

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
      for (const { fields, checksum, problems } of layers) {
        for (const field of fields) {
          assert(
            agrees(field, theirs),
            `packet ${
              i + 1
            } (${bytes.toHex()}): ${field.name} at ${field.pos}, ${field.size} bytes, ` +
              `${formatValue(field)}; tshark: ${
                JSON.stringify(theirs.filter(({ name }) => name === field.name))
              }`,
          );
          compared++;
        }
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
