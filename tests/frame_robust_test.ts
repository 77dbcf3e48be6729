import { assert } from "@std/assert";
import * as fc from "fast-check";
import { concat } from "@std/bytes/concat";
import { wrap } from "../packet/encode.ts";
import { LINK } from "../packet/link.ts";
import { readPackets } from "../capture/packet_source.ts";
import { width } from "../text/layout.ts";
import { damaged, generator } from "./damage.ts";
import { bytesOfFile, CAPTURES } from "./captures.ts";
import { captureOf, frames } from "./frames.ts";
import { listCapture } from "./list_capture.ts";
import { GUARD } from "./waiting.ts";
import { SEED } from "./seed.ts";

const RUNS = 5000;
const COLUMNS = 80;

async function* once(bytes: Uint8Array, pieces: number): AsyncGenerator<Uint8Array> {
  const size = Math.max(1, Math.ceil(bytes.length / pieces));
  for (let at = 0; at < bytes.length; at += size) {
    yield await Promise.resolve(bytes.slice(at, at + size));
  }
}

/** Lists the packets of a capture that comes in so many pieces. */
function list(bytes: Uint8Array, form: "auto" | "full" | "json", pieces: number) {
  return listCapture(once(bytes, pieces), form, COLUMNS);
}

Deno.test({
  name: `PacketListing and readPackets() survive ${RUNS} damaged captures (seed ${SEED})`,
  timeout: GUARD,
  async fn() {
    const random = generator(SEED);
    const real: Uint8Array[] = [];
    for (const name of CAPTURES) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytesOfFile(name)) chunks.push(chunk.slice());
      real.push(concat(chunks).slice(0, 1200));
    }
    const made = fc.sample(frames, { numRuns: 300, seed: SEED })
      .map(({ layers, payload }) => wrap(layers, payload));
    const links = Object.values(LINK);
    let damagedFiles = 0;
    for (let run = 0; run < RUNS; run++) {
      const original = random(3) === 0 ? real[random(real.length)]! : captureOf(
        Array.from({ length: 1 + random(3) }, () => made[random(made.length)]!),
        random(3) === 0 ? links[random(links.length)]! : LINK.ethernet,
      );
      const bytes = damaged(original, random);
      const form = (["auto", "full", "json"] as const)[run % 3]!;
      const { text, wrong } = await list(bytes, form, 1 + random(5));
      if (wrong) damagedFiles++;
      if (form === "json") {
        for (const line of text.split("\n").slice(0, -1)) JSON.parse(line);
        continue;
      }
      for (const line of text.split("\n")) {
        assert(width(line) <= COLUMNS, `run ${run}: ${line}`);
        // deno-lint-ignore no-control-regex -- none of these may reach a terminal
        assert(!/[\x00-\x1f\x7f-\x9f]/.test(line), `run ${run}: ${JSON.stringify(line)}`);
      }
    }
    assert(damagedFiles > RUNS / 20 && damagedFiles < RUNS, `${damagedFiles} files were refused`);
  },
});

Deno.test("readPackets() reads any text to its end, or says what is wrong with it", async () => {
  const word = fc.oneof(
    fc.constantFrom(
      "0000",
      "0010",
      "00000000:",
      "*",
      "0x",
      "{",
      "}",
      "ff",
      "00 01 02 03",
      "  ",
      "|",
      "\t",
    ),
    fc.string({ maxLength: 5 }),
    fc.nat(255).map((each) => each.toString(16)),
  );
  const text = fc.array(fc.tuple(word, fc.constantFrom(" ", "\n", "  ", "")), { maxLength: 60 })
    .map((words) => words.flat().join(""));
  await fc.assert(
    fc.asyncProperty(text, async (each) => {
      await list(new TextEncoder().encode(each), "full", 3);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("readPackets() needs no more memory for a long capture than for a short one", async () => {
  const packet = new Uint8Array(1500).fill(0x55);
  const many = captureOf(Array.from({ length: 100 }, () => packet));
  const [header, records] = [many.slice(0, 24), many.slice(24)];
  async function* long(): AsyncGenerator<Uint8Array> {
    yield header;
    for (let i = 0; i < 2000; i++) yield await Promise.resolve(records);
  }
  let count = 0;
  let highest = 0;
  const before = Deno.memoryUsage().rss;
  for await (const _ of readPackets(long())) {
    if (++count % 10_000 === 0) highest = Math.max(highest, Deno.memoryUsage().rss);
  }
  assert(count === 200_000);
  const grown = (highest - before) / 2 ** 20;
  assert(grown < 100, `it grew by ${grown} MiB while 300 MB passed`);
});

Deno.test("readPackets() does not believe a block of pcapng that claims to have two gigabytes", async () => {
  const section = Uint8Array.fromHex("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000");
  const lie = Uint8Array.fromHex("06000000f0ffff7f" + "00".repeat(64));
  const { wrong } = await list(concat([section, lie]), "auto", 1);
  assert(wrong);
});
