/**
 * Which segments of a connection have a rung of their own in a ladder, and which are told in one: many
 * segments of data in a row are all alike.
 *
 * @module
 */
import { FLAG } from "../tcp/segment.ts";
import type { Step } from "../tcp/connection.ts";
import type { Mark } from "../tcp/analysis.ts";

/** Segments that are told in one. */
export interface Bundle {
  /** How many each side has sent. */
  readonly counts: readonly [number, number];
  /** Bytes of payload that each side has sent in them. */
  readonly bytes: readonly [number, number];
  /** How many have which mark. */
  readonly marks: ReadonlyMap<Mark, number>;
}

/** What a rung stands for. */
export type Rung =
  | { readonly kind: "step"; readonly step: Step }
  | { readonly kind: "bundle"; readonly bundle: Bundle };

/** How many segments of data in a row have rungs before the rest is told in one. */
const RUNGS = 6;

/** The fewest segments that are told in one. */
const FEWEST = 4;

/** Folds the segments of one connection, as they come. */
export class Fold {
  readonly #all: boolean;
  #rungs = 0;
  #first: Step[] = [];
  #counts: [number, number] = [0, 0];
  #bytes: [number, number] = [0, 0];
  #marks = new Map<Mark, number>();

  /** Makes one; with `all`, every segment has its rung. */
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

  /** Takes a step; returns the rungs that are due. */
  add(step: Step): Rung[] {
    const rung: Rung = { kind: "step", step };
    if (this.#all || !isPlain(step)) {
      const rungs = [...this.rest(), rung];
      this.#rungs = 0;
      return rungs;
    }
    if (this.#rungs < RUNGS) {
      this.#rungs++;
      return [rung];
    }
    if (this.#first.length < FEWEST) this.#first.push(step);
    this.#counts[step.from]++;
    this.#bytes[step.from] += step.segment.length;
    for (const mark of step.marks) this.#marks.set(mark, (this.#marks.get(mark) ?? 0) + 1);
    return [];
  }

  /** Returns the rungs for what is held back; what follows has rungs again. */
  rest(): Rung[] {
    const rungs: Rung[] = this.isShort || !this.isHolding
      ? this.#first.map((step) => ({ kind: "step", step }))
      : [{
        kind: "bundle",
        bundle: { counts: this.#counts, bytes: this.#bytes, marks: this.#marks },
      }];
    this.#rungs = 0;
    this.#first = [];
    this.#counts = [0, 0];
    this.#bytes = [0, 0];
    this.#marks = new Map();
    return rungs;
  }
}

/** Whether `step` is nothing but payload and its acknowledgment. */
function isPlain({ segment: { flags }, moves, event }: Step): boolean {
  return (flags & (FLAG.syn | FLAG.fin | FLAG.rst)) === 0 && moves[0].length === 0 &&
    moves[1].length === 0 && event === null;
}
