import { assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { LineTimes } from "../talk/line_times.ts";
import { formatTime } from "../text/units.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

Deno.test("LineTimes pairs lines that arrive with lines sent, in order", () => {
  const times = new LineTimes();
  times.sent(encoder.encode("one\ntw"), 100);
  times.sent(encoder.encode("o\n"), 200);
  const time = 1_700_000_000_000;
  const text = decoder.decode(times.received(encoder.encode("ONE\nTWO\nMORE"), 350, time));
  const at = formatTime(time);
  assertEquals(text, `${at}     250 ms  ONE\n${at}     150 ms  TWO\n${at}          -  MORE`);
});

Deno.test("LineTimes marks the start of a line once, however the line is cut", () => {
  const bytes = fc.uint8Array({ maxLength: 30 }).map((bytes) =>
    bytes.map((byte) => byte % 4 === 0 ? 10 : 65)
  );
  fc.assert(fc.property(fc.array(bytes), (chunks) => {
    const times = new LineTimes();
    const cut = chunks.map((chunk) => decoder.decode(times.received(chunk, 0, 0))).join("");
    const whole = new LineTimes().received(Uint8Array.from(chunks.flatMap((c) => [...c])), 0, 0);
    assertEquals(cut, decoder.decode(whole));
  }));
});

Deno.test("LineTimes keeps the pairing when too many lines are under way to keep their times", () => {
  const times = new LineTimes();
  const many = 70_000;
  times.sent(encoder.encode("\n".repeat(many)), 0);
  const answer = decoder.decode(times.received(encoder.encode("\n".repeat(many)), 5, 0));
  const lines = answer.split("\n").slice(0, -1);
  assertMatch(lines[65_535]!, / 5 ms {2}$/);
  assertMatch(lines[65_536]!, / - {2}$/);
  times.sent(encoder.encode("\n"), 10);
  assertMatch(decoder.decode(times.received(encoder.encode("\n"), 17, 0)), / 7 ms {2}\n$/);
});
