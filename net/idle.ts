/**
 * Time-outs for many things at once, with one timer.
 *
 * @module
 */

/**
 * A watch over things that must not be idle for long. Touching costs a look-up; there is one timer for all,
 * and none while nothing is watched.
 */
export class IdleWatch<T> {
  readonly #milliseconds: number;
  readonly #onIdle: (thing: T) => void;
  /** When each thing was last touched, the longest ago first. */
  readonly #touched = new Map<T, number>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  /**
   * Calls `onIdle` with each thing that has not been touched for `milliseconds`, and forgets it.
   */
  constructor(milliseconds: number, onIdle: (thing: T) => void) {
    this.#milliseconds = milliseconds;
    this.#onIdle = onIdle;
  }

  /** Watches `thing` from now on, or anew. */
  touch(thing: T): void {
    this.#touched.delete(thing); // so that it goes to the end
    this.#touched.set(thing, performance.now());
    this.#timer ??= setTimeout(this.#check, this.#milliseconds);
  }

  /** Forgets `thing`. */
  delete(thing: T): void {
    this.#touched.delete(thing);
    if (this.#touched.size === 0 && this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
  }

  #check = (): void => {
    this.#timer = null;
    const now = performance.now();
    for (const [thing, touched] of this.#touched) {
      const left = touched + this.#milliseconds - now;
      if (left > 0.5) { // timers have whole milliseconds
        this.#timer = setTimeout(this.#check, left);
        return;
      }
      this.#touched.delete(thing);
      this.#onIdle(thing);
    }
  };
}
