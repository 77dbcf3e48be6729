/**
 * The passage of a segment from end to end, where captures were taken at both.
 *
 * @module
 */
import type { Segment } from "./segment.ts";

/**
 * The fate of a segment: it has arrived; it was lost; it has arrived, though the capture there does not
 * have it; the wire has doubled it; its sender's capture does not have it; or the other capture had not
 * begun, or was over, so that nobody can know.
 */
export type Fate = "arrived" | "lost" | "missed" | "doubled" | "foreign" | "unknown";

/** One segment on its way, its times on the clock of the whole. */
export interface Flight {
  /** Its fate. */
  readonly fate: Fate;
  /** When it was captured at its sender, in nanoseconds since 1970; `null` if it was not. */
  readonly sent: bigint | null;
  /** The same at its receiver. */
  readonly arrived: bigint | null;
}

/** A part of a flight: a segment is sent, it arrives, or both with nothing in between at its receiver. */
export interface Passage {
  /** The part. */
  readonly leg: "sent" | "arrived" | "both";
  /** The flight. */
  readonly flight: Flight;
}

/**
 * A passage beside the packet that it is about, as text can have it: flights have numbers, by which both
 * parts of one find each other.
 */
export interface PacketPassage {
  /** The part. */
  readonly leg: Passage["leg"];
  /** The number of the flight. */
  readonly flight: number;
  /** The fate of the flight. */
  readonly fate: Fate;
  /** When it was captured at its sender, in nanoseconds since 1970; `null` if it was not. */
  readonly sent: bigint | null;
  /** The same at its receiver. */
  readonly arrived: bigint | null;
  /** The address of its sender, which an address translation may have changed in the packet. */
  readonly source: string;
  /** The same of its receiver. */
  readonly destination: string;
}

/** A segment with the part of its passage that happens now: `segment.time` is its time. */
export interface PassingSegment {
  /** The segment. */
  readonly segment: Segment;
  /** The part of its passage. */
  readonly passage: Passage;
}

/** A remark on the fate of a segment. */
export type FateMark =
  | "lost on the way"
  | "missed by the other capture"
  | "doubled on the way"
  | "not in its sender's capture"
  | "lost, or outside the other capture"
  | "not in the other capture";

/** The remarks by the fates; none on what has arrived. */
const MARKS: Readonly<Partial<Record<Fate, FateMark>>> = {
  lost: "lost on the way",
  missed: "missed by the other capture",
  doubled: "doubled on the way",
  foreign: "not in its sender's capture",
  unknown: "not in the other capture",
};

/** Returns the remark on the fate of a segment: one, or none. */
export function fateMarks(passage: Passage | null): readonly FateMark[] {
  if (passage === null || isSecondLeg(passage)) return [];
  const { fate, arrived } = passage.flight;
  if (fate === "unknown" && arrived === null) return ["lost, or outside the other capture"];
  const mark = MARKS[fate];
  return mark === undefined ? [] : [mark];
}

/** Whether the sending of it was told before. */
function isSecondLeg({ leg, flight }: Passage): boolean {
  return leg === "arrived" && flight.sent !== null;
}
