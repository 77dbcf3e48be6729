import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Segment } from "../tcp/segment.ts";
import type { Step, TcpConnection } from "../tcp/connection.ts";
import { EDGES, type State } from "../tcp/state.ts";
import { Analyzer } from "../tcp/analysis.ts";
import { Receiver } from "../tcp/receiver.ts";
import { Tracker } from "../tcp/tracker.ts";
import { CLIENT, ordinary, segment, SERVER } from "./segments.ts";

/** Whether a step from one state to another is an edge of the figure or a reset. */
function isStep(from: State, to: State): boolean {
  return `${from}>${to}` in EDGES || (to === "CLOSED" && from !== "?");
}

/** What a tracker has told. */
interface Told {
  readonly steps: Step[];
  readonly connections: TcpConnection[];
}

/** Follows `segments`, captured at hosts of which `here` is true. */
function follow(segments: readonly Segment[], here: (address: string) => boolean): Told {
  const tracker = new Tracker({ here });
  const told: Told = { steps: [], connections: [] };
  const events = [...segments.flatMap((each) => tracker.feed(each)), ...tracker.finish()];
  for (const each of events) {
    if (each.kind === "step") told.steps.push(each.step);
    else told.connections.push(each.connection);
  }
  return told;
}

const everywhere = () => true;
const nowhere = () => false;

/** Returns the paths of both ends of the connections, presumed states in parentheses. */
function pathsOf({ connections }: Told): string[][] {
  return connections.map((connection) => {
    const presumed = connection.presume();
    return connection.ends.map(({ path }, side) =>
      [...path, ...presumed[side]!.map((state) => `(${state})`)].join(" ")
    );
  });
}

const CLIENT_PATH = "CLOSED SYN-SENT ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT";
const SERVER_PATH = "LISTEN SYN-RECEIVED ESTABLISHED CLOSE-WAIT LAST-ACK CLOSED";

Deno.test("Tracker follows an ordinary connection, captured on both hosts", () => {
  const told = follow(ordinary(), everywhere);
  assertEquals(pathsOf(told), [[CLIENT_PATH, SERVER_PATH]]);
  const [connection] = told.connections;
  assertEquals(connection!.summary.opening?.segments, 3);
  assertEquals(connection!.summary.closing, { by: 0, segments: 4 });
  assertEquals(connection!.bytes, [5, 5]);
});

Deno.test("Tracker claims of a far end what is proven, and presumes the rest", () => {
  const atClient = pathsOf(follow(ordinary(), (address) => address === "192.0.2.1"));
  assertEquals(atClient, [[CLIENT_PATH, SERVER_PATH.replace(" CLOSED", " (CLOSED)")]]);
  const anywhere = follow(ordinary(), nowhere);
  assertEquals(pathsOf(anywhere), [[CLIENT_PATH, SERVER_PATH.replace(" CLOSED", " (CLOSED)")]]);
  const established = anywhere.steps.find(({ moves }) => moves[1].includes("ESTABLISHED"));
  assertEquals(established!.segment.flags, 0x10, "proven by the ACK of what came with the ACK");
});

Deno.test("Tracker waits for the answer to a SYN before it says what the SYN has met", () => {
  const tracker = new Tracker({ here: everywhere });
  assertEquals(tracker.feed(segment(">", "S", 1)), []);
  const [first, second] = tracker.feed(segment("<", "SA", 5, 2));
  assert(first?.kind === "step");
  assertEquals([first.step.before[1], first.step.moves[1]], ["LISTEN", ["SYN-RECEIVED"]]);
  assertEquals(second, undefined, "the client's move waits for its answer, too");
  const refused = follow([segment(">", "S", 1), segment("<", "RA", 0, 2)], everywhere);
  assertEquals(pathsOf(refused), [["CLOSED SYN-SENT CLOSED", "CLOSED"]]);
  assertEquals(refused.steps.map(({ event }) => event), [null, "refused"]);
});

