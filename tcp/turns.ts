/**
 * The segments of a connection in the order in which both ends have sent and received them.
 *
 * @module
 */
import type { FlownSegment } from "./flights.ts";
import type { PassingSegment } from "./passage.ts";

/** Returns the order of two times: less than 0 if `one` is earlier. */
export function compareTimes(one: bigint, other: bigint): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Something that happens at one end. */
interface Event {
  readonly flown: FlownSegment;
  readonly isArrival: boolean;
  readonly time: bigint;
}

/**
 * Returns what `forth`, the segments of one end, and `back`, those of the other, do at both. Where nothing
 * happens at the receiver between the sending and the arrival of a segment, they are one; so the time of the
 * arrival is that of the sending, and all is in order of time.
 */
export function inTurn(
  forth: readonly FlownSegment[],
  back: readonly FlownSegment[],
): PassingSegment[] {
  const queues = [eventsAt(forth, back), eventsAt(back, forth)] as const;
  const places: [number, number] = [0, 0];
  const left = new Set<FlownSegment>();
  for (const flown of [...forth, ...back]) if (flown.flight.sent !== null) left.add(flown);
  const turns: PassingSegment[] = [];
  const isBlocked = ({ flown, isArrival }: Event) => isArrival && left.has(flown);
  for (;;) {
    const heads = places.map((place, side) => queues[side]![place]);
    if (heads.every((head) => head === undefined)) return turns;
    // An arrival waits for its sending, whatever the clocks say.
    const ready = [0, 1].filter((side) => heads[side] && !isBlocked(heads[side]));
    const open = ready.length > 0 ? ready : [0, 1].filter((side) => heads[side]);
    const side = open.length === 1 || heads[0]!.time <= heads[1]!.time ? open[0]! : 1;
    const { flown, isArrival, time } = heads[side]!;
    places[side]!++;
    left.delete(flown);
    const next = queues[1 - side]![places[1 - side]!];
    const isOne = !isArrival && next?.flown === flown;
    if (isOne) places[1 - side]!++;
    turns.push(turn(flown, isOne ? "both" : isArrival ? "arrived" : "sent", time));
  }
}

function turn(
  { segment, flight }: FlownSegment,
  leg: "sent" | "arrived" | "both",
  time: bigint,
): PassingSegment {
  // A segment that only one capture has is told as in a single one.
  const known = flight.fate === "unknown" || flight.fate === "missed" ? "both" : leg;
  return {
    segment: segment.time === time ? segment : { ...segment, time },
    passage: { leg: known, flight },
  };
}

/** Returns what happens at the end that has sent `own`, and to which `other` was sent, in order. */
function eventsAt(own: readonly FlownSegment[], other: readonly FlownSegment[]): Event[] {
  const events: Event[] = [];
  for (const flown of own) {
    const { sent } = flown.flight;
    if (sent !== null) events.push({ flown, isArrival: false, time: sent });
  }
  for (const flown of other) {
    const { arrived } = flown.flight;
    if (arrived !== null) events.push({ flown, isArrival: true, time: arrived });
  }
  return events.sort((one, another) => compareTimes(one.time, another.time));
}
