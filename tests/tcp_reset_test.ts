import { assert, assertEquals } from "@std/assert";
import { Analyzer } from "../tcp/analysis.ts";
import type { TcpConnection } from "../tcp/connection.ts";
import type { Segment } from "../tcp/segment.ts";
import { MAX_OPEN, Tracker, type TrackerEvent } from "../tcp/tracker.ts";
import { CLIENT, ordinary, segment, SERVER } from "./segments.ts";

const nowhere = () => false;
const atClient = (address: string) => address === "192.0.2.1";
const atServer = (address: string) => address === "192.0.2.2";
const everywhere = () => true;

function events(
  segments: readonly Segment[],
  here: (address: string) => boolean = nowhere,
): TrackerEvent[] {
  const tracker = new Tracker({ here });
  return [...segments.flatMap((each) => tracker.feed(each)), ...tracker.finish()];
}

/** The connections in the order in which their ends were told; one that was told twice stands once. */
function connections(
  segments: readonly Segment[],
  here: (address: string) => boolean = nowhere,
): TcpConnection[] {
  const ended = events(segments, here).flatMap((each) =>
    each.kind === "end" ? [each.connection] : []
  );
  return [...new Set(ended)];
}

/** The kinds of the revisions, with the numbers of resets. */
function revisionsOf({ revisions }: TcpConnection): string[] {
  return revisions.map(({ kind, resets }) => `${resets} ${kind}`);
}

const OPEN = ordinary().slice(0, 7);

Deno.test("Tracker knows resets injected into data by the TTL of the data that follows", () => {
  for (const here of [nowhere, atClient, everywhere]) {
    const [connection] = connections([
      ...OPEN.slice(0, 5),
      ...[0, 0, 1460, 4380].map((ahead) => segment("<", "RA", 901 + ahead, 106, 0, { ttl: 201 })),
      segment("<", "PA", 901, 106, 1400),
    ], here);
    assertEquals(revisionsOf(connection!), ["4 not its own"]);
    assertEquals([connection!.summary.reset, connection!.bytes[1]], [null, 1400]);
    assert(connection!.ends[1].state !== "CLOSED");
    // The client has believed the first, wherever it came from.
    assertEquals(connection!.ends[0].state === "CLOSED", here !== nowhere);
  }
});

Deno.test("Tracker takes a reset for the peer's own where data was merely overtaken by it", () => {
  const [connection] = connections([
    ...OPEN,
    segment("<", "RA", 1406, 106),
    segment("<", "PA", 906, 106, 500), // sent before, captured behind
  ]);
  assertEquals([revisionsOf(connection!), connection!.summary.reset], [[], 1]);
  assertEquals(connection!.ends[1].state, "CLOSED");
});

Deno.test("Tracker lets both readings stand where only the TTL speaks against a reset", () => {
  const alone = connections([...OPEN, segment("<", "RA", 906, 106, 0, { ttl: 200 })]);
  assertEquals(alone[0]!.summary.reset, 1);
  assertEquals(alone[0]!.suspectResets?.resets.ttl, [200, 200]);
  assertEquals(alone[0]!.suspectResets?.own?.ttl, 64);
  const own = connections([...OPEN, segment("<", "RA", 906, 106)]);
  assertEquals([own[0]!.summary.reset, own[0]!.suspectResets], [1, null]);
  const refusals = [200, 202].map((ttl) => segment("<", "RA", 0, 101, 0, { ttl }));
  const [refused] = connections([segment(">", "S", 100), ...refusals]);
  assertEquals(refused!.summary.isRefused, true);
  assertEquals(refused!.suspectResets?.resets.ttl, [200, 202]);
  assertEquals(refused!.suspectResets?.own, null);
});

Deno.test("Tracker believes a reset with the number of the FIN in three states only, as Linux does", () => {
  // TIME-WAIT: the number before RCV.NXT does nothing, RCV.NXT itself ends it.
  for (const [seq, state] of [[906, "TIME-WAIT"], [907, "CLOSED"]] as const) {
    const [connection] = connections([...ordinary(), segment("<", "R", seq)], atClient);
    assertEquals(connection!.ends[0].state, state);
  }
  const half = connections([
    ...OPEN,
    segment("<", "FA", 906, 106),
    segment(">", "A", 106, 907), // CLOSE-WAIT
    segment("<", "R", 906),
  ], atClient);
  assertEquals(half[0]!.ends[0].path.slice(-2), ["CLOSE-WAIT", "CLOSED"]);
  assert(half[0]!.ends[0].resetSteps.has(half[0]!.ends[0].path.length - 1));
});