Deno.test("Tracker knows a refused SYN at the server, at the client and in between", () => {
  const segments = [segment(">", "S", 1), segment("<", "RA", 0, 2)];
  for (const here of [nowhere, (address: string) => address === "192.0.2.2"]) {
    assertEquals(pathsOf(follow(segments, here)), [["CLOSED SYN-SENT (CLOSED)", "CLOSED"]]);
  }
});

Deno.test("Tracker ends a connection whose last ACK may be lost when it is silent for long", () => {
  const tracker = new Tracker();
  for (const each of ordinary()) tracker.feed(each);
  assert(tracker.isHolding);
  assertEquals(tracker.release(false), []);
  assertEquals(tracker.release(true).map(({ kind }) => kind), ["end"]);
  assert(!tracker.isHolding);
});

Deno.test("Tracker numbers connections with the same ports one after another", () => {
  const told = follow([...ordinary(), ...ordinary({}, 5000, 7000)], nowhere);
  const path = [CLIENT_PATH, SERVER_PATH.replace(" CLOSED", " (CLOSED)")];
  assertEquals(pathsOf(told), [path, path]);
  assertEquals(told.connections.map(({ number }) => number), [1, 2]);
});

Deno.test("Tracker tells a half-open connection from the new one that replaces it", () => {
  const told = follow([
    ...ordinary().slice(0, 7),
    segment(">", "S", 5000), // the client has started anew
    segment("<", "A", 906, 106), // the server knows the old connection only
    segment(">", "R", 106), // which makes the client end it
    segment(">", "S", 5000),
    segment("<", "SA", 8000, 5001),
    segment(">", "A", 5001, 8001),
  ], everywhere);
  assertEquals(pathsOf(told), [
    ["CLOSED SYN-SENT ESTABLISHED CLOSED", "LISTEN SYN-RECEIVED ESTABLISHED CLOSED"],
    ["CLOSED SYN-SENT ESTABLISHED", "LISTEN SYN-RECEIVED ESTABLISHED"],
  ]);
});

Deno.test("Tracker knows that an early server may send before its SYN is acknowledged", () => {
  const options = { ...segment(">", "S", 0).options, fastOpen: 8 };
  const told = follow([
    segment(">", "S", 100, 0, 5, { options }),
    segment("<", "SA", 900, 106),
    segment("<", "PA", 901, 106, 5),
    segment("<", "FA", 906, 106),
    segment(">", "A", 106, 901),
    segment(">", "FA", 106, 907),
    segment("<", "A", 907, 107),
  ], (address) => address === "192.0.2.2");
  assertEquals(pathsOf(told), [[
    "CLOSED SYN-SENT ESTABLISHED CLOSE-WAIT LAST-ACK (CLOSED)",
    "LISTEN SYN-RECEIVED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT",
  ]]);
});

Deno.test("Tracker draws a socket that is connected to itself as one end", () => {
  const own = { source: CLIENT, destination: CLIENT };
  const told = follow([
    segment(">", "S", 100, 0, 0, own),
    segment(">", "SA", 100, 101, 0, own),
    segment(">", "PA", 101, 101, 5, own),
    segment(">", "A", 106, 106, 0, own),
    segment(">", "FA", 106, 106, 0, own),
    segment(">", "A", 107, 107, 0, own),
  ], everywhere);
  const [connection] = told.connections;
  assert(connection!.isSelf);
  assertEquals(
    connection!.ends[0].path.join(" "),
    [
      "CLOSED SYN-SENT SYN-RECEIVED ESTABLISHED FIN-WAIT-1 CLOSING TIME-WAIT",
    ].join(""),
  );
});

Deno.test("Tracker says ? in the middle of a connection until segments prove more", () => {
  const told = follow(ordinary().slice(3), nowhere);
  assertEquals(told.steps[0]!.before, ["?", "?"]);
  assertEquals(told.steps[1]!.before, ["?", "?"], "an ACK alone could be from FIN-WAIT-2");
  assertEquals(told.steps[2]!.before, ["?", "?"]);
  assertEquals(told.steps[2]!.moves, [["ESTABLISHED"], ["ESTABLISHED"]]);
  assertEquals(pathsOf(told), [[
    "ESTABLISHED FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT",
    "ESTABLISHED CLOSE-WAIT LAST-ACK (CLOSED)",
  ]]);
});

