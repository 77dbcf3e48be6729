/**
 * The offset of two clocks, from segments that were captured on both.
 *
 * A segment that was sent at one host and captured at the other differs in time by its delay and by the
 * offset; one in the other direction by its delay against the offset. Both delays are at least nothing, so
 * the offset is between the least difference of one direction and the greatest of the other. In the middle
 * it stands if the least delays of both directions are equal; half of the room is its uncertainty (the
 * reasoning of NTP, RFC 5905, section 8).
 *
 * @module
 */

/** A segment that both captures have. */
export interface Sample {
  /** Its time in the first capture, in nanoseconds since 1970. */
  readonly time: bigint;
  /** Its time in the second one. */
  readonly other: bigint;
}

/** The offset of the second clock against the first. */
export interface ClockOffset {
  /** Whether the first capture was taken nearer to the sender of the segments in `forth`. */
  readonly isFirstNearer: boolean;
  /** Nanoseconds that the second clock is ahead, at the time `at` of the first. */
  readonly offset: bigint;
  /** The time of the first clock for which `offset` holds, in nanoseconds since 1970. */
  readonly at: bigint;
  /** Nanoseconds by which the second clock gains in a nanosecond: 1e-6 is 1 ppm; 0 if one offset fits all. */
  readonly drift: number;
  /** The offset may be so many nanoseconds greater or less. */
  readonly uncertainty: number;
}

/** The reason for which there is no offset. */
export type NoOffset =
  /** Only segments of one direction are in both captures. */
  | "one-sided"
  /** The same segments take the same time in both directions: both were taken at one place. */
  | "one place"
  /** No clock that runs steadily fits: one of them was set meanwhile. */
  | "set";

/** Nanoseconds of room without which two directions cannot be told apart: stamps have microseconds. */
const LEAST_ROOM = 2000;

/** The greatest drift that a clock has: NTP corrects 500 ppm, a bad one of a virtual machine has more. */
const MOST_DRIFT = 1e-3;

/** Steps of the search for the drift: each leaves two thirds of the range. */
const STEPS = 80;

/** A difference of times against a time, in nanoseconds from `Origin`. */
interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Returns the offset of the second clock against the first.
 *
 * @param forth Segments of one direction, in order of time.
 * @param back Segments of the other direction.
 */
export function estimateOffset(
  forth: readonly Sample[],
  back: readonly Sample[],
): ClockOffset | NoOffset {
  if (forth.length === 0 || back.length === 0) return "one-sided";
  const at = forth[0]!.time;
  const base = forth[0]!.other - at;
  const pointsOf = (samples: readonly Sample[]): Point[] =>
    samples.map(({ time, other }) => ({
      x: Number(time - at),
      y: Number(other - time - base),
    }));
  const [there, here] = [pointsOf(forth), pointsOf(back)];
  const fits = [fit(there, here), fit(here, there)];
  const isFirstNearer = roomOf(fits[0]!) >= roomOf(fits[1]!);
  const best = isFirstNearer ? fits[0]! : fits[1]!;
  if (roomOf(best) < LEAST_ROOM) return isOnePlace(there, here) ? "one place" : "set";
  const { least, greatest, drift } = best;
  return {
    isFirstNearer,
    offset: base + BigInt(Math.round((least + greatest) / 2)),
    at,
    drift,
    uncertainty: (least - greatest) / 2,
  };
}

/** Returns `time` of the second clock as the first one has it. */
export function onFirstClock(time: bigint, { offset, at, drift }: ClockOffset): bigint {
  const plain = time - offset;
  return drift === 0 ? plain : plain - BigInt(Math.round(Number(plain - at) * drift / (1 + drift)));
}

/** Returns `time` of the first clock as the second one has it. */
export function onSecondClock(time: bigint, { offset, at, drift }: ClockOffset): bigint {
  return time + offset + BigInt(Math.round(Number(time - at) * drift));
}

/** The room for the offset that a drift leaves. */
interface Fit {
  readonly drift: number;
  /** The least of the differences above, and the greatest of those below. */
  readonly least: number;
  readonly greatest: number;
}

function roomOf({ least, greatest }: Fit): number {
  return least - greatest;
}

/** Returns the fit of clocks where `above` has the delays: without a drift if that is possible. */
function fit(above: readonly Point[], below: readonly Point[]): Fit {
  const still = fitWith(0, above, below);
  if (roomOf(still) >= LEAST_ROOM) return still;
  // The room is a concave function of the drift.
  let [low, high] = [-MOST_DRIFT, MOST_DRIFT];
  for (let step = 0; step < STEPS; step++) {
    const third = (high - low) / 3;
    const [left, right] = [low + third, high - third].map((each) => fitWith(each, above, below));
    if (roomOf(left!) < roomOf(right!)) low += third;
    else high -= third;
  }
  return fitWith((low + high) / 2, above, below);
}

function fitWith(drift: number, above: readonly Point[], below: readonly Point[]): Fit {
  let [least, greatest] = [Infinity, -Infinity];
  for (const { x, y } of above) least = Math.min(least, y - drift * x);
  for (const { x, y } of below) greatest = Math.max(greatest, y - drift * x);
  return { drift, least, greatest };
}

/** Nanoseconds by which the times of two captures at one place may differ. */
const ONE_PLACE = 200_000;

function isOnePlace(there: readonly Point[], here: readonly Point[]): boolean {
  const middle = (points: readonly Point[]) =>
    points.map(({ y }) => y).sort((one, other) => one - other)[points.length >> 1]!;
  return Math.abs(middle(there) - middle(here)) < ONE_PLACE;
}
