import { assert } from "@std/assert";
import { concat } from "@std/bytes/concat";
import { captureWriter } from "../capture/capture_writer.ts";
import type { CapturedPacket } from "../packet/captured_packet.ts";
import { damaged, generator } from "./damage.ts";
import { filterPackets } from "./filter_packets.ts";
import { listCapture } from "./list_capture.ts";
import { GUARD } from "./waiting.ts";
import { SEED } from "./seed.ts";

const RUNS = 20_000;

Deno.test({
  name:
    `${RUNS} damaged captures of all protocols: what can be read is shown, with one error at most (seed ${SEED})`,
  timeout: GUARD,
  async fn() {
    const random = generator(SEED);
    const samples: readonly CapturedPacket[] = await filterPackets();
    let wrongFiles = 0;
    let shown = 0;
    for (let run = 0; run < RUNS; run++) {
      const writer = captureWriter("x.pcapng");
      const packets = Array.from({ length: 1 + random(3) }, () => {
        const packet = samples[random(samples.length)]!;
        return random(2) === 0 ? packet : { ...packet, bytes: damaged(packet.bytes, random) };
      });
      const whole = concat(packets.map((each) => writer.packet(each)));
      const bytes = random(2) === 0 ? damaged(whole, random) : whole;
      const form = (["auto", "full", "json"] as const)[run % 3]!;
      const { text, wrong } = await listCapture(ReadableStream.from([bytes]), form, 100);
      if (wrong) wrongFiles++;
      if (text !== "") shown++;
      if (form === "json") {
        for (const line of text.split("\n").slice(0, -1)) JSON.parse(line);
        continue;
      }
      // deno-lint-ignore no-control-regex -- none of these may reach a terminal
      assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(text), `run ${run}: ${bytes.toHex()}`);
    }
    assert(wrongFiles > RUNS / 20 && wrongFiles < RUNS / 2, `${wrongFiles} files were refused`);
    assert(shown > RUNS / 2, `${shown} files gave packets`);
  },
});
