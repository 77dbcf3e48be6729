import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { readPackets } from "../capture/packet_source.ts";
import type { CapturedPacket } from "../packet/captured_packet.ts";
import { type DissectedPacket, dissectFully } from "../packet/dissect.ts";
import { wholePackets } from "../packet/whole_packets.ts";
import { segmentRecord } from "../trace/record.ts";
import { isLoopback } from "../system/own_addresses.ts";
import { inferPlace } from "../trace/offload.ts";
import { segmentOf } from "../tcp/segment.ts";
import { Tracker } from "../tcp/tracker.ts";
import { type ConnectionRow, Recording } from "../web/recording.ts";
import { formatPacket, parsePacket } from "../web/packet_text.ts";
import { ConnectionModel, type Rung, sameRungs } from "../web/trace_page/connection_model.ts";
import { boxesOf, fieldAt } from "../web/trace_page/explained.ts";
import { arrange, CHOICES, COLUMNS } from "../web/trace_page/list_order.ts";
import { gapsOf, RowLayout } from "../web/trace_page/row_layout.ts";
import { heightOf } from "../web/trace_page/ladder_row.ts";
import { foldText } from "../web/trace_page/rung_text.ts";
import { formatView, parseView } from "../web/trace_page/view_link.ts";
import { speak as speakHere } from "../cli/language.ts";
import { verdictOf } from "../web/trace_page/words.ts";
import { ordinary, SERVER } from "./segments.ts";

const EXAMPLES = new URL("../examples/", import.meta.url);

/** The captures among the examples. */
export const CAPTURES: readonly string[] = (await Array.fromAsync(Deno.readDir(EXAMPLES)))
  .map(({ name }) => name).filter((name) => name.endsWith(".pcap")).sort();

async function packetsIn(name: string): Promise<DissectedPacket[]> {
  const bytes = await Deno.readFile(new URL(name, EXAMPLES));
  const packets: DissectedPacket[] = [];
  for await (const packet of wholePackets(readPackets(ReadableStream.from([bytes])))) {
    packets.push({ ...packet, bytes: packet.bytes.slice() });
  }
  return packets;
}

/** Follows packets as `trace -r` does; returns the records of its segments, and what was recorded. */
function traced(packets: readonly DissectedPacket[]) {
  const places = inferPlace(packets);
  const here = (address: string) => isLoopback(address) || places.has(address);
  const tracker = new Tracker({ here, measured: true });
  const recording = new Recording();
  const records: Record<string, unknown>[] = [];
  const take = (events: ReturnType<Tracker["feed"]>, isCut: boolean) => {
    for (const event of events) {
      if (event.kind === "step") records.push(segmentRecord(event.step));
      else recording.end(event.connection, isCut);
    }
  };
  for (const packet of packets) {
    const segment = segmentOf(packet);
    if (segment === null) continue;
    const events = tracker.feed(segment);
    recording.add(packet, tracker.last!);
    take(events, false);
  }
  take(tracker.finish(), true);
  recording.complete();
  return { records, recording };
}

for (const name of CAPTURES) {
  Deno.test(`the page follows the connections of ${name} as trace -r does, each one alone`, async () => {
    const { records, recording } = traced(await packetsIn(name));
    const { rows } = recording.rowsSince(0);
    assert(rows.length > 0);
    for (const row of rows) {
      const model = new ConnectionModel(row);
      // In any pieces, through the text of an event.
      const packets = recording.packetsOf(row.number).map(formatPacket).map(parsePacket);
      for (let at = 0; at < packets.length; at += 3) await model.add(packets.slice(at, at + 3));
      model.release(true);
      assert(model.isOver);
      assertEquals(
        model.steps.map(segmentRecord),
        records.filter(({ connection }) => connection === row.number),
      );
      const last = model.steps.length - 1;
      model.steps.forEach(({ before, moves }, i) => {
        const state = (side: 0 | 1) => moves[side].at(-1) ?? before[side];
        assertEquals(model.statesAt(i), [state(0), state(1)]);
      });
      const { ends } = model.connection!;
      const paths = model.pathsAt(last);
      for (const side of [0, 1] as const) {
        if (ends[side].state !== "?") assertEquals(paths[side].state, ends[side].state);
      }
    }
  });
}

Deno.test("a fold of the page has the same segments as the ladder's, and opens", async () => {
  const { recording } = traced(await packetsIn("zero-window.pcap"));
  const [row] = recording.rowsSince(0).rows;
  const model = new ConnectionModel(row!);
  await model.add(recording.packetsOf(row!.number));
  model.release(true);
  const rungs = model.rungs(new Set(), false);
  const folds = rungs.filter((rung) => rung.kind === "fold");
  assert(folds.length > 0);
  const places = rungs.flatMap((rung) =>
    rung.kind === "step"
      ? [rung.index]
      : Array.from({ length: rung.last - rung.first + 1 }, (_, i) => rung.first + i)
  );
  assertEquals(places, model.steps.map((_, index) => index));
  for (const fold of folds) {
    const [there, back] = fold.bundle.counts;
    assertEquals(there + back, fold.last - fold.first + 1);
    const opened = model.rungs(new Set([fold.first]), false);
    assertEquals(opened.length, rungs.length + there + back);
  }
  assertEquals(model.rungs(new Set(), true).length, model.steps.length);
});