Deno.test("Tracker does not take a server in CLOSE-WAIT for the one that closes", () => {
  // The client's FIN was before the capture: nobody can know.
  const told = follow([
    segment("<", "PA", 906, 107, 100),
    segment(">", "A", 107, 1006),
    segment("<", "FA", 1006, 107),
    segment(">", "A", 107, 1007),
  ], nowhere);
  assertEquals(told.connections[0]!.ends.map(({ path }) => path), [[], []]);
});

Deno.test("Tracker understands a capture of one direction", () => {
  const forth = follow(ordinary().filter(({ source }) => source === CLIENT), everywhere);
  assertEquals(pathsOf(forth)[0]![0], "CLOSED SYN-SENT ESTABLISHED FIN-WAIT-1");
  const back = follow(ordinary().filter(({ source }) => source === SERVER), everywhere);
  assertEquals(pathsOf(back)[0]![0]!.slice(0, 27), "CLOSED SYN-SENT ESTABLISHED");
});

Deno.test("Tracker finds client and server where the file begins with the SYN,ACK", () => {
  const told = follow(ordinary().slice(1), everywhere);
  assertEquals(pathsOf(told), [[CLIENT_PATH, SERVER_PATH]]);
  assertEquals(told.connections[0]!.ends[0].address, CLIENT);
});

Deno.test("Tracker counts sequence numbers across their wrap, in the handshake, too", () => {
  for (const iss of [0xffffffff, 0xfffffffe, 0xfffffffc, 0xfffffff9]) {
    const told = follow(ordinary({}, iss, iss), everywhere);
    assertEquals(pathsOf(told), [[CLIENT_PATH, SERVER_PATH]], `${iss}`);
    assertEquals(told.steps.map(({ seq }) => seq), [0, 0, 1, 1, 1, 1, 6, 6, 6, 6, 7]);
  }
});

Deno.test("Tracker keeps connections between exchanged ports apart", () => {
  const one = { source: "192.0.2.1:80", destination: "192.0.2.2:50000" };
  const other = { source: "192.0.2.2:80", destination: "192.0.2.1:50000" };
  const [first, second] = [ordinary(one), ordinary(other)];
  const mixed = first.flatMap((each, i) => [each, second[i]!]);
  const told = follow(mixed, everywhere);
  assertEquals(pathsOf(told), [[CLIENT_PATH, SERVER_PATH], [CLIENT_PATH, SERVER_PATH]]);
});

Deno.test("Tracker believes a reset only where the next byte is expected (RFC 5961)", () => {
  const open = ordinary().slice(0, 7);
  const challenged = follow([
    ...open,
    segment(">", "R", 500), // in the window, but not exact
    segment("<", "A", 906, 106), // challenge ACK
  ], everywhere);
  assertEquals(challenged.connections[0]!.ends[1].state, "ESTABLISHED");
  const believed = follow([...open, segment(">", "RA", 106, 906)], everywhere);
  assertEquals(believed.connections[0]!.ends[1].state, "CLOSED");
  const assassinated = follow([...ordinary(), segment("<", "R", 907)], everywhere);
  assertEquals(assassinated.connections[0]!.ends[0].path.slice(-2), ["TIME-WAIT", "CLOSED"]);
});

Deno.test("Tracker takes a FIN only when nothing is missing before it", () => {
  const open = ordinary().slice(0, 7);
  const told = follow([
    ...open,
    segment(">", "FA", 111, 906, 5), // behind five bytes that were overtaken
    segment("<", "A", 906, 106),
    segment(">", "PA", 106, 906, 5),
    segment("<", "A", 906, 117),
  ], everywhere);
  const [, , before, then] = told.steps.slice(6);
  assertEquals(before!.moves[1], []);
  assertEquals(then!.moves[1], ["CLOSE-WAIT"]);
});

