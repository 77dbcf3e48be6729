// deno-lint-ignore-file no-control-regex -- escape sequences are what this is about
import { assert, assertEquals } from "@std/assert";
import * as colors from "@std/fmt/colors";
import { formatSeconds, Ladder } from "../ladder/ladder.ts";
import type { Segment } from "../tcp/segment.ts";
import { Tracker } from "../tcp/tracker.ts";
import { width } from "../text/layout.ts";
import { ordinary, segment, SERVER } from "./segments.ts";

function withoutColors(text: string): string {
  return text.replace(/\x1b\[\d+m/g, "");
}

/** Draws `segments`, captured on both hosts. */
function draw(segments: readonly Segment[], columns = 80, all = false): string[] {
  const ladder = new Ladder({ columns, ascii: false, colors, all, explain: "never" });
  const tracker = new Tracker({ here: () => true });
  const events = [...segments.flatMap((each) => tracker.feed(each)), ...tracker.finish()];
  return events.flatMap((each) =>
    each.kind === "step" ? ladder.step(each.step) : ladder.end(each.connection)
  );
}

Deno.test("Ladder folds each of several transfers that go on at once", () => {
  const flows = [1, 2, 3].map((i) => ({ source: `192.0.2.1:5000${i}`, destination: SERVER }));
  const opening = flows.flatMap((flow) => ordinary(flow).slice(0, 3));
  const bulk = Array.from(
    { length: 1000 },
    (_, i) => flows.map((flow) => segment(">", "A", 101 + 1000 * i, 901, 1000, flow)),
  ).flat();
  const lines = draw([...opening, ...bulk]);
  assert(lines.length < 110, `${lines.length} lines`);
  assertEquals(lines.filter((line) => line.includes("970.7 KiB")).length, 3, lines.join("\n"));
});

Deno.test("Ladder tells of what is remarkable in what it folds", () => {
  const opening = ordinary().slice(0, 3);
  const bulk = Array.from({ length: 30 }, (_, i) => segment(">", "A", 101 + 100 * i, 901, 100));
  const lines = draw([...opening, ...bulk, segment(">", "A", 101, 901, 100)]);
  assert(lines.some((line) => line.includes("1 out of order")), lines.join("\n"));
});

Deno.test("Ladder says whether the close took three segments or four", () => {
  const four = draw(ordinary()).join("\n");
  assert(four.includes("closed by the client in 4 segments"), four);
  assert(!four.includes("travelled"), four);
  const [last, ...before] = ordinary().toReversed();
  const three = draw([...before.toSpliced(1, 1).toReversed(), last!]).join("\n").replace(
    /\s+/g,
    " ",
  );
  assert(three.includes("in 3 segments (the server's ACK and FIN travelled together)"), three);
});

Deno.test("Ladder counts one SYN without an answer as one", () => {
  const lines = draw([segment(">", "S", 100)]).join("\n");
  assert(/no answer to 1 SYN(?!s)/.test(lines), lines);
});

Deno.test("Ladder shows what comes after the end of a connection under its head again", () => {
  const lines = draw([
    ...ordinary(),
    ...ordinary({}, 7000, 9000).slice(0, 1),
    segment("<", "R", 907),
  ]);
  assert(lines.some((line) => line.includes("#2")), lines.join("\n"));
});

Deno.test("Ladder has lines of the same width with colours", () => {
  for (const columns of [60, 80, 120]) {
    for (const segments of [ordinary(), [segment(">", "S", 1), segment("<", "RA", 0, 2)]]) {
      for (const line of draw(segments, columns)) {
        const bare = withoutColors(line);
        assert(width(bare) <= columns, bare);
        const opened = line.match(/\x1b\[(1|2|3[0-8])m/g)?.length ?? 0;
        const closed = line.match(/\x1b\[(22|39)m/g)?.length ?? 0;
        assertEquals(opened, closed, JSON.stringify(line));
      }
    }
  }
});

Deno.test("Ladder writes what a peer sends so that it cannot command the terminal", () => {
  const data = new TextEncoder().encode("\x1b[2J\u202e");
  const segments = ordinary().map((each) => each.length > 0 ? { ...each, data } : each);
  for (const columns of [80, 120]) {
    const text = withoutColors(draw(segments, columns).join("\n"));
    assert(!/[\x1b\u202e]/.test(text), JSON.stringify(text));
  }
});

Deno.test("formatSeconds() takes at most ten columns", () => {
  for (
    const [nanoseconds, text] of [
      [0n, "0.000000"],
      [1_500n, "0.000002"],
      [123_456_789_012n, "123.45679"],
      [86_400_000_000_000n, "86400.000"],
      [10n ** 18n, "1000000000"],
      [-1_000_000n, "-0.001000"],
      [-1_006_632_960_000_000_000n, "-1.01e+9"],
    ] as const
  ) assertEquals(formatSeconds(nanoseconds), text);
});

Deno.test("Ladder shows the ends of lines in HTTP as \\r\\n, and a backslash as it is", () => {
  const data = new TextEncoder().encode("GET /\r\n\\x0d");
  const segments = ordinary().map((each) =>
    each.length > 0 ? { ...each, data, length: data.length } : each
  );
  const text = withoutColors(draw(segments, 120).join("\n"));
  assert(text.includes('"GET /\\r\\n\\x0d"'), text);
});