Deno.test("rungs that were there stay as they are when segments come: they are not made again", async () => {
  const { recording } = traced(await packetsIn("zero-window.pcap"));
  const [row] = recording.rowsSince(0).rows;
  const packets = recording.packetsOf(row!.number);
  for (const isEach of [true, false]) {
    const model = new ConnectionModel(row!);
    const look = (rungs: readonly Rung[]) =>
      rungs.map((rung) => [
        heightOf(rung, model, "narrow"),
        rung.kind === "step" ? model.textAt(rung.index) : foldText(rung.bundle),
      ]);
    let before: readonly Rung[] = [];
    let [looks, kept]: [unknown[], number] = [[], 0];
    for (const packet of packets) {
      await model.add([packet]);
      const rungs = model.rungs(new Set(), isEach);
      const same = sameRungs(before, rungs);
      assertEquals(look(rungs.slice(0, same)), looks.slice(0, same));
      [before, looks] = [rungs, look(rungs)];
      kept += same;
    }
    // Nearly all of them: a fold that grows is another one.
    assert(kept > packets.length * (before.length - 3) / 4, `${kept} of ${before.length}`);
  }
});

Deno.test("the way of an end is that of all steps, though only those are looked at where it moves", async () => {
  for (const name of CAPTURES) {
    const { recording } = traced(await packetsIn(name));
    for (const row of recording.rowsSince(0).rows) {
      const model = new ConnectionModel(row);
      await model.add(recording.packetsOf(row.number));
      model.release(true);
      for (const index of model.steps.keys()) {
        const paths = model.pathsAt(index);
        for (const side of [0, 1] as const) {
          const steps = model.steps.slice(0, index + 1);
          const from = steps.findIndex(({ before, moves }) =>
            before[side] !== "?" || moves[side].length > 0
          );
          const first = from === -1 ? "?" : steps[from]!.before[side];
          const way = steps.flatMap(({ moves }) => moves[side]);
          assertEquals(paths[side].path, first === "?" ? way : [first, ...way], `${name} ${index}`);
        }
      }
    }
  }
});

Deno.test("a byte belongs to the smallest field that it is in, and every field finds its bytes", async () => {
  for (const packet of await packetsIn("first-contact.pcap")) {
    const boxes = boxesOf(await dissectFully(packet));
    for (const [i, { fields }] of boxes.entries()) {
      for (const { pos, size } of fields) {
        for (let at = pos; at < pos + size; at++) {
          const [layer, field] = fieldAt(boxes, at)!;
          const found = boxes[layer]!.fields[field]!;
          assert(
            at >= found.pos && at < found.pos + found.size && found.size <= size,
            `${i} ${at}`,
          );
        }
      }
    }
    assertEquals(fieldAt(boxes, packet.bytes.length), null);
  }
});

Deno.test("RowLayout finds the rows in sight, whatever their heights", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 60 }),
    fc.integer({ min: 0, max: 3000 }),
    fc.integer({ min: 1, max: 400 }),
    (heights, top, height) => {
      const layout = new RowLayout(heights.length, (i) => heights[i]!);
      const [first, end] = layout.between(top, top + height);
      heights.forEach((each, i) => {
        const isSeen = layout.top(i) < top + height && layout.top(i) + each > top;
        if (isSeen) assert(i >= first && i < end, `${i} of ${first} to ${end}`);
      });
      const same = heights.length >> 1;
      const others = heights.map((each, i) => i < same ? each : each + 7);
      const next = new RowLayout(
        others.length,
        (i) => {
          assert(i >= same, `${i}`);
          return others[i]!;
        },
        layout,
        same,
      );
      assertEquals(others.map((_, i) => next.heightOf(i)), others);
    },
  ));
});

Deno.test("gaps are in proportion to time", () => {
  assertEquals(gapsOf([0, 1, 3, 3]), [0, 110, 220, 0]);
  assertEquals(gapsOf([]), []);
  assertEquals(gapsOf([5, 4]), [0, 0]);
});

