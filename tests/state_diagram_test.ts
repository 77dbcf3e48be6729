// deno-lint-ignore-file no-control-regex -- the commands of the terminal are what this is about
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { formatDiagram, NODES, SIZE, walkOf, WAYS } from "../ladder/state_diagram.ts";
import { StatesForm } from "../trace/states.ts";
import { EDGES } from "../tcp/state.ts";
import { Tracker } from "../tcp/tracker.ts";
import { width } from "../text/layout.ts";
import { trace } from "../trace.ts";
import { fakeIo, run } from "./fakes.ts";
import { ordinary } from "./segments.ts";

/** Edges of figure 5 that no segment tells of: a program gives up. */
const SILENT = ["LISTEN>CLOSED", "SYN-SENT>CLOSED"];

async function read(name: string, args: readonly string[] = []): Promise<string> {
  const file = await Deno.readFile(new URL(`../examples/${name}.pcap`, import.meta.url));
  const io = fakeIo({ files: { x: file } });
  assertEquals(await run(trace, ["-r", "x", "--states", ...args], io), 0);
  return io.out();
}

Deno.test("the state diagram has every edge of RFC 9293 that a segment tells of, from node to node", () => {
  const known = Object.keys(EDGES).filter((edge) => !SILENT.includes(edge));
  assertEquals(Object.keys(WAYS).sort(), known.sort());
  for (const [edge, { points }] of Object.entries(WAYS)) {
    const near = ([x, y]: readonly [number, number]) =>
      NODES.filter(([state, [left, row]]) =>
        Math.abs(row - y) <= 1 && x >= left - 2 && x <= left + state.length + 1
      ).map(([state]) => state);
    const [from, to] = edge.split(">");
    assert(near(points[0]!).some((state) => state === from), edge);
    assert(near(points.at(-1)!).some((state) => state === to), edge);
    for (let i = 1; i < points.length; i++) {
      const [[x, y], [toX, toY]] = [points[i - 1]!, points[i]!];
      assert((x === toX) !== (y === toY), `${edge} is straight between corners`);
    }
  }
});

Deno.test("trace --states draws a simultaneous close in 18 rows of 60 columns, the ways numbered", async () => {
  const lines = (await read("simultaneous-close", ["--at", "10.9.0.1"])).split("\n");
  const at = lines.findIndex((line) => line.startsWith("● client"));
  assertEquals(lines[at], "● client TIME-WAIT   ○ server CLOSING (TIME-WAIT)");
  assertEquals(
    lines.slice(at + 1, at + 1 + SIZE.rows).join("\n"),
    `        ┌───────────────── CLOSED ━━━━━━━━━━━━━━┓
        │                                       ┃ ●1
        ▼                                       ▼
      LISTEN ─────────────────────────────▶ SYN-SENT
      ▲ ┃ ○1                                  │   ┃
      │ ▼                                     │   ┃
   SYN-RECEIVED ◀─────────────────────────────┘   ┃
      │     ┃                                     ┃
      │     ┗━━ ○2 ━━━━━▶ ESTABLISHED ◀━━━ ●2 ━━━━┛
      │                     ┃     │
      ▼                     ┃     │
    FIN-WAIT-1 ◀━━━ ●3 ○3 ━━┛     └──────▶ CLOSE-WAIT
        │   ┗━━━━ ●4 ○4 ━━━┓                    │
        ▼                  ▼                    ▼
    FIN-WAIT-2          CLOSING○            LAST-ACK
        │                  ┃ ●5                 │
        │                  ▼                    ▼
        └─────────────▶●TIME-WAIT ─────────▶ CLOSED`,
  );
});

Deno.test("trace --states tells each move in a line where there is no terminal", async () => {
  const lines = (await read("reset")).split("\n");
  assertEquals(lines[0], "#1  0.000000  client        CLOSED → SYN-SENT      SYN seq=0 mss=1460");
  assertStringIncludes(lines[4]!, "ESTABLISHED → CLOSED        RST,ACK");
  assert(lines.some((line) => line.endsWith("▼ RST ○3")), lines.join("\n"));
  const ascii = await read("reset", ["--ascii"]);
  assert(/^[\n -~]*$/.test(ascii), ascii);
});

Deno.test("the state diagram is no wider than 60 columns, whatever the ways", () => {
  for (const ascii of [false, true]) {
    const taken = new Map(Object.keys(WAYS).map((edge) => [edge, "●31 ○31"]));
    const lines = formatDiagram(
      { taken, resets: "RST ●31 ○31", places: [11, 11] },
      ascii,
      "2 MSL 60 s",
    );
    assertEquals(lines.length, SIZE.rows);
    for (const line of lines) assert(width(line) <= SIZE.columns, line);
  }
});

Deno.test("a live diagram is redrawn in its place, and TIME-WAIT counts down", () => {
  const plain = (text: string) => text;
  const colors = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain };
  let now = 0;
  const style = { columns: 80, ascii: false, colors, all: false, explain: "never" } as const;
  const form = new StatesForm(style, true, () => now);
  const tracker = new Tracker({ here: () => true });
  // A terminal that knows the two commands that are used.
  const screen: string[] = [];
  const show = (lines: readonly string[]) => {
    for (const line of lines) {
      const back = line.match(/^\x1b\[(\d+)F\x1b\[J/);
      if (back) screen.length -= Number(back[1]);
      screen.push(back ? line.slice(back[0].length) : line);
    }
  };
  const segments = ordinary();
  for (const segment of segments) {
    now = Number(segment.time / 1_000_000n);
    for (const each of tracker.feed(segment)) {
      show(each.kind === "step" ? form.step(each.step) : form.end(each.connection, false));
    }
  }
  assertEquals(screen.length, 1 + 1 + SIZE.rows + 1, screen.join("\n"));
  assertEquals(screen[1], "● client TIME-WAIT   ○ server CLOSED");
  assertStringIncludes(screen.join("\n"), "2 MSL 60 s");
  assertEquals(form.rest(), [], "the second has not passed");
  now += 57_000;
  show(form.rest());
  assertStringIncludes(screen.join("\n"), "2 MSL 3 s");
  now += 4000;
  show(form.rest());
  assertStringIncludes(screen.join("\n"), "2 MSL over");
  for (const each of tracker.finish()) {
    if (each.kind === "end") show(form.end(each.connection, true));
  }
  assertStringIncludes(screen.at(-1)!, "closed by the client");
  assertEquals(screen.filter((line) => line.includes("ESTABLISHED")).length, 1);
});

Deno.test("a walk ends where its end is", () => {
  const tracker = new Tracker({ here: () => true });
  const [connection] = [...ordinary().flatMap((each) => tracker.feed(each)), ...tracker.finish()]
    .flatMap((each) => each.kind === "end" ? [each.connection] : []);
  const { places, taken } = walkOf(connection!, false);
  assertEquals(places.map((place) => NODES[place]![0]), ["TIME-WAIT", "CLOSED"]);
  assertEquals(taken.get("FIN-WAIT-2>TIME-WAIT"), "●5");
});
