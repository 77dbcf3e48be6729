/**
 * The path of an end of a TCP connection: its state, and those that it went through.
 *
 * @module
 */
import type { State } from "./state.ts";

/** The most states of a path that are kept; a connection has nine at most, damaged captures more. */
const MAX_PATH = 32;

/** The path of one end. */
export class Path {
  /** The state. */
  state: State = "?";
  /** All states, from the first one that is known. */
  readonly states: State[] = [];
  /** The places in `states` that a reset has led to. */
  readonly resetSteps: Set<number> = new Set();
  #moves: State[] = [];

  /** Goes to `state`; `isReset` if a reset leads there. */
  go(state: State, isReset = false): void {
    if (state === this.state) return;
    this.state = state;
    this.#moves.push(state);
    if (this.states.length === MAX_PATH) return;
    if (isReset) this.resetSteps.add(this.states.length);
    this.states.push(state);
  }

  /** Takes back all but the first `steps` states, of which `state` was the last. */
  cut(steps: number, state: State): void {
    if (this.states.length > steps) this.states.length = steps;
    for (const step of this.resetSteps) if (step >= steps) this.resetSteps.delete(step);
    this.state = state;
  }

  /** Returns the states since the last call. */
  consumeMoves(): State[] {
    const moves = this.#moves;
    this.#moves = [];
    return moves;
  }
}