/** Some connections at once, cut, shuffled a little, with segments twice and missing. */
const captures = fc.record({
  count: fc.integer({ min: 1, max: 5 }),
  seed: fc.array(fc.nat(1_000_000), { minLength: 60, maxLength: 60 }),
  cut: fc.tuple(fc.nat(20), fc.nat(20)),
  at: fc.integer({ min: 0, max: 3 }),
});

Deno.test("Tracker makes no step that is no edge and no reset, whatever is captured", () => {
  fc.assert(
    fc.property(captures, ({ count, seed, cut, at }) => {
      const flags = ["A", "PA", "FA", "RA", "R", "S", "SA", "SFA", "", "FPA"];
      const talks = Array.from({ length: count }, (_, i) => {
        const more = { source: `192.0.2.1:${40000 + i}`, destination: SERVER };
        const shown = ordinary(more, seed[i]! * 4000, seed[i + 5]! * 4000);
        // Some segments get other flags or numbers: nothing on a wire is certain to make sense.
        return shown.map((each, k): Segment => {
          const odd = seed[(i * 11 + k) % 60]!;
          if (odd % 7 !== 0) return each;
          const other = segment(">", flags[odd % flags.length]!, 0);
          return { ...each, flags: other.flags, seq: (each.seq + odd % 9 - 4) >>> 0 };
        });
      });
      let mixed = talks[0]!.flatMap((_, k) => talks.map((talk) => talk[k]!));
      mixed = mixed.flatMap((each, k) => {
        const odd = seed[(k * 7) % 60]! % 10;
        return odd === 0 ? [] : odd === 1 ? [each, each] : [each];
      });
      for (let k = 0; k + 3 < mixed.length; k += 3) {
        if (seed[k % 60]! % 3 === 0) [mixed[k], mixed[k + 2]] = [mixed[k + 2]!, mixed[k]!];
      }
      mixed = mixed.slice(cut[0], mixed.length - cut[1]);
      const here = (address: string) => address === "192.0.2.1" ? at % 2 === 1 : at > 1;
      const { steps, connections } = follow(mixed, here);
      assertEquals(steps.length, mixed.length);
      for (const { before, moves } of steps) {
        for (const side of [0, 1]) {
          let state: State = before[side]!;
          for (const next of moves[side]!) {
            assert(state === "?" || isStep(state, next), `${state} to ${next}`);
            state = next;
          }
        }
      }
      for (const connection of connections) {
        const presumed = connection.presume();
        for (const side of [0, 1]) {
          const path = [...connection.ends[side]!.path, ...presumed[side]!];
          for (let i = 1; i < path.length; i++) {
            assert(isStep(path[i - 1]!, path[i]!), path.join(" "));
          }
        }
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("Tracker forgets what is over: 10,000 connections in sequence", () => {
  const tracker = new Tracker();
  let ends = 0;
  let most = 0;
  let time = 0n;
  for (let i = 0; i < 10_000; i++) {
    const source = `192.0.2.1:${1024 + i}`;
    for (const each of ordinary({ source, destination: SERVER })) {
      time += 1_000_000n;
      ends += tracker.feed({ ...each, time }).filter(({ kind }) => kind === "end").length;
    }
    most = Math.max(most, tracker.tracked);
  }
  // They end one second after their last segment, because its arrival is only presumed.
  assert(most < 1500, `${most} connections were remembered`);
  ends += tracker.finish().length;
  assertEquals(ends, 10_000);
});

Deno.test("Tracker gives up the oldest of too many connections that nobody answers", () => {
  const tracker = new Tracker();
  let ends = 0;
  for (let i = 0; i < 70_000; i++) {
    const source = `192.0.${i >> 15}.${i >> 7 & 255}:${1024 + (i & 127)}`;
    const told = tracker.feed(segment(">", "S", i, 0, 0, { source, destination: SERVER }));
    ends += told.filter(({ kind }) => kind === "end").length;
  }
  assertEquals(ends, 70_000 - 65_536);
  assert(tracker.tracked <= 65_536 + 1024);
});

Deno.test("Tracker follows a million segments of one connection in bounded memory", () => {
  const tracker = new Tracker({ here: everywhere });
  for (const each of ordinary().slice(0, 3)) tracker.feed(each);
  const base = segment(">", "A", 101, 901, 1448);
  const ack = segment("<", "A", 901, 101);
  const used = () => Deno.memoryUsage().heapUsed;
  let before = 0;
  let seq = 101;
  for (let i = 0; i < 500_000; i++) {
    tracker.feed({ ...base, seq });
    // Every hundredth is lost for a while, so that there are gaps.
    seq = (seq + (i % 100 === 0 ? 2896 : 1448)) >>> 0;
    tracker.feed({ ...ack, ack: seq });
    if (i === 50_000) before = used();
  }
  const grown = used() - before;
  assert(grown < 64 * 1024 * 1024, `it grew by ${grown} bytes`);
});

Deno.test("Tracker counts each byte of payload once, also what was overtaken or not captured", () => {
  const open = ordinary().slice(0, 3);
  for (
    const [bytes, rest] of [
      [20, [[111, 10], [101, 10]]], // overtaken
      [20, [[101, 10], [101, 20], [105, 10]]], // sent again, together with more
      [30, [[101, 10], [121, 10]]], // not captured
      [0, []],
    ] as const
  ) {
    const sent = rest.map(([seq, length]) => segment(">", "PA", seq, 901, length));
    const end = segment(">", "FA", 101 + bytes, 901);
    assertEquals(follow([...open, ...sent, end, end], everywhere).connections[0]!.bytes, [
      bytes,
      0,
    ]);
    // The FIN is overtaken by an ACK that stands behind it.
    const late = [segment(">", "A", 102 + bytes, 902), end];
    assertEquals(follow([...open, ...sent, ...late], nowhere).connections[0]!.bytes, [bytes, 0]);
  }
});

Deno.test("what goes on behind a zero window probe is no retransmission, as in Wireshark", () => {
  const segments = [
    segment(">", "S", 100),
    segment("<", "SA", 900, 101),
    segment(">", "A", 101, 901),
    segment(">", "PA", 101, 901, 1000),
    segment("<", "A", 901, 1101, 0, { window: 0 }),
    segment(">", "A", 1101, 901, 1),
    segment("<", "A", 901, 1102, 0, { window: 0 }), // the byte of the probe was taken,
    segment("<", "A", 901, 1102),
    segment(">", "PA", 1101, 901, 500), // and yet it is sent again with what follows it
  ];
  const marker = new Analyzer();
  const marks = segments.map((each) => marker.mark(each, each.source === CLIENT ? 0 : 1));
  assertEquals([marks[5], marks[8]], [["zero window probe"], []]);
});

Deno.test("a window that closes is a zero window and no update", () => {
  const marker = new Analyzer();
  const marks = [1000, 0, 500].map((window) =>
    marker.mark(segment("<", "A", 901, 1101, 0, { window }), 1)
  );
  assertEquals(marks.slice(1), [["zero window"], ["window update"]]);
});

Deno.test("Receiver accepts what touches its window, and nothing before or behind it (RFC 9293, section 3.4)", () => {
  const receiver = new Receiver();
  receiver.acknowledge(segment("<", "A", 1, 1000, 0, { window: 10 }), false);
  const accepted = ([[980, 10], [990, 10], [1000, 5], [1010, 1], [1011, 1]] as const)
    .map(([seq, length]) => receiver.isAcceptable(segment(">", "A", seq, 1, length)));
  assertEquals(accepted, [false, true, true, true, false]);
});

Deno.test("Receiver takes the window of a SYN as it stands, and scales all others (RFC 7323, section 2.2)", () => {
  const receiver = new Receiver();
  receiver.scale = 7;
  const isAcceptable = (seq: number) => receiver.isAcceptable(segment(">", "A", seq, 1, 1));
  receiver.acknowledge(segment("<", "SA", 1, 1000, 0, { window: 10 }), true);
  assertEquals([isAcceptable(1010), isAcceptable(1011)], [true, false]);
  receiver.acknowledge(segment("<", "A", 2, 1000, 0, { window: 10 }), true);
  assertEquals([isAcceptable(1000 + 1280), isAcceptable(1000 + 1281)], [true, false]);
});