const ROW: ConnectionRow = {
  number: 1,
  client: "192.0.2.1:50000",
  server: "192.0.2.2:80",
  states: ["ESTABLISHED", "ESTABLISHED"],
  bytes: [5, 70],
  segments: 7,
  start: 0,
  milliseconds: 12,
  verdict: "open",
  over: false,
  kinds: [],
  here: [false, false],
  kept: 7,
};
const ROWS: readonly ConnectionRow[] = [
  ROW,
  {
    ...ROW,
    number: 2,
    client: "192.0.2.1:50010",
    bytes: [50, 7],
    verdict: "refused",
    over: true,
    kinds: ["refused"],
  },
  {
    ...ROW,
    number: 3,
    client: "192.0.2.9:50002",
    bytes: [0, 0],
    verdict: "closed by the client",
    over: true,
  },
  {
    ...ROW,
    number: 4,
    client: "192.0.2.10:1",
    verdict: "reset by the server",
    over: true,
    kinds: ["reset", "slow"],
  },
];
const numbers = (rows: readonly ConnectionRow[]) => rows.map(({ number }) => number);
const UP = { column: "number", isDown: false } as const;

Deno.test("the list is filtered by words and kind, and sorted by any column", () => {
  assertEquals(numbers(arrange(ROWS, "", "all", UP)), [1, 2, 3, 4]);
  assertEquals(numbers(arrange(ROWS, "192.0.2.1: REFUSED", "all", UP)), [2]);
  assertEquals(numbers(arrange(ROWS, "established", "open", UP)), [1]);
  assertEquals(numbers(arrange(ROWS, "", "closed", UP)), [3]);
  assertEquals(numbers(arrange(ROWS, "", "slow", UP)), [4]);
  assertEquals(numbers(arrange(ROWS, "", "all", { column: "there", isDown: true })), [2, 1, 4, 3]);
  assertEquals(numbers(arrange(ROWS, "", "all", { column: "client", isDown: false })), [
    1,
    2,
    3,
    4,
  ]);
  for (const column of COLUMNS) {
    for (const choice of CHOICES) arrange(ROWS, "", choice, { column, isDown: true });
  }
});

Deno.test("a link tells the view, and nothing that it does not know", () => {
  const view = {
    connection: 3,
    client: "[2001:db8::1]:50000",
    segment: 12,
    isToScale: true,
    isUnfolded: true,
    query: "a & b=c#d %",
    choice: "reset",
  };
  assertEquals(parseView(`#${formatView(view)}`), view);
  const empty = parseView("");
  assertEquals(formatView(empty), "");
  assertEquals(parseView("#conn=-1&segment=x&conn=99999999999"), empty);
});

Deno.test("a recording tells what has changed since a position, in pieces, and forgets what ended first", () => {
  const recording = new Recording({ bytes: 10_000, connections: 3 });
  const tracker = new Tracker();
  const packet = (number: number): CapturedPacket => ({
    number,
    time: 0n,
    linkType: 101,
    bytes: new Uint8Array(100),
    length: 100,
  });
  let number = 0;
  for (const port of [1, 2, 3, 4, 5]) {
    for (const segment of ordinary({ source: `192.0.2.1:${port}`, destination: SERVER })) {
      for (const event of tracker.feed({ ...segment, number: ++number })) {
        if (event.kind === "end") recording.end(event.connection, false);
      }
      recording.add(packet(number), tracker.last!);
    }
    for (const event of tracker.release(true)) {
      if (event.kind === "end") recording.end(event.connection, false);
    }
  }
  assertEquals(recording.size, 3);
  const all = recording.rowsSince(0);
  assertEquals(numbers(all.rows), [3, 4, 5]);
  assertEquals(all.position, recording.changes);
  assertEquals(recording.rowsSince(all.position).rows, []);
  const pieces: number[] = [];
  for (let position = 0; position < recording.changes;) {
    const { rows, position: behind } = recording.rowsSince(position, 1);
    pieces.push(...numbers(rows));
    position = behind;
  }
  assertEquals(pieces, [3, 4, 5]);
  assert(recording.left > 0);
  assertEquals(recording.packetsOf(1), []);
  assertEquals(recording.packetsOf(5, 1, 2).length, 2);
});

/** Ends of connections as a recording says them, and in Chinese. */
const VERDICTS = [
  ["closed by the client", "由客户端关闭"],
  ["half closed by the server", "由服务器半关闭"],
  ["closed by both ends at once", "由两端同时关闭"],
  ["half closed by its only end", "由唯一的一端半关闭"],
  ["reset by the server", "被服务器复位"],
  ["reset by a third party", "被第三方复位"],
  ["refused", "被拒绝"],
  ["no answer to 1 SYN", "1个SYN没有得到回答"],
  ["no answer to 3 SYNs", "3个SYN没有得到回答"],
  ["open", "打开"],
  ["still open", "仍然打开"],
] as const;

Deno.test("verdictOf() says in Chinese how a connection ended, in the words of the terminal", async () => {
  await speakHere("zh");
  try {
    for (const [english, chinese] of VERDICTS) assertEquals(verdictOf(english), chinese);
  } finally {
    await speakHere("en");
  }
  for (const [english] of VERDICTS) assertEquals(verdictOf(english), english);
});
