import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes/concat";
import fc from "fast-check";
import { type Batch, FrameCollector, giveBack } from "../web/websocket_batch.ts";
import { formatFrame } from "../web/websocket_frame.ts";

/** More than a buffer has room for with another one like it, and a frame that needs a buffer of its own. */
const [LONG, TOO_LONG] = [200_000, 300_000];

Deno.test("FrameCollector gives all frames in order, each in one batch", () => {
  const frame = fc.record({
    kind: fc.constantFrom("text" as const, "binary" as const, "pong" as const),
    length: fc.oneof(fc.nat(125), fc.nat(5000), fc.constantFrom(65_536, LONG, TOO_LONG)),
    taken: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 20 }), (frames) => {
      const collector = new FrameCollector();
      const written: Uint8Array[] = [];
      let content = 0;
      const write = (batch: Batch | null) => {
        if (batch === null) return;
        written.push(batch.frames.slice());
        content += batch.content;
        giveBack(batch);
      };
      const expected = frames.map(({ kind, length, taken }, i) => {
        const data = new Uint8Array(length).fill(i);
        const whole = formatFrame(kind, data);
        const { frame, full } = collector.add(kind, data, true);
        assertEquals(frame.length, whole.length);
        data.fill(0xa5); // it is lent
        write(full);
        if (taken) write(collector.take());
        return whole;
      });
      write(collector.take());
      assertEquals(collector.take(), null);
      assertEquals(concat(written).toBase64() === concat(expected).toBase64(), true);
      const messages = frames.filter(({ kind }) => kind !== "pong");
      assertEquals(content, messages.reduce((sum, { length }) => sum + length, 0));
    }),
    { numRuns: 50 },
  );
});

Deno.test("FrameCollector uses a long buffer again when it was given back, and not before", () => {
  const collect = () => {
    const collector = new FrameCollector();
    collector.add("binary", new Uint8Array(LONG), true);
    const batch = collector.take()!;
    return { batch, buffer: batch.frames.buffer };
  };
  const first = collect();
  const second = collect();
  assertEquals(first.buffer === second.buffer, false);
  giveBack(first.batch);
  const third = collect();
  assertEquals(third.buffer === first.buffer, true);
  const fourth = collect();
  assertEquals([first, second].some(({ buffer }) => buffer === fourth.buffer), false);
});
