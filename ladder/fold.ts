/**
 * The rungs of a ladder: a segment each, or one for many segments of data in a row, which are all alike.
 *
 * @module
 */
import { FLAG } from "../tcp/segment.ts";
import type { Step } from "../tcp/connection.ts";
import type { Mark } from "../tcp/analysis.ts";
import type { FateMark, Flight } from "../tcp/passage.ts";

/** Segments that have one rung together. */
export interface Bundle {
  /** The number of segments of each side. */
  readonly counts: readonly [number, number];
  /** Bytes of payload that each side has sent in them. */
  readonly bytes: readonly [number, number];
  /** The number of segments with each mark. */
  readonly marks: ReadonlyMap<Mark | FateMark, number>;
}

/** A rung: one segment, or a bundle of them. */
export type Rung =
  | { readonly kind: "step"; readonly step: Step }
  | { readonly kind: "bundle"; readonly bundle: Bundle };

/** The number of segments of data in a row that have rungs of their own before the rest is a bundle. */
const RUNGS = 6;

/** The fewest segments of a bundle. */
const FEWEST = 4;

/** The marks of a bundle without one. */
const NO_MARKS: ReadonlyMap<Mark | FateMark, number> = new Map();

/** The fold of one connection: segments in, rungs out. */
export class Fold {
  readonly #all: boolean;
  #rungs = 0;
  #first: Step[] = [];
  #counts: [number, number] = [0, 0];
  #bytes: [number, number] = [0, 0];
  #marks: Map<Mark | FateMark, number> | null = null;
  /** Flights with a rung whose arrival is still to come. */
  #under: Set<Flight> | null = null;

  /** Makes a fold; with `all`, every segment has its rung. */
  constructor(all: boolean) {
    this.#all = all;
  }

  /** Whether segments are held back. */
  get isHolding(): boolean {
    return this.#first.length > 0;
  }

  /** Whether so few are held back that they would have rungs of their own. */
  get isShort(): boolean {
    return this.#first.length > 0 && this.#counts[0] + this.#counts[1] < FEWEST;
  }

  /** Returns the rungs that are due after `step`. */
  add(step: Step): Rung[] {
    const rung: Rung = { kind: "step", step };
    if (step.passage?.leg === "arrived" && isPlain(step)) {
      // Of those in a bundle only the sending counts.
      return this.#under?.delete(step.passage.flight) && !this.isHolding ? [rung] : [];
    }
    if (this.#all || !isPlain(step)) {
      const rungs = [...this.rest(), rung];
      this.#rungs = 0;
      this.#note(step);
      return rungs;
    }
    if (this.#rungs < RUNGS) {
      this.#rungs++;
      this.#note(step);
      return [rung];
    }
    if (this.#first.length < FEWEST) this.#first.push(step);
    this.#counts[step.from]++;
    this.#bytes[step.from] += step.segment.length;
    for (const mark of step.marks) {
      this.#marks ??= new Map();
      this.#marks.set(mark, (this.#marks.get(mark) ?? 0) + 1);
    }
    return [];
  }

  /** Notes that a segment that arrives later has a rung. */
  #note({ passage }: Step): void {
    if (passage?.leg !== "sent" || passage.flight.arrived === null) return;
    this.#under ??= new Set();
    this.#under.add(passage.flight);
  }

  /** Returns the rungs of the segments that are held back; the next segments have rungs of their own. */
  rest(): Rung[] {
    const rungs: Rung[] = this.isShort || !this.isHolding
      ? this.#first.map((step) => ({ kind: "step", step }))
      : [{
        kind: "bundle",
        bundle: { counts: this.#counts, bytes: this.#bytes, marks: this.#marks ?? NO_MARKS },
      }];
    this.#rungs = 0;
    this.#first = [];
    this.#counts = [0, 0];
    this.#bytes = [0, 0];
    this.#marks = null;
    return rungs;
  }
}

/** Whether `step` is nothing but payload and its acknowledgment. */
function isPlain({ segment: { flags }, moves, event }: Step): boolean {
  return (flags & (FLAG.syn | FLAG.fin | FLAG.rst)) === 0 && moves[0].length === 0 &&
    moves[1].length === 0 && event === null;
}