Deno.test("Tracker tells the end of a crashed connection when its reset has come", () => {
  const told = events([
    ...OPEN,
    segment(">", "S", 5000), // the client has started anew
    segment("<", "A", 906, 106),
    segment(">", "R", 106),
    segment(">", "S", 5000),
    segment("<", "SA", 8000, 5001),
    segment(">", "A", 5001, 8001),
  ], everywhere);
  const kinds = told.map((each) =>
    each.kind === "end" ? `end ${each.connection.number}` : `${each.step.segment.flags}`
  );
  assert(kinds.indexOf("end 1") > kinds.indexOf("4"), kinds.join());
  assertEquals(kinds.filter((kind) => kind.startsWith("end")), ["end 1", "end 2"]);
});

Deno.test("Tracker goes on with a connection whose client has not sent the SYN in its name", () => {
  const told = connections([
    ...OPEN,
    segment(">", "S", 50_000_000), // forged
    segment("<", "A", 906, 106), // challenge ACK (RFC 5961, section 4)
    ...ordinary().slice(7),
  ], atServer);
  const first = told.find(({ number }) => number === 1)!;
  assertEquals(first.ends[1].path.slice(-2), ["LAST-ACK", "CLOSED"]);
  assertEquals(first.summary.closing, { by: 0, segments: 4 });
  for (const { bytes } of told) assert(bytes[0] >= 0 && bytes[1] >= 0, `${bytes}`);
});

Deno.test("Tracker takes a connection up again whose refusal was told as its end", () => {
  const tracker = new Tracker();
  const at = (milliseconds: number) => ({ time: BigInt(milliseconds) * 1_000_000n });
  const kinds = (each: Segment) => tracker.feed(each).map(({ kind }) => kind);
  kinds(segment(">", "S", 100, 0, 0, at(0)));
  kinds(segment("<", "RA", 0, 101, 0, at(1)));
  const other = { source: "192.0.2.7:1024", destination: SERVER };
  assertEquals(kinds(segment(">", "S", 1, 0, 0, { ...other, ...at(5000) })), ["end", "step"]);
  kinds(segment(">", "S", 100, 0, 0, at(6000)));
  kinds(segment("<", "SA", 900, 101, 0, at(6001)));
  kinds(segment(">", "A", 101, 901, 0, at(6002)));
  const ends = tracker.finish().flatMap((each) => each.kind === "end" ? [each.connection] : []);
  const again = ends.find(({ number }) => number === 1)!;
  assertEquals([again.summary.isRefused, again.summary.opening?.segments], [false, 3]);
});

Deno.test("Tracker understands an old duplicate SYN and its answer (RFC 9293, figure 8)", () => {
  const told = connections([
    segment(">", "S", 100),
    segment("<", "SA", 300, 91), // answers the SYN 90 of long ago
    segment(">", "R", 91),
    segment("<", "SA", 400, 101),
    segment(">", "A", 101, 401),
  ], atClient);
  assertEquals(told.map(({ ends }) => ends[0].path), [["CLOSED", "SYN-SENT", "ESTABLISHED"]]);
  assertEquals([told[0]!.bytes, told[0]!.summary.reset], [[0, 0], null]);
});

Deno.test("Tracker understands data that meets no connection any more (RFC 9293, figure 10)", () => {
  const [connection] = connections([
    ...OPEN,
    segment("<", "PA", 906, 106, 10), // the client has crashed
    segment(">", "R", 106),
  ], everywhere);
  assertEquals(connection!.ends.map(({ state }) => state), ["CLOSED", "CLOSED"]);
  assertEquals(connection!.summary.reset, 0);
});

Deno.test("Tracker says how many connections it drops, and invents none of what follows of them", () => {
  const tracker = new Tracker();
  const flow = (i: number) => ({
    source: `10.${i >> 16}.${i >> 8 & 255}.${i & 255}:1024`,
    destination: SERVER,
  });
  for (let i = 0; i < MAX_OPEN + 2000; i++) tracker.feed(segment(">", "S", 1, 0, 0, flow(i)));
  assertEquals(tracker.dropped, 2000);
  // The first are forgotten, even as connections that are over.
  assertEquals(tracker.feed(segment(">", "A", 2, 2, 0, flow(0))), []);
  assertEquals(tracker.count, MAX_OPEN + 2000);
});

Deno.test("a segment of old is a retransmission where the clock runs backwards, as in Wireshark", () => {
  const analyzer = new Analyzer();
  const marks = [
    segment(">", "A", 101, 901, 100, { time: 5_000_000_000n }),
    segment(">", "A", 201, 901, 100, { time: 5_000_000_001n }),
    segment(">", "A", 101, 901, 100, { time: 1_000_000_000n }),
  ].map((each) => analyzer.mark(each, each.source === CLIENT ? 0 : 1));
  assertEquals(marks[2], ["retransmission"]);
});

