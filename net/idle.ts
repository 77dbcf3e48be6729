/**
 * Time-outs for many things at once, with one timer.
 *
 * @module
 */

/** Checks in the time of a watch, and the least time between two, in milliseconds. */
const [CHECKS, LEAST_INTERVAL] = [10, 10];

/**
 * A watch over things that must not be idle for long. Touching costs a look-up; there is one timer for all,
 * and none while nothing is watched.
 *
 * Only time counts in which the program could have seen that a thing moved. A program that has stood still
 * (on a busy machine, stopped, a laptop that was shut) finds timers due before it has read what arrived
 * meanwhile: so its clock does not move on over such a time by more than a fifth, and a thing is given up
 * when two checks have found it idle, between which everything that had arrived was read.
 */
export class IdleWatch<T> {
  readonly #milliseconds: number;
  readonly #interval: number;
  readonly #onIdle: (thing: T) => void;
  /** The times at which things were last touched, by the clock, the longest ago first. */
  readonly #touched = new Map<T, number>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Milliseconds by the clock, and the time of `performance.now` at which it was read. */
  #clock = 0;
  #read = 0;
  /** The clock at the last check. */
  #checked = 0;

  /**
   * Calls `onIdle` with each thing that has not been touched for `milliseconds`, and forgets it.
   */
  constructor(milliseconds: number, onIdle: (thing: T) => void) {
    this.#milliseconds = milliseconds;
    this.#interval = Math.max(LEAST_INTERVAL, milliseconds / CHECKS);
    this.#onIdle = onIdle;
  }

  /** Watches `thing` from now on, or anew. */
  touch(thing: T): void {
    this.#touched.delete(thing); // so that it goes to the end
    this.#touched.set(thing, this.#time());
    if (this.#timer === null) this.#checkIn(this.#milliseconds);
  }

  /** Forgets `thing`. */
  delete(thing: T): void {
    this.#touched.delete(thing);
    if (this.#touched.size === 0 && this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
  }

  /** Moves the clock on, and returns it. */
  #time(): number {
    const now = performance.now();
    this.#clock += Math.min(now - this.#read, 2 * this.#interval);
    this.#read = now;
    return this.#clock;
  }

  #checkIn(milliseconds: number): void {
    this.#timer = setTimeout(this.#check, Math.min(milliseconds, this.#interval));
  }

  #check = (): void => {
    this.#timer = null;
    const before = this.#checked;
    this.#checked = this.#time();
    for (const [thing, touched] of this.#touched) {
      const due = touched + this.#milliseconds - 0.5; // timers have whole milliseconds
      if (due > this.#checked) return this.#checkIn(due - this.#checked);
      if (due > before) return this.#checkIn(LEAST_INTERVAL);
      this.#touched.delete(thing);
      this.#onIdle(thing);
    }
  };
}
