import { assertEquals } from "@std/assert";
import { type Direction, flightsOf } from "../tcp/flights.ts";
import { FLAG, type Segment } from "../tcp/segment.ts";
import { segment } from "./segments.ts";

/** Returns `sent` as the other capture has it, and when. */
function arrived(sent: Segment, milliseconds: number): Segment {
  return { ...sent, time: sent.time + BigInt(milliseconds) * 1_000_000n };
}

/** Returns the flags, the sequence number and the fate of each segment. */
function fatesOf(direction: Pick<Direction, "sent" | "arrived">): string[] {
  const span = { first: 0n, last: 2n ** 62n };
  return flightsOf({ ...direction, acks: [], spans: [span, span] })
    .map(({ segment: { flags, seq, length }, flight: { fate } }) =>
      `${flags & FLAG.fin ? "FIN " : ""}${seq}+${length} ${fate}`
    ).sort();
}

Deno.test("flightsOf() takes the copy of an ACK for no FIN with the same numbers", () => {
  const ack = segment("<", "A", 906, 106);
  const fin = segment("<", "FA", 906, 106); // lost, while the wire has doubled the ACK before it
  assertEquals(fatesOf({ sent: [ack, fin], arrived: [arrived(ack, 15), arrived(ack, 16)] }), [
    "906+0 arrived",
    "906+0 doubled",
    "FIN 906+0 lost",
  ]);
});

Deno.test("flightsOf() finds the pieces of what offload has sent as one, the last one with the FIN", () => {
  const whole = segment(">", "FPA", 101, 901, 300);
  const pieces = [
    segment(">", "A", 101, 901, 100),
    segment(">", "A", 201, 901, 100),
    segment(">", "FPA", 301, 901, 100),
  ];
  const all = ["101+100 arrived", "201+100 arrived", "FIN 301+100 arrived"];
  assertEquals(fatesOf({ sent: [whole], arrived: pieces }), all);
  assertEquals(fatesOf({ sent: [whole], arrived: pieces.slice(0, 2) }), [
    "101+100 arrived",
    "201+100 arrived",
    "FIN 301+100 lost",
  ]);
  const joined = { ...whole, time: pieces[2]!.time + 1_000_000n };
  assertEquals(fatesOf({ sent: pieces, arrived: [joined] }), all);
});