Deno.test("Tracker takes a reset that answers a copied FIN for no sign that the FIN met no socket", () => {
  const fin = segment("<", "FA", 906, 106);
  const [connection] = connections([
    ...OPEN,
    fin,
    segment(">", "RA", 106, 907), // the program has closed with SO_LINGER 0
    fin,
    segment(">", "R", 106),
  ], atClient);
  assertEquals(connection!.ends[0].path.slice(-2), ["CLOSE-WAIT", "CLOSED"]);
});

Deno.test("Tracker knows that a FIN was not taken where the reset behind it does not acknowledge it", () => {
  const events = (answer: Segment) => {
    const tracker = new Tracker({ here: (address) => address === "192.0.2.1" });
    const all = [...OPEN, segment("<", "FA", 906, 106), answer];
    return [...all.flatMap((each) => tracker.feed(each)), ...tracker.finish()];
  };
  // It waited behind a program that closed with SO_LINGER 0.
  const news = events(segment(">", "RA", 106, 906));
  const end = news.find(({ kind }) => kind === "end");
  assert(end?.kind === "end");
  assertEquals(end.connection.ends[0].path, ["CLOSED", "SYN-SENT", "ESTABLISHED", "CLOSED"]);
  const [fin, reset] = news.flatMap((each) => each.kind === "step" ? [each.step] : []).slice(-2);
  assertEquals([fin!.moves[0], reset!.moves[0], reset!.revision], [[], ["CLOSED"], null]);
});

Deno.test("Tracker takes a FIN back that a kernel has dropped, until its copy is acknowledged", () => {
  const [connection] = connections([
    ...OPEN,
    segment(">", "FA", 106, 906),
    segment("<", "FA", 906, 101), // its acknowledgment is older than others: FIN-WAIT-1 drops it
    segment(">", "A", 107, 906), // a challenge
    segment("<", "A", 907, 107),
    segment("<", "FA", 906, 107),
    segment(">", "A", 107, 907),
  ], atClient);
  assertEquals(connection!.ends[0].path.slice(-3), ["FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT"]);
});

Deno.test("Tracker sees no hole where a third party has acknowledged what was never sent", () => {
  const close = [
    segment(">", "FA", 106, 906),
    segment("<", "A", 906, 107),
    segment("<", "FA", 906, 107),
    segment(">", "A", 107, 907),
  ];
  // What the client sends shows how far it is: its answer to that, or only its FIN.
  for (const answer of [[segment(">", "A", 106, 906)], []]) {
    const [connection] = connections(
      [...OPEN, segment("<", "A", 906, 5106), ...answer, ...close],
      atClient,
    );
    const path = connection!.ends[0].path.slice(-3);
    assertEquals(path, ["FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT"]);
  }
});

Deno.test("Tracker takes no FIN for one whose number was sent before as something else", () => {
  const [connection] = connections([
    ...OPEN,
    segment("<", "FA", 905, 106), // where its payload was
    segment(">", "A", 106, 906),
    segment("<", "R", 906),
  ], atClient);
  assertEquals(connection!.ends[0].path.slice(-2), ["ESTABLISHED", "CLOSED"]);
});

Deno.test("Tracker takes a SYN,ACK that answers no captured SYN of this host for a third party's", () => {
  const told = connections([
    ...OPEN,
    segment("<", "S", 5000),
    segment("<", "SA", 5000, 77),
    segment(">", "FA", 106, 906),
    segment("<", "FA", 906, 107),
    segment(">", "A", 107, 907),
  ], atClient);
  const path = ["FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT"];
  assertEquals(told[0]!.ends[0].path.slice(-3), path);
});

Deno.test("Tracker takes a keep-alive without a timestamp, as of macOS, for the sender's own", () => {
  const clock = { options: { ...segment(">", "A", 0).options, timestamp: { value: 7, echo: 7 } } };
  const told = events([
    ...OPEN.map((each) => ({ ...each, ...clock })),
    segment(">", "A", 105, 906),
    { ...segment("<", "A", 906, 106), ...clock },
    segment(">", "PA", 106, 906, 5), // what has no timestamp otherwise is of a third party
  ]).flatMap((each) => each.kind === "step" ? [each.step] : []);
  assertEquals(told.slice(-3).map(({ marks, event }) => [...marks, event]), [
    ["keep-alive", null],
    ["keep-alive ACK", null],
    ["of a third party"],
  ]);
});
